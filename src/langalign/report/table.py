"""Tables of results for the terminal and for Markdown files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langalign.evaluation.metrics import METRIC_NAMES, Metric
from langalign.report.content import ReportRow
from langalign.report.fitted_table import FittedTable, Line
from langalign.report.kinds import explained, marked
from langalign.report.rows import cells_of_row, grouped, metrics_of_rows

AGAINST_BEST, NOTE = "Against best", "Note"
_MARKDOWN = re.compile(r"([\\`*_\[\]|~<>#])")


def terminal_table(
    rows: Sequence[ReportRow],
    *,
    title: str = "",
    metric: Metric = "macro_f1",
    heading: str = "Strategy",
) -> FittedTable:
    """Return a table for ``rich`` to print, one block a group, the best of each in bold.

    The columns of comparisons and notes are left out where no row has them. Several groups of one
    row are named in a column, others above their rows. A line below explains rows of a kind. Where
    there is little room, scores stand above their intervals, and only then are long words broken.

    Parameters
    ----------
    rows
        In the order wanted.
    title
        Above the table.
    metric
        Which score makes a row the best.
    heading
        What the rows' names are names of.

    Raises
    ------
    DataError
        If there are no rows.
    """
    groups = grouped(rows, metric)
    metrics = metrics_of_rows(rows)
    extra = _extra_columns(rows)
    apart = len(groups) > 1 and all(len(group.rows) == 1 for group in groups)
    columns = _columns(metrics, heading)
    lines: list[Line] = []
    for group in groups:
        if not apart:
            lines.append(Line((group.name,), "italic"))
        for row in group.rows:
            task = (group.name,) if apart else ()
            extras = (_extra_cell(row, column) for column in extra)
            style = "bold" if group.is_best(row) else ""
            last = row is group.rows[-1]
            lines.append(Line((*task, *_cells(row, metrics), *extras), style, last))
    return FittedTable(
        columns=("Task", *columns, *extra)[0 if apart else 1 :],
        scores=frozenset(columns[1:-1]),
        lines=tuple(lines),
        right=columns[-1:],
        title=title,
        caption="\n".join(explained(row.kind for row in rows)),
    )


def markdown_table(rows: Sequence[ReportRow], *, metric: Metric = "macro_f1") -> str:
    """Return a Markdown table a group, the best of each in bold.

    Parameters
    ----------
    rows
        In the order wanted.
    metric
        Which score makes a row the best.

    Raises
    ------
    DataError
        If there are no rows.

    Examples
    --------
    >>> from langalign.evaluation import evaluate_predictions
    >>> scores = evaluate_predictions(["a", "b"] * 50, ["a", "b"] * 40 + ["b", "a"] * 10)
    >>> print(markdown_table([ReportRow("Korean sentiment", "linear", scores)]))
    ### Korean sentiment
    <BLANKLINE>
    | Strategy | Accuracy | Macro-F1 | n | Note |
    |:--|:--|:--|--:|:--|
    | linear | 0.800 [0.71, 0.87] | 0.800 [0.71, 0.87] | 100 |  |
    <BLANKLINE>
    """
    against = AGAINST_BEST in _extra_columns(rows)
    extra = (AGAINST_BEST, NOTE) if against else (NOTE,)
    blocks = []
    for group in grouped(rows, metric):
        columns = (*_columns(group.metrics), *extra)
        ends = "|".join("--:" if column == "n" else ":--" for column in columns)
        lines = [f"### {_escaped(group.name)}", "", _line(columns), f"|{ends}|"]
        for row in group.rows:
            strategy, *numbers = _cells(row, group.metrics)
            shown = [_escaped(strategy), *numbers]
            if group.is_best(row):
                shown = [f"**{cell}**" for cell in shown]
            lines.append(_line([*shown, *(_escaped(_extra_cell(row, name)) for name in extra)]))
        blocks.append("\n".join(lines) + "\n")
    notes = [f"{_escaped(line)}  \n" for line in explained(row.kind for row in rows)]
    return "\n".join([*blocks, "".join(notes)] if notes else blocks)


def _extra_columns(rows: Sequence[ReportRow]) -> list[str]:
    """Return the columns besides the scores in which some row has something."""
    return [
        column for column in (AGAINST_BEST, NOTE) if any(_extra_cell(row, column) for row in rows)
    ]


def _extra_cell(row: ReportRow, column: str) -> str:
    return row.against_best if column == AGAINST_BEST else row.note


def _cells(row: ReportRow, metrics: Sequence[Metric]) -> list[str]:
    """Return the cells of :func:`_columns`, the strategy with the word of its kind."""
    strategy, *numbers, _ = cells_of_row(row, metrics)
    return [marked(strategy, row.kind), *numbers]


def _columns(metrics: Sequence[Metric], heading: str = "Strategy") -> tuple[str, ...]:
    return (heading, *(METRIC_NAMES[metric] for metric in metrics), "n")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
