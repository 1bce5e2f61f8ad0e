"""One method, several seeds, one test set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from langalign.errors import DataError
from langalign.evaluation.intervals import LEVEL, Interval
from langalign.evaluation.metrics import Metric, count_metric, lowest, metrics_of
from langalign.evaluation.scores import Scores
from langalign.tasks import CLASSIFICATION, Task


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over seeds.

    Parameters
    ----------
    mean, std, min, max
        Over seeds; ``std`` with ``n_seeds - 1`` in the denominator, zero for one seed.
    interval
        Where the score of one further seed may lie on all texts of this kind; see
        :func:`over_seeds`.
    """

    mean: float
    std: float
    min: float
    max: float
    interval: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"interval": self.interval.as_list()}


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """The metrics of a kind of task over seeds, on ``n`` test rows; the main one first."""

    spreads: tuple[Spread, ...]
    n_seeds: int
    n: int
    task: Task = CLASSIFICATION

    @property
    def accuracy(self) -> Spread:
        """Return the accuracy over seeds."""
        return self.spread("accuracy")

    @property
    def macro_f1(self) -> Spread:
        """Return macro-F1 over seeds."""
        return self.spread("macro_f1")

    def spread(self, metric: Metric) -> Spread:
        """Return the metric named over seeds.

        Raises
        ------
        SettingError
            If this kind of task has no such metric.
        """
        count_metric(metric, self.task)
        return self.spreads[metrics_of(self.task).index(metric)]

    def as_scores(self) -> Scores:
        """Return the means with their intervals, to stand in a table beside single runs."""
        return Scores(
            values=tuple(spread.mean for spread in self.spreads),
            intervals=tuple(spread.interval for spread in self.spreads),
            n=self.n,
            task=self.task,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        task = {} if self.task == CLASSIFICATION else {"task": self.task}
        records = [spread.as_dict() for spread in self.spreads]
        by_metric = dict(zip(metrics_of(self.task), records, strict=True))
        return task | by_metric | {"n_seeds": self.n_seeds, "n": self.n}


def over_seeds(scores: Sequence[Scores]) -> SeedSummary:
    """Summarise runs that differ in their seed only, scored on the same test rows.

    Notes
    -----
    The interval covers two sources of chance. The test rows: all seeds share them, so averaging
    over seeds does not lessen this part; it is the mean distance ``u`` from each run's score to
    the end of its own interval. The seed: the prediction interval of one further
    run, ``v = t * std * sqrt(1 + 1 / k)`` with Student's t at ``k - 1`` degrees of freedom. The
    two are independent and add in squares, each end on its own:
    ``mean - sqrt(u_low**2 + v**2)``, ``mean + sqrt(u_high**2 + v**2)``, within what the metric can
    be. One seed says nothing of seeds: the interval is then that of the test rows alone.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702 (for adding distances in squares).

    Raises
    ------
    DataError
        If there are no scores, or they are of different numbers of rows or kinds of task.

    Examples
    --------
    >>> runs = [Scores((a, a), (Interval(a - 0.03, a + 0.03), Interval(a, a)), 500)
    ...         for a in (0.74, 0.75, 0.76)]
    >>> summary = over_seeds(runs)
    >>> round(summary.accuracy.mean, 3), round(summary.accuracy.std, 3), summary.n_seeds
    (0.75, 0.01, 3)
    >>> [round(end, 3) for end in summary.accuracy.interval.as_list()]
    [0.692, 0.808]
    """
    sizes = sorted({run.n for run in scores})
    if len(sizes) != 1:
        found = f"of {' and '.join(map(str, sizes))} rows" if sizes else "none"
        raise DataError(f"scores over seeds: {found}; expected runs scored on the same test rows")
    tasks = sorted({run.task for run in scores})
    if len(tasks) != 1:
        raise DataError(f"scores over seeds: of the tasks {' and '.join(tasks)}; expected one task")
    return SeedSummary(
        spreads=tuple(_spread(scores, metric) for metric in metrics_of(tasks[0])),
        n_seeds=len(scores),
        n=sizes[0],
        task=tasks[0],
    )


def _spread(scores: Sequence[Scores], metric: Metric) -> Spread:
    values = np.array([run.value(metric) for run in scores])
    ends = np.array([run.interval(metric).as_list() for run in scores])
    mean = float(values.mean())
    std = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    by_seed = _student_t(len(values)) * std * float(np.sqrt(1 + 1 / len(values)))
    below, above = np.hypot(np.abs(ends - values[:, None]).mean(axis=0), by_seed)
    return Spread(
        mean=mean,
        std=std,
        min=float(values.min()),
        max=float(values.max()),
        interval=Interval(max(lowest(metric), mean - float(below)), min(1.0, mean + float(above))),
    )


def _student_t(n_seeds: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n_seeds - 1, (1 + LEVEL) / 2)) if n_seeds > 1 else 0.0
