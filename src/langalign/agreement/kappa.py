"""Agreement of classes: Cohen's kappa on the pairs of which the reference is sure."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.agreement.measure import Agreement, Outputs
from langalign.folds import Integers
from langalign.probabilities.temperature import fit_temperature, tempered

CONFIDENT_SHARE = 0.5
"""Pairs on which the reference is surest; the rest are as likely its own errors as ours."""


class ClassMeasure:
    """Cohen's kappa between most probable classes.

    Parameters
    ----------
    reference
        Probabilities of the reference, shape (n, n_classes).
    """

    name: ClassVar[str] = "Cohen's kappa"
    refusal: ClassVar[str] = "predicts one class only"

    def __init__(self, reference: Outputs) -> None:
        self._counted = _confident(reference)
        self._reference = reference[self._counted]
        self._expected = self._reference.argmax(axis=1)
        self.n_pairs = len(self._expected)

    def score(self, outputs: Outputs) -> Agreement:
        """Score probabilities of shape (n, n_classes)."""
        predicted = outputs[self._counted].argmax(axis=1)
        hits = self._expected == predicted
        kappa = cohen_kappa(self._expected, predicted, outputs.shape[1])
        return Agreement(
            score=kappa,
            standard_error=_standard_error(kappa, hits),
            majority_share=float(np.bincount(predicted).max() / len(predicted)),
            credits=kappa + beyond_chance(hits, kappa),
        )

    def threshold(self, outputs: Outputs) -> float:
        """Return the threshold for the second of two classes."""
        if outputs.shape[1] != 2:
            return 0.5
        return _threshold(outputs[self._counted, 1], self._expected)

    def temperature(self, outputs: Outputs, reference_temperature: float) -> float:
        """Return the temperature that brings a candidate nearest to the reference at its own."""
        expected = tempered(self._reference, reference_temperature)
        return fit_temperature(outputs[self._counted], expected)


def cohen_kappa(expected: Integers, predicted: Integers, n_classes: int) -> float:
    """Return Cohen's kappa, agreement beyond chance; zero for a constant predictor.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46.

    Examples
    --------
    >>> import numpy as np
    >>> cohen_kappa(np.array([0, 1, 0, 1]), np.array([0, 1, 0, 0]), 2)
    0.5
    """
    table = np.bincount(expected * n_classes + predicted, minlength=n_classes**2)
    shares = table.reshape(n_classes, n_classes) / len(expected)
    by_chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return float((np.trace(shares) - by_chance) / (1 - by_chance)) if by_chance < 1 else 0.0


def surest(margin: NDArray[np.float64], kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark, among the rows of each kind, the share of largest margin."""
    sure = np.zeros(len(margin), dtype=bool)
    for kind in np.unique(kinds):
        rows = kinds == kind
        sure |= rows & (margin >= np.quantile(margin[rows], 1 - CONFIDENT_SHARE))
    return sure


def _confident(reference: Outputs) -> NDArray[np.bool_]:
    """Mark the rows on which the reference's first choice leads most clearly."""
    ordered = np.sort(reference, axis=1)
    # Of more than two classes each is asked for its own surest: a class between others never leads
    # by much, and would not count at all.
    kinds = reference.argmax(axis=1) if reference.shape[1] > 2 else np.zeros(len(reference), int)
    return surest(ordered[:, -1] - ordered[:, -2], kinds)


def beyond_chance(hits: NDArray[np.bool_], kappa: float) -> NDArray[np.float64]:
    """Return how far each row lies from kappa, with the agreement by chance taken as known."""
    observed = float(hits.mean())
    room = (1 - observed) / (1 - kappa) if kappa < 1 else 1.0
    return np.asarray((hits - observed) / max(room, 1e-9))


def _standard_error(kappa: float, hits: NDArray[np.bool_]) -> float:
    """Return kappa's standard error with the agreement by chance taken as known (Cohen, 1960)."""
    return float(beyond_chance(hits, kappa).std() / np.sqrt(len(hits)))


def _threshold(probability: NDArray[np.float64], expected: Integers) -> float:
    """Return the threshold of best kappa; 0.5 unless another is better beyond one error."""
    # Evenly spaced, so that a gap between sure scores is cut in its middle: its edge would cut off
    # the texts that are less sure than these pairs.
    low, high = np.quantile(probability, (0.1, 0.9)).tolist()
    options = np.linspace(low, high, 33)
    kappas = [cohen_kappa(expected, (probability >= t).astype(np.int64), 2) for t in options]
    best = float(np.median(options[np.array(kappas) == max(kappas)]))
    half = (probability >= 0.5).astype(np.int64)
    hits_half, hits_best = half == expected, (probability >= best) == (expected == 1)
    difference = hits_best.astype(float) - hits_half
    error = difference.std() / np.sqrt(len(expected))
    return best if difference.mean() > error else 0.5
