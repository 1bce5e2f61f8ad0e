"""Cost against the number of pairs: seconds and peak memory, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.report.drawing import drawing, new_figure, plain_axes, to_svg
from langalign.report.theme import LIGHT
from results_pages.fitting import record
from results_pages.places import DOCS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def scale_picture() -> dict[Path, str]:
    """Return the picture by its file, on a white ground."""
    found = record("scale")
    if not found:
        return {}
    figure = _draw(found["runs"])
    figure.set_facecolor("white")
    svg = "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"
    return {DOCS / "scale.svg": svg}


@drawing
def _draw(runs: list[dict[str, Any]]) -> Figure:
    figure = new_figure(7.2, 3.0)
    seconds, memory = figure.subplots(1, 2)
    pairs = [run["pairs"] for run in runs]
    largest = max(runs, key=lambda run: run["pairs"])
    _plot(seconds, pairs, [run["cpu_seconds"] for run in runs], "processor seconds")
    rate = largest["cpu_seconds"] / largest["pairs"]
    ends = [min(pairs), max(pairs)]
    seconds.plot(ends, [rate * n for n in ends], color=LIGHT.muted, linewidth=1, linestyle="--")
    seconds.set_yscale("log")
    _plot(memory, pairs, [run["peak_bytes"] / 1e6 for run in runs], "peak memory, MB")
    memory.set_ylim(0, 1000)
    return figure


def _plot(axes: Axes, pairs: list[int], values: list[float], title: str) -> None:
    plain_axes(axes, LIGHT)
    axes.set_xscale("log")
    axes.scatter(pairs, values, s=22, color=LIGHT.accent, zorder=3)
    axes.grid(axis="y", color=LIGHT.grid, linewidth=0.6)
    axes.set_title(title, loc="left", fontsize=10, color=LIGHT.ink)
    axes.set_xlabel("pairs", fontsize=9, color=LIGHT.muted)
