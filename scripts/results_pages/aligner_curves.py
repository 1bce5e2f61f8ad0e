"""The picture of docs/aligners.md: every aligner by numbers of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.report.drawing import drawing, new_figure, plain_axes, to_svg
from langalign.report.theme import LIGHT
from results_pages.aligners import TAUGHT
from results_pages.names import LANGUAGES
from results_pages.places import DOCS
from results_pages.records import Records

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FILE = DOCS / "aligners.svg"
PANEL = (3.0, 2.4)
"""Inches."""
TICKS = {50: "50", 200: "200", 1_000: "1k", 5_000: "5k", 20_000: "20k", 50_000: "50k"}
AUTO = "auto"
TASKS = {"retrieval": "precision@1", "sentiment": "accuracy"}
MARKS = ("o", "s", "^", "v", "P", "X", "<", ">")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
COLOURS = tuple(colour for colour in LIGHT.classes if colour != LIGHT.accent)
Row = Mapping[str, Any]


def curves(rows: Sequence[Row], task: str, lang: str) -> dict[str, list[Row]]:
    """Return the rows of each aligner in one panel by numbers of pairs, ``auto`` last, on top."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if (
            (row["task"], row["lang"]) == (task, lang)
            and row["n_pairs"]
            and row["method"] != TAUGHT
        ):
            found.setdefault(row["method"], []).append(row)
    # What was measured at one size only is no curve: the ten lines.
    several = {name: of_name for name, of_name in found.items() if len(of_name) > 1}
    return {
        name: sorted(several[name], key=lambda row: int(row["n_pairs"]))
        for name in sorted(several, key=lambda name: (name == AUTO, name))
    }


def aligner_pictures(records: Records) -> dict[Path, str]:
    """Return the picture by file; nothing before anything was measured."""
    if not records.alignment:
        return {}
    figure = _draw(records.alignment["rows"])
    figure.set_facecolor("white")
    return {FILE: "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"}


def aligner_picture(records: Records) -> str:
    """Return the link to the picture, with the numbers of ``auto`` as alternative text."""
    if not records.alignment:
        return ""
    parts = []
    for task, measure in TASKS.items():
        for lang in LANGUAGES:
            of_auto = curves(records.alignment["rows"], task, lang).get(AUTO, [])
            points = ", ".join(f"{row['score']:.3f} at {row['n_pairs']:,}" for row in of_auto)
            if points:
                parts.append(f"{LANGUAGES[lang]}, {task}, {measure} of auto: {points}")
    return f"![{'; '.join(parts)}.]({FILE.name})"


@drawing
def _draw(rows: Sequence[Row]) -> Figure:
    languages = [lang for lang in LANGUAGES if any(row["lang"] == lang for row in rows)]
    width, height = PANEL
    figure = new_figure(width * len(languages), height * len(TASKS) + 0.6)
    grid = figure.subplots(len(TASKS), len(languages), squeeze=False, sharex=True)
    names = sorted({row["method"] for row in rows})
    for axes_of_task, (task, measure) in zip(grid, TASKS.items(), strict=True):
        for axes, lang in zip(axes_of_task, languages, strict=True):
            plain_axes(axes, LIGHT)
            axes.grid(axis="y", color=LIGHT.grid, linewidth=0.8)
            axes.set_title(f"{LANGUAGES[lang]}, {task}", loc="left", fontsize=9, color=LIGHT.ink)
            for name, of_name in curves(rows, task, lang).items():
                _draw_curve(axes, name, of_name, names.index(name))
            axes.set_xscale("log")
            axes.set_xticks(list(TICKS), list(TICKS.values()))
            axes.minorticks_off()
            axes.set_ylabel(measure, fontsize=8, color=LIGHT.muted)
    for axes in grid[-1]:
        axes.set_xlabel("pairs", fontsize=8, color=LIGHT.muted)
    labelled = {
        label: handle
        for axes in grid.flat
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        labelled.values(),
        labelled.keys(),
        loc="outside lower center",
        ncols=4,
        frameon=False,
        fontsize=8,
        handlelength=3.2,
    )
    return figure


def _draw_curve(axes: Axes, name: str, rows: Sequence[Row], place: int) -> None:
    sizes, scores = [row["n_pairs"] for row in rows], [row["score"] for row in rows]
    if name == AUTO:
        low, high = zip(*(row["interval"] for row in rows), strict=True)
        axes.fill_between(sizes, low, high, color=LIGHT.accent, alpha=0.15, linewidth=0)
        axes.plot(sizes, scores, "-D", color=LIGHT.accent, linewidth=2.2, markersize=4, label=name)
        return
    axes.plot(
        sizes,
        scores,
        marker=MARKS[place % len(MARKS)],
        linestyle=DASHES[place // len(COLOURS) % len(DASHES)],
        color=COLOURS[place % len(COLOURS)],
        linewidth=1,
        markersize=3,
        label=name,
    )
