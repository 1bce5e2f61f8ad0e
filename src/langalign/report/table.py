"""Tables of results for the terminal and for Markdown files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from langalign.evaluation.metrics import Metric
from langalign.report.content import ReportRow
from langalign.report.rows import cells_of_row, grouped

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = ("Strategy", "Accuracy", "Macro-F1", "n", "Note")
_MARKDOWN = re.compile(r"([\\`*_\[\]|~<>#])")


def terminal_table(
    rows: Sequence[ReportRow], *, title: str = "", metric: Metric = "macro_f1"
) -> Table:
    """Return a ``rich`` table, one block a group, the best of each in bold.

    Parameters
    ----------
    rows
        In the order wanted.
    title
        Above the table.
    metric
        Which score makes a row the best.

    Raises
    ------
    DataError
        If there are no rows.
    """
    from rich.table import Table
    from rich.text import Text

    groups = grouped(rows, metric)
    columns = ("Task", *COLUMNS) if any(row.note for row in rows) else ("Task", *COLUMNS[:-1])
    table = Table(title=Text(title) if title else None, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column == "n" else "left")
    for group in groups:
        for index, row in enumerate(group.rows):
            style = "bold" if group.is_best(row) else ""
            task = Text(group.name if index == 0 else "")
            cells = [Text(cell, style=style) for cell in cells_of_row(row)]
            table.add_row(task, *cells[: len(columns) - 1])
        table.add_section()
    return table


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
    | linear | 0.800 [0.72, 0.87] | 0.800 [0.71, 0.87] | 100 |  |
    <BLANKLINE>
    """
    blocks = []
    for group in grouped(rows, metric):
        lines = [f"### {_escaped(group.name)}", "", _line(COLUMNS), "|:--|:--|:--|--:|:--|"]
        for row in group.rows:
            strategy, accuracy, macro_f1, n, note = cells_of_row(row)
            shown = [_escaped(strategy), accuracy, macro_f1, n]
            if group.is_best(row):
                shown = [f"**{cell}**" for cell in shown]
            lines.append(_line([*shown, _escaped(note)]))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
