"""Rows by group, the best marked, scores as text: what every kind of table and plot shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langalign.errors import DataError
from langalign.evaluation.intervals import Interval
from langalign.evaluation.metrics import Metric
from langalign.report.content import ReportRow


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are comparable with each other.

    Parameters
    ----------
    name
        The rows' group.
    rows
        In the order given.
    best
        The highest score of a row without a kind, three digits deep; rows that show it share the
        mark. Empty where there are not two such rows: a row alone is not called best.
    metric
        Which score decides.
    """

    name: str
    rows: tuple[ReportRow, ...]
    best: str
    metric: Metric

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics that the rows have."""
        return metrics_of_rows(self.rows)

    def is_best(self, row: ReportRow) -> bool:
        """Return whether a row shows the best score, and reached it fairly."""
        return not row.kind and f"{row.scores.value(self.metric):.3f}" == self.best


def grouped(rows: Sequence[ReportRow], metric: Metric) -> list[Group]:
    """Gather rows by group, in order of first appearance.

    Raises
    ------
    DataError
        If there are no rows.
    """
    if not rows:
        raise DataError("there are no rows to show: expected at least one ReportRow")
    names = list(dict.fromkeys(row.group for row in rows))
    gathered = {name: tuple(row for row in rows if row.group == name) for name in names}
    groups = []
    for name, members in gathered.items():
        own = fitting(metric, members)
        groups.append(Group(name, members, _best(members, own), own))
    return groups


def metrics_of_rows(rows: Sequence[ReportRow]) -> tuple[Metric, ...]:
    """Return all metrics that some row has: those of its kind of task."""
    return tuple(dict.fromkeys(metric for row in rows for metric in row.scores.metrics))


def fitting(metric: Metric, rows: Sequence[ReportRow]) -> Metric:
    """Return a metric, or where the rows do not all have it, the main one of their kind of task."""
    return metric if all(metric in row.scores.metrics for row in rows) else rows[0].scores.main


def _best(rows: Sequence[ReportRow], metric: Metric) -> str:
    fair = [row.scores.value(metric) for row in rows if not row.kind]
    return f"{max(fair):.3f}" if len(fair) > 1 else ""


def with_interval(value: float, interval: Interval) -> str:
    """Return a score and its interval as text.

    Examples
    --------
    >>> with_interval(0.7444, Interval(0.721, 0.768))
    '0.744 [0.72, 0.77]'
    """
    return f"{value:.3f} [{interval.low:.2f}, {interval.high:.2f}]"


def cells_of_row(row: ReportRow, metrics: Sequence[Metric]) -> tuple[str, ...]:
    """Return strategy, each metric (empty where it has none such), number of rows, and note."""
    scores = row.scores
    shown = [
        with_interval(scores.value(metric), scores.interval(metric))
        if metric in scores.metrics
        else ""
        for metric in metrics
    ]
    return (row.strategy, *shown, str(scores.n), row.note)
