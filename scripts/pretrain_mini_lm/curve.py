"""The loss along a run, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langalign.report.drawing import drawing, new_figure, plain_axes, to_svg
from langalign.report.theme import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def loss_curve(entries: Sequence[dict[str, Any]]) -> str:
    """Return an SVG: training loss as a line, held-out loss of each language as points.

    Parameters
    ----------
    entries
        Of the log; those without ``tokens`` are left out.
    """
    figure = _draw([entry for entry in entries if "tokens" in entry])
    figure.set_facecolor("white")
    return "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"


@drawing
def _draw(entries: list[dict[str, Any]]) -> Figure:
    figure = new_figure(7.2, 3.4)
    axes = figure.subplots()
    plain_axes(axes, LIGHT)
    millions = [entry["tokens"] / 1e6 for entry in entries]
    axes.plot(millions, [entry["loss"] for entry in entries], color=LIGHT.accent, linewidth=1.4)
    seen = [entry for entry in entries if "held_out" in entry]
    for marker, lang in zip("osDv^<>", seen[-1]["held_out"] if seen else (), strict=False):
        axes.plot(
            [entry["tokens"] / 1e6 for entry in seen],
            [entry["held_out"][lang] for entry in seen],
            marker=marker,
            markersize=3.5,
            linewidth=0,
            color=LIGHT.muted,
            label=f"{lang}, held out",
        )
    if seen:
        axes.legend(fontsize=8, frameon=False)
    axes.grid(axis="y", color=LIGHT.grid, linewidth=0.6)
    axes.set_title(
        "loss at hidden tokens, nats (line: training)", loc="left", fontsize=10, color=LIGHT.ink
    )
    axes.set_xlabel("million tokens", fontsize=9, color=LIGHT.muted)
    return figure
