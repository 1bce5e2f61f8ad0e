"""Other ways of judging a classifier without target labels, to compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from langalign.agreement import HeldOut
from langalign.probabilities.temperature import fit_temperature, tempered

Evidence = Mapping[str, NDArray[np.float64]]
"""Probabilities: ``reference`` and ``candidate`` on held-out pairs, ``english`` on held-out
labelled rows with ``english_truth``, and where there are such texts ``unlabeled``."""


def _english(known: Evidence) -> float:
    """Expect what the English head reaches in English."""
    return HeldOut(known["english_truth"], known["english"]).right_share


def _independent(known: Evidence) -> float:
    """Correct the agreement on all pairs for the English head's errors, taken as independent."""
    agreeing = HeldOut(known["reference"], known["candidate"]).right_share
    return _corrected(agreeing, _english(known), known["english"].shape[1])


def _corrected(agreeing: float, right: float, n_classes: int) -> float:
    return agreeing * right + (1 - agreeing) * (1 - right) / (n_classes - 1)


def _like_the_task(known: Evidence) -> float:
    """Do the same in five bins of the English head's confidence, weighed as in the task."""
    of_task, of_pairs = known["english"].max(axis=1), known["reference"].max(axis=1)
    edges = np.quantile(of_task, (0.2, 0.4, 0.6, 0.8))
    bins, pair_bins = np.digitize(of_task, edges), np.digitize(of_pairs, edges)
    whole = HeldOut(known["reference"], known["candidate"]).right_share
    total = 0.0
    for one in range(5):
        rows, pairs = bins == one, pair_bins == one
        right = HeldOut(known["english_truth"][rows], known["english"][rows]).right_share
        agreeing = whole
        if pairs.any():
            agreeing = HeldOut(known["reference"][pairs], known["candidate"][pairs]).right_share
        total += rows.mean() * _corrected(agreeing, right, known["english"].shape[1])
    return float(total)


def mean_confidence(known: Evidence) -> float:
    """Take the mean confidence on the target texts, else pairs, at the temperature of the pairs."""
    of_english = fit_temperature(known["english"], known["english_truth"])
    own = fit_temperature(known["candidate"], tempered(known["reference"], of_english))
    seen = known.get("unlabeled", known["candidate"])
    return float(tempered(seen, own).max(axis=1).mean())


def _thresholded(known: Evidence) -> float:
    """Average thresholded confidence (Garg et al., 2022), its threshold from English."""
    threshold = np.quantile(known["english"].max(axis=1), 1 - _english(known))
    seen = known.get("unlabeled", known["candidate"])
    return float((seen.max(axis=1) > threshold).mean())


JUDGES: dict[str, Callable[[Evidence], float]] = {
    "English accuracy": _english,
    "independent errors": _independent,
    "independent errors, pairs weighed": _like_the_task,
    "mean confidence": mean_confidence,
    "thresholded confidence": _thresholded,
}
