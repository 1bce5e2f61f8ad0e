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
        The highest score, three digits deep; rows that show it share the mark.
    """

    name: str
    rows: tuple[ReportRow, ...]
    best: str
    metric: Metric

    def is_best(self, row: ReportRow) -> bool:
        """Say whether a row shows the best score; a row alone is not called best."""
        return len(self.rows) > 1 and f"{row.scores.value(self.metric):.3f}" == self.best


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
    return [
        Group(name, members, f"{max(row.scores.value(metric) for row in members):.3f}", metric)
        for name, members in gathered.items()
    ]


def with_interval(value: float, interval: Interval) -> str:
    """Return a score and its interval as text.

    Examples
    --------
    >>> with_interval(0.7444, Interval(0.721, 0.768))
    '0.744 [0.72, 0.77]'
    """
    return f"{value:.3f} [{interval.low:.2f}, {interval.high:.2f}]"


def cells_of_row(row: ReportRow) -> tuple[str, str, str, str, str]:
    """Return strategy, accuracy, macro-F1, number of rows and note as text."""
    scores = row.scores
    return (
        row.strategy,
        with_interval(scores.accuracy, scores.accuracy_interval),
        with_interval(scores.macro_f1, scores.macro_f1_interval),
        str(scores.n),
        row.note,
    )
