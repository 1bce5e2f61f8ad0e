"""Which of two classifiers is better on the same rows, and whether that could be chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from langalign.evaluation.cells import Cells, Floats, cells_of
from langalign.evaluation.intervals import LEVEL, N_RESAMPLES, Interval, percentile_interval
from langalign.evaluation.metrics import Metric, count_metric, metrics_of, score_of
from langalign.evaluation.resampling import bootstrap
from langalign.tasks import CLASSIFICATION, Task


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first predictions' score minus the second's, on the same rows.

    Parameters
    ----------
    metric
        One of the kind of task, such as ``"accuracy"``.
    first, second
        The two scores.
    interval
        Of the difference, at ``level``: the paired percentile bootstrap.
    p_value
        Two-sided, for the hypothesis that there is no difference.
    test
        Where the p-value comes from: ``"exact McNemar"``, ``"paired bootstrap"`` or ``"paired
        bootstrap over rows and seeds"``.
    """

    metric: str
    first: float
    second: float
    interval: Interval
    level: float
    p_value: float
    test: str
    n: int

    @property
    def difference(self) -> float:
        """Return ``first - second``."""
        return self.first - self.second

    @property
    def better(self) -> bool:
        """Whether the first is better beyond chance at this level."""
        return self.difference > 0 and self.p_value < 1 - self.level

    @property
    def worse(self) -> bool:
        """Whether the first is worse beyond chance at this level."""
        return self.difference < 0 and self.p_value < 1 - self.level

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"difference": self.difference, "interval": self.interval.as_list()}


def compare_predictions(
    y_true: Any,
    first: Any,
    second: Any,
    metric: Metric | None = None,
    *,
    task: Task = CLASSIFICATION,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> Comparison:
    """Compare two predictions of the same rows, pair by pair.

    Parameters
    ----------
    y_true, first, second
        Labels of shape (n,).
    metric
        ``"accuracy"``: p-value of the exact McNemar test. Another: p-value of the paired
        bootstrap, twice the smaller share of resamples on either side of zero, counting ties on
        both sides; at the least ``2 / (n_resamples + 1)``. ``None`` takes the main metric of the
        kind of task (accuracy for classes).
    task
        The kind of task: what the labels are.
    level
        Coverage of the interval and strictness of ``better`` and ``worse``.
    n_resamples, random_state
        How many resamples, and their seed.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12, 153-157.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths or not labels.
    SettingError
        If ``metric``, ``level`` or ``n_resamples`` has no meaning.

    Examples
    --------
    >>> truth = [0, 1] * 50
    >>> result = compare_predictions(truth, truth, [0] * 100)
    >>> result.difference, result.better, result.test
    (0.5, True, 'exact McNemar')
    """
    cells = cells_of(y_true, first, second, task=task)
    metric = metrics_of(task)[0] if metric is None else metric
    score = count_metric(metric, task)
    differences = bootstrap(
        cells,
        lambda counts: score(cells, 1, counts) - score(cells, 2, counts),
        n_resamples=n_resamples,
        random_state=random_state,
    )
    scores = score_of(cells, metric, 1), score_of(cells, metric, 2)
    exact = metric == "accuracy"
    return Comparison(
        metric=metric,
        first=scores[0],
        second=scores[1],
        interval=percentile_interval(differences, scores[0] - scores[1], level),
        level=level,
        p_value=_mcnemar(cells) if exact else bootstrap_p(differences),
        test="exact McNemar" if exact else "paired bootstrap",
        n=cells.n,
    )


def _mcnemar(cells: Cells) -> float:
    """Return the two-sided p-value: are the rows that one alone gets right split evenly."""
    from scipy.special import bdtr

    right = cells.codes[1:] == cells.codes[0]
    only_first = int(cells.counts[right[0] & ~right[1]].sum())
    only_second = int(cells.counts[right[1] & ~right[0]].sum())
    fewer, both = min(only_first, only_second), only_first + only_second
    return min(1.0, 2 * float(bdtr(fewer, both, 0.5))) if both else 1.0


def bootstrap_p(differences: Floats) -> float:
    """Return twice the smaller share of differences on either side of zero, ties on both."""
    sides = np.array([(differences <= 0).sum(), (differences >= 0).sum()])
    return min(1.0, 2 * float(sides.min() + 1) / (len(differences) + 1))
