"""Where output goes: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress
    from rich.table import Table

    from langalign.progress import DetailedProgress

SECONDS_BETWEEN_LINES = 30.0


def show(text: str = "") -> None:
    """Print a line of the result; lines are not cut, so that paths can be copied."""
    typer.echo(text)


def note(text: str) -> None:
    """Print a line that is not part of the result."""
    sys.stderr.write(text + "\n")  # a progress bar takes care that it is not drawn over


def complain(word: str, color: str, message: object) -> None:
    """Print ``word: message``, the word in color on a terminal."""
    colored = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    note(f"{typer.style(f'{word}:', fg=color, bold=True) if colored else f'{word}:'} {message}")


def show_json(content: Any) -> None:
    """Print one JSON object; what JSON cannot hold, such as NaN, is an error in the program."""
    shown = json.dumps(content, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
    typer.echo(shown)


def show_table(table: RenderableType) -> None:
    """Print a table as wide as the terminal allows."""
    from rich.console import Console

    Console(highlight=False).print(table)


def plain_table(*columns: str, title: str = "", right: tuple[str, ...] = ()) -> Table:
    """Return an empty table without a frame; columns named in ``right`` are right-aligned."""
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="dim",
    )
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", overflow="fold", vertical="top"
        )
    return table


@contextlib.contextmanager
def progress(last_step: str = "") -> Iterator[DetailedProgress]:
    """Yield a function to report progress to: bars on a terminal, now and then a line in a log.

    Parameters
    ----------
    last_step
        What is done after, or beside, the steps that report; it gets a bar without an end.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    with _bars(console) as bars:
        if last_step:
            bars.add_task(last_step, total=None)
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int, detail: str = "", /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            shown = f"{stage}, {detail}" if detail else stage
            bars.update(tasks[stage], completed=done, total=total, description=shown)

        yield report


def _bars(console: Any) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed
    from rich.progress import TimeRemainingColumn as Remaining

    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(bar_width=20), MofNCompleteColumn(), Elapsed(), Remaining())
    return Progress(*columns, console=console, transient=True)


def _lines() -> DetailedProgress:
    """Return a reporter for logs: silent on short work, a line every half minute on long."""
    last = time.monotonic()

    def report(stage: str, done: int, total: int, detail: str = "", /) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            note(f"{stage}: {done:,} of {total:,}{f', {detail}' if detail else ''}")

    return report


def _plain(value: Any) -> Any:
    """Return NumPy's numbers and arrays, and paths, as what JSON can hold."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
