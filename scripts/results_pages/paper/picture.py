"""The picture of docs/paper.md: the main rows of every task and language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from langalign.evaluation.metrics import METRIC_NAMES
from langalign.report.drawing import drawing, new_figure, plain_axes, to_svg
from langalign.report.theme import LIGHT
from results_pages.names import LANGUAGES, ONE, TWO
from results_pages.paper.records import GUESS, NOT_MEASURED, TASK_NAMES, Comparison, Paper, Score
from results_pages.places import DOCS
from results_pages.records import Records

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FILE = DOCS / "paper.svg"
PANEL = (2.9, 2.1)
"""Inches."""
OURS = "LangAlign"
Rows = list[tuple[str, Score]]


def rows_of(compared: Sequence[Comparison]) -> Rows:
    """Return the rows of one panel from both settings of a task and language, as they are found."""
    by_setting = {each.setting: each for each in compared}
    found: list[tuple[str, Score | None]] = []
    for name, strategy in (("majority class", GUESS), ("English-only", "english-only")):
        found.append((name, _first(compared, strategy)))
    for setting, name in ((ONE, f"{OURS}, one encoder"), (TWO, f"{OURS}, two encoders")):
        known = by_setting.get(setting)
        found.append((name, None if known is None else known.choice))
    for name, strategy in (
        ("translated", "translated"),
        ("100 native labels", "native-100"),
        ("all native labels", "native"),
    ):
        found.append((name, _first(compared, strategy)))
    return [(name, score) for name, score in found if score is not None]


def _first(compared: Sequence[Comparison], strategy: str) -> Score | None:
    """Return a score that needs no source encoder, from whichever setting has it."""
    return next((each.scores[strategy] for each in compared if strategy in each.scores), None)


def _panels(paper: Paper) -> dict[tuple[str, str], list[Comparison]]:
    panels: dict[tuple[str, str], list[Comparison]] = {}
    for each in sorted(paper.comparisons, key=lambda each: each.setting != ONE):
        panels.setdefault((each.task, each.lang), []).append(each)
    return panels


def paper_pictures(records: Records) -> dict[Path, str]:
    """Return the picture by file; nothing before anything was measured."""
    if not records.paper.comparisons:
        return {}
    figure = _draw(_panels(records.paper))
    figure.set_facecolor("white")
    return {FILE: "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"}


def paper_picture(records: Records) -> str:
    """Return the link to the picture, with its numbers as alternative text."""
    panels = []
    for compared in _panels(records.paper).values():
        scores = ", ".join(f"{name} {score.value:.3f}" for name, score in rows_of(compared))
        panels.append(f"{compared[0].name}, {METRIC_NAMES[compared[0].metric]}: {scores}")
    return f"![{'; '.join(panels)}.]({FILE.name})" if panels else NOT_MEASURED


@drawing
def _draw(panels: dict[tuple[str, str], list[Comparison]]) -> Figure:
    tasks = [task for task in TASK_NAMES if any(key[0] == task for key in panels)]
    languages = [lang for lang in LANGUAGES if any(key[1] == lang for key in panels)]
    width, height = PANEL
    figure = new_figure(1.3 + width * len(languages), height * len(tasks))
    grid = figure.subplots(len(tasks), len(languages), squeeze=False)
    for axes_of_task, task in zip(grid, tasks, strict=True):
        for axes, lang in zip(axes_of_task, languages, strict=True):
            if (task, lang) in panels:
                _draw_panel(axes, panels[task, lang])
            else:
                axes.set_axis_off()
    return figure


def _draw_panel(axes: Axes, compared: Sequence[Comparison]) -> None:
    plain_axes(axes, LIGHT)
    axes.grid(axis="x", color=LIGHT.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    rows = rows_of(compared)
    axes.axvline(rows[0][1].value, color=LIGHT.muted, linewidth=1, linestyle=(0, (4, 3)))
    for place, (name, score) in enumerate(rows):
        ours = name.startswith(OURS)
        colour = LIGHT.accent if ours else LIGHT.plain
        axes.plot(score.interval.as_list(), [place] * 2, "-", color=colour, linewidth=2.2)
        axes.plot(score.value, place, "D" if ours else "o", color=colour, markersize=5)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], fontsize=8)
    axes.tick_params(axis="y", colors=LIGHT.ink)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_title(compared[0].name, loc="left", fontsize=9, color=LIGHT.ink, weight="bold")
    axes.set_xlabel(METRIC_NAMES[compared[0].metric], fontsize=8, color=LIGHT.muted)
