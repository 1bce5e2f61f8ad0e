"""A few native labels on top of aligned English data."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from langalign.agreement import goodness
from langalign.folds import grouped_folds, row_groups
from langalign.heads.base import Head, Labels
from langalign.heads.labels import read_labels
from langalign.strategies.aligned import fitted_classifier
from langalign.strategies.base import Problem, draw, strategies
from langalign.strategies.direct import HeadClassifier
from langalign.text_pairs import features
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors

SIZES = (100, 500)
RELATIVE_WEIGHTS = (0.1, 0.3, 1.0, 3.0)
"""Weights tried: of all native rows together, as multiples of all aligned English rows'."""
N_FOLDS = 5


class FewShot:
    """LangAlign's aligned English data and some native labels train one head."""

    uses_target_labels: ClassVar[bool] = True
    uses_pairs: ClassVar[bool] = True
    serves: ClassVar[Literal["target", "translation"]] = "target"
    size: ClassVar[int | None]
    """How many native labels it draws; ``None`` takes all."""

    def fit(self, problem: Problem, *, random_state: int = 0) -> HeadClassifier:
        """Align by agreement, then choose the weight of the native rows by cross-validation.

        Raises
        ------
        DataError
            If there are not ``size`` native labels.
        """
        native_X, native_y = draw(problem.native(), self.size, random_state)
        aligned = fitted_classifier(problem, "linear", "forward", random_state)
        english = features(aligned.map_source(problem.X)), read_labels(problem.y, problem.kind)
        native = features(native_X), read_labels(native_y, problem.kind)
        head = problem.head() if aligned.choice_ is None else aligned.choice_.head
        with one_blas_thread():
            times = _best_repetition(head, english, native, random_state)
            return HeadClassifier(_fit_mixed(head, english, native, times))


def _best_repetition(
    head: Head,
    english: tuple[Vectors, Labels],
    native: tuple[Vectors, Labels],
    random_state: int,
) -> int:
    """Return how often native rows are repeated, by held-out native rows; of equals the least."""
    Z, y = native
    once = len(english[0]) / len(Z)
    tried = sorted({0, *(max(1, round(weight * once)) for weight in RELATIVE_WEIGHTS)})
    reached = np.zeros(len(tried))
    for held_out in grouped_folds(row_groups(Z), N_FOLDS, random_state):
        training = np.setdiff1d(np.arange(len(Z)), held_out)
        for index, times in enumerate(tried):
            fitted = _fit_mixed(head, english, (Z[training], y[training]), times)
            reached[index] += goodness(y[held_out], fitted.predict(Z[held_out]), head.task)
    return tried[int(reached.argmax())]


def _fit_mixed(
    head: Head, english: tuple[Vectors, Labels], native: tuple[Vectors, Labels], times: int
) -> Head:
    """Fit on both; native rows are repeated, which is what weighting them means."""
    Z = np.vstack([english[0], np.repeat(native[0], times, axis=0)])
    y = np.concatenate([english[1], np.repeat(native[1], times)])
    return head.fresh().fit(Z, y)


def _register(size: int | None) -> None:
    name = "linear+native" if size is None else f"linear+native-{size}"
    amount = "all" if size is None else f"{size} random"
    summary = f"LangAlign, forward, ``linear``, and {amount} labelled target texts."
    members = {"size": size, "__doc__": summary}
    strategies.register(name)(type(f"FewShot[{size}]", (FewShot,), members))


for _size in (None, *SIZES):
    _register(_size)
