"""What is gained, and lost, by leaving unsure predictions to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.errors import SettingError
from langalign.evaluation.calibration import right_and_confidence
from langalign.evaluation.intervals import LEVEL, Interval


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


def wilson_interval(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval of a share; [0, 1] of nothing.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.

    Raises
    ------
    SettingError
        If ``level`` is not between 0 and 1.

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(8, 10).as_list()]
    [0.49, 0.943]
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise SettingError(f"level={level}: expected a number between 0 and 1, such as {LEVEL}")
    if not n:
        return Interval(0.0, 1.0)
    share, z = successes / n, float(ndtri((1 + level) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    # Arithmetic may leave an end a last digit inside of a share of 0 or 1.
    return Interval(min(max(0.0, middle - half), share), max(min(1.0, middle + half), share))


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
