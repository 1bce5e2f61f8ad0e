"""What is gained, and lost, by leaving unsure predictions to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.evaluation.calibration import right_and_confidence
from langalign.evaluation.intervals import LEVEL, Interval, wilson_interval


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Predictions that are kept when those below a confidence are withheld.

    Parameters
    ----------
    threshold
        The least confidence kept.
    kept
        How many are kept.
    coverage, coverage_interval
        Their share of all.
    accuracy, accuracy_interval
        Of those kept; ``None`` and [0, 1] where none is.
    """

    threshold: float
    kept: int
    coverage: float
    coverage_interval: Interval
    accuracy: float | None
    accuracy_interval: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "threshold": self.threshold,
            "kept": self.kept,
            "coverage": self.coverage,
            "coverage_interval": self.coverage_interval.as_list(),
            "accuracy": self.accuracy,
            "accuracy_interval": self.accuracy_interval.as_list(),
        }


def coverage_table(
    y_true: Any,
    predicted: Any,
    confidence: ArrayLike,
    thresholds: Iterable[float],
    *,
    level: float = LEVEL,
) -> list[CoverageRow]:
    """Return how many predictions are kept above each threshold, and how good these are.

    Parameters
    ----------
    y_true, predicted
        Labels of shape (n,).
    confidence
        Of each prediction, shape (n,), between 0 and 1.
    thresholds
        A prediction is kept where its confidence is at least this.
    level
        Coverage of the intervals, which are Wilson's.

    Notes
    -----
    A threshold that is chosen because its row looks good looks better than it is: choose on one
    set of texts and read the accuracy off another.

    Raises
    ------
    DataError
        If the arguments do not fit together, or a confidence is not between 0 and 1.
    SettingError
        If ``level`` is not between 0 and 1.

    Examples
    --------
    >>> rows = coverage_table([1, 1, 0, 1], [1, 0, 0, 1], [0.6, 0.6, 0.9, 0.9], [0.5, 0.8])
    >>> [(row.coverage, row.accuracy) for row in rows]
    [(1.0, 0.75), (0.5, 1.0)]
    """
    right, shares = right_and_confidence(y_true, predicted, confidence)
    return [_row(right, shares >= threshold, threshold, level) for threshold in thresholds]


def _row(
    right: NDArray[np.bool_], keep: NDArray[np.bool_], threshold: float, level: float
) -> CoverageRow:
    kept, good = int(keep.sum()), int(right[keep].sum())
    return CoverageRow(
        threshold=float(threshold),
        kept=kept,
        coverage=kept / len(keep),
        coverage_interval=wilson_interval(kept, len(keep), level),
        accuracy=good / kept if kept else None,
        accuracy_interval=wilson_interval(good, kept, level),
    )
