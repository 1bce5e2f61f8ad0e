"""``langalign demo``: the whole workflow on the bundled data, in a minute, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import show, show_table
from langalign.cli.run_report import show_written
from langalign.cli.writing import require_results_folder


def demo(
    out: Annotated[Path, typer.Option(help="Folder for report.html and results.json.")] = Path(
        "langalign-demo"
    ),
) -> None:
    """Fit, evaluate and compare on bundled data: sentiment and inference in three languages.

    Needs no network. Writes an HTML report and a JSON record.

    Example: langalign demo --out my-demo
    """
    require_results_folder(out)

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from langalign.demo import TASKS, run_demo
    from langalign.report.table import terminal_table

    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        running = bar.add_task("loading", total=None)
        outcome = run_demo(
            out,
            progress=lambda what, done, total: bar.update(
                running, description=what, completed=done, total=total
            ),
        )
    for task, title in TASKS.items():
        rows = [row for row in outcome.rows if row.group.endswith(task)]
        show_table(terminal_table(rows, title=f"{title}: accuracy", metric="accuracy"))
    show("\nPredictions (LangAlign linear, the first test texts)")
    for example in outcome.examples:
        text = example.text if isinstance(example.text, str) else " → ".join(example.text)
        mark = "right" if example.prediction == example.truth else f"wrong, is {example.truth}"
        show(f"  {example.language}  {text}")
        show(f"      {example.prediction} ({example.probability:.2f}), {mark}")
    if outcome.skipped:
        show(
            f"\nLeft out: {', '.join(outcome.skipped)} (they need torch: "
            "pip install 'langalign[torch]')"
        )
    show_written(outcome)
