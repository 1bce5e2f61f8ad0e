"""The scores of one classifier on one test set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from langalign.errors import DataError, SettingError
from langalign.evaluation.cells import Cells, cells_of
from langalign.evaluation.intervals import (
    LEVEL,
    N_RESAMPLES,
    Interval,
    cells_interval,
    wilson_interval,
)
from langalign.evaluation.metrics import Metric, metrics_of, score_of
from langalign.tasks import CLASSIFICATION, Task, require_task


@dataclass(frozen=True, slots=True)
class Scores:
    """The metrics of a kind of task with their 95 % intervals over test rows.

    Accuracy and macro-F1 of classes; macro-F1, micro-F1 and accuracy (all labels right) of sets of
    labels; Spearman's and Pearson's correlation of numbers.

    Parameters
    ----------
    values
        One a metric, as :func:`~langalign.evaluation.metrics.metrics_of` lists them.
    intervals
        In the same order: Wilson's of accuracy, which is a share, and of the others those of the
        percentile bootstrap.
    n
        Rows scored.
    task
        The kind of task.

    Examples
    --------
    >>> scores = Scores((0.8, 0.7), (Interval(0.7, 0.9), Interval(0.6, 0.8)), 100)
    >>> scores.main, scores.value("macro_f1"), scores.accuracy
    ('accuracy', 0.7, 0.8)
    """

    values: tuple[float, ...]
    intervals: tuple[Interval, ...]
    n: int
    task: Task = CLASSIFICATION

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Return the names of the metrics, the main one first."""
        return metrics_of(self.task)

    @property
    def main(self) -> Metric:
        """Return the name of the metric to look at first."""
        return self.metrics[0]

    @property
    def accuracy(self) -> float:
        """Return the accuracy; for sets of labels the share of rows with all labels right."""
        return self.value("accuracy")

    @property
    def accuracy_interval(self) -> Interval:
        """Return the interval of the accuracy."""
        return self.interval("accuracy")

    @property
    def macro_f1(self) -> float:
        """Return the mean of F1 over classes or labels."""
        return self.value("macro_f1")

    @property
    def macro_f1_interval(self) -> Interval:
        """Return the interval of macro-F1."""
        return self.interval("macro_f1")

    def value(self, metric: Metric) -> float:
        """Return the score named.

        Raises
        ------
        SettingError
            If this kind of task has no such metric.
        """
        return self.values[self._place(metric)]

    def interval(self, metric: Metric) -> Interval:
        """Return the interval of the score named.

        Raises
        ------
        SettingError
            If this kind of task has no such metric.
        """
        return self.intervals[self._place(metric)]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record; ``interval`` is the one of the main metric."""
        task = {} if self.task == CLASSIFICATION else {"task": self.task}
        values = dict(zip(self.metrics, self.values, strict=True))
        names = ["interval", *(f"{metric}_interval" for metric in self.metrics[1:])]
        ends = [interval.as_list() for interval in self.intervals]
        return task | values | {"n": self.n} | dict(zip(names, ends, strict=True))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Undo :meth:`as_dict`.

        Raises
        ------
        DataError
            If something is missing or not a number.
        """
        try:
            task = require_task(record.get("task", CLASSIFICATION))
            main, *others = metrics_of(task)
            names = ["interval", *(f"{metric}_interval" for metric in others)]
            return cls(
                values=tuple(float(record[metric]) for metric in (main, *others)),
                intervals=tuple(Interval(*map(float, record[name])) for name in names),
                n=int(record["n"]),
                task=task,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"not a record of scores ({error!r}); expected what Scores.as_dict gives"
            ) from error

    def _place(self, metric: Metric) -> int:
        if metric not in self.metrics:
            raise SettingError(
                f"metric={metric!r}: expected one of {', '.join(map(repr, self.metrics))}, those "
                f"of the task {self.task!r}"
            )
        return self.metrics.index(metric)


def evaluate_predictions(
    y_true: Any,
    y_pred: Any,
    *,
    task: Task = CLASSIFICATION,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> Scores:
    """Score predictions of shape (n,) against the truth of shape (n,).

    Parameters
    ----------
    y_true, y_pred
        Labels of the same rows: classes, sets of labels joined by ``|``, or numbers.
    task
        Which of these they are.
    n_resamples, random_state
        Bootstrap resamples behind the intervals, and their seed.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths, missing, or text against numbers.

    Examples
    --------
    >>> scores = evaluate_predictions(["a", "b"] * 20, ["a", "b"] * 15 + ["b", "a"] * 5)
    >>> scores.accuracy, scores.n
    (0.75, 40)
    >>> scores = evaluate_predictions([1.0, 2.0, 3.0], [1.1, 1.9, 9.0], task="similarity")
    >>> round(scores.value("spearman"), 3), scores.main
    (1.0, 'spearman')
    """
    cells = cells_of(y_true, y_pred, task=task)
    metrics = metrics_of(task)
    return Scores(
        values=tuple(score_of(cells, metric) for metric in metrics),
        intervals=tuple(
            _interval(cells, metric, n_resamples=n_resamples, random_state=random_state)
            for metric in metrics
        ),
        n=cells.n,
        task=task,
    )


def _interval(cells: Cells, metric: Metric, *, n_resamples: int, random_state: int) -> Interval:
    """Return Wilson's interval of accuracy: without an error, the bootstrap's has no width."""
    if metric == "accuracy":
        return wilson_interval(round(score_of(cells, metric) * cells.n), cells.n)
    return cells_interval(
        cells, metric, level=LEVEL, n_resamples=n_resamples, random_state=random_state
    )
