"""Confidence intervals of one score on one test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.errors import SettingError
from langalign.evaluation.cells import Cells, Floats, cells_of
from langalign.evaluation.metrics import Metric, count_metric, score_of
from langalign.evaluation.resampling import bootstrap
from langalign.tasks import CLASSIFICATION, Task

LEVEL = 0.95
N_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval.

    Examples
    --------
    >>> 0.5 in Interval(0.4, 0.6)
    True
    """

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        """Return whether a number lies in the interval, ends included."""
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """Return ``high - low``."""
        return self.high - self.low

    def as_list(self) -> list[float]:
        """Return ``[low, high]``."""
        return [self.low, self.high]


def bootstrap_interval(
    y_true: Any,
    y_pred: Any,
    metric: Metric = "accuracy",
    *,
    task: Task = CLASSIFICATION,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> Interval:
    """Return the percentile bootstrap interval of a metric over test rows.

    Parameters
    ----------
    y_true, y_pred
        Labels of shape (n,).
    metric
        One of the kind of task (:func:`langalign.evaluation.metrics.metrics_of`).
    task
        The kind of task: what the labels are.
    level
        Coverage aimed at.
    n_resamples, random_state
        How many resamples, and their seed.

    Notes
    -----
    It is the bootstrap over rows, done as multinomial resampling of the cells of the confusion
    matrix: the same distribution, at a cost that does not grow with n. It speaks of the sampling
    of test rows only, not of seeds or training data. Where the bias of the bootstrap pushes the
    point estimate out of the interval (macro-F1 with very rare classes), the interval is widened
    to hold it. Without a single error in the test set it has no width: the bootstrap cannot
    know of errors it has not seen (up to about ``3 / n`` of them are then plausible).

    References
    ----------
    Efron, B. and Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman & Hall.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths or not labels.
    SettingError
        If ``metric``, ``level`` or ``n_resamples`` has no meaning.

    Examples
    --------
    >>> interval = bootstrap_interval([0, 1] * 50, [0, 1] * 40 + [1, 0] * 10)
    >>> round(interval.low, 2), round(interval.high, 2)
    (0.72, 0.87)
    """
    return cells_interval(
        cells_of(y_true, y_pred, task=task),
        metric,
        level=level,
        n_resamples=n_resamples,
        random_state=random_state,
    )


def cells_interval(
    cells: Cells, metric: Metric, *, level: float, n_resamples: int, random_state: int
) -> Interval:
    """Do the work of :func:`bootstrap_interval` on counted rows."""
    score = count_metric(metric, cells.task)
    scores = bootstrap(
        cells,
        lambda counts: score(cells, 1, counts),
        n_resamples=n_resamples,
        random_state=random_state,
    )
    return percentile_interval(scores, score_of(cells, metric), level)


def percentile_interval(values: Floats, estimate: float, level: float) -> Interval:
    """Return the central ``level`` of bootstrap values, widened to hold the estimate.

    Raises
    ------
    SettingError
        If ``level`` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise SettingError(f"level={level}: expected a number between 0 and 1, such as {LEVEL}")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(min(float(low), estimate), max(float(high), estimate))


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
