"""A table that takes as much room as the terminal has, and breaks no word while there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table

LAYOUTS = ((False, 30), (True, 30), (True, 12), (True, 6), (True, 1))
"""Whether scores stand above their intervals, and from which length on words may be broken.

The first that fits is taken.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table.

    Parameters
    ----------
    cells
        From the left; where there are fewer than columns, the rest is empty.
    style
        Of all cells, as ``rich`` names it.
    last
        Whether a rule is drawn below.
    """

    cells: tuple[str, ...]
    style: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class FittedTable:
    """What a table says; ``rich`` prints it as wide as its console is.

    Parameters
    ----------
    columns
        Their headings.
    scores
        Which of them hold a score and its interval: whole, or one above the other.
    lines
        The rows.
    right
        Headings of columns that are aligned right.
    title, caption
        Above and below; none where empty.
    """

    columns: tuple[str, ...]
    scores: frozenset[str]
    lines: tuple[Line, ...]
    right: tuple[str, ...] = ()
    title: str = ""
    caption: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table in the first of the layouts that fits."""
        borders = 3 * len(self.columns) + 1
        for stacked, longest in LAYOUTS:
            lines = self._stacked() if stacked else self.lines
            widths = self._widths(lines, options.max_width - borders, longest)
            if widths is not None:
                yield self._table(lines, widths)
                return
        yield self._table(self._stacked(), [None] * len(self.columns))

    def _table(self, lines: Sequence[Line], widths: Sequence[int | None]) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table(
            title=Text(self.title) if self.title else None,
            title_justify="left",
            caption=self.caption or None,
            caption_justify="left",
        )
        for column, width in zip(self.columns, widths, strict=True):
            table.add_column(
                column,
                justify="right" if column in self.right else "left",
                overflow="fold",
                width=width,
            )
        for line in lines:
            cells = (Text(cell, style=line.style) for cell in line.cells)
            table.add_row(*cells, end_section=line.last)
        return table

    def _widths(self, lines: Sequence[Line], room: int, longest: int) -> list[int] | None:
        """Return the width of each column, or ``None`` where they do not fit."""
        words, wholes = zip(
            *(self._wanted(number, lines) for number in range(len(self.columns))), strict=True
        )
        given = [
            word if column in self.scores or column in self.right else min(word, longest)
            for column, word in zip(self.columns, words, strict=True)
        ]
        if sum(given) > room:
            return None
        for wanted in (words, wholes):  # no word broken comes before no cell folded
            for number in sorted(range(len(given)), key=lambda one: wanted[one] - given[one]):
                given[number] += min(wanted[number] - given[number], room - sum(given))
        return given

    def _wanted(self, number: int, lines: Sequence[Line]) -> tuple[int, int]:
        """Return at which width no word of a column is broken, and at which no cell is folded."""
        from rich.cells import cell_len

        column = self.columns[number]
        cells = [line.cells[number] for line in lines if number < len(line.cells)]
        rows = [row for cell in cells for row in cell.split("\n")]
        whole = max(map(cell_len, (column, *rows)))
        if column in self.scores or column in self.right:
            return whole, whole
        return max(cell_len(word) for text in (column, *rows) for word in text.split()), whole

    def _stacked(self) -> list[Line]:
        """Return the rows with each score above its interval."""
        return [
            Line(
                tuple(
                    cell.replace(" [", "\n[") if column in self.scores else cell
                    for column, cell in zip(self.columns, line.cells, strict=False)
                ),
                line.style,
                line.last,
            )
            for line in self.lines
        ]
