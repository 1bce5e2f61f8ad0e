"""How a bar looks by its kind, and the key to that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langalign.report.kinds import WORDS, Kind
from langalign.report.theme import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Lines, not dots: a pattern of circles makes an SVG ten times as long.
HATCHES: dict[Kind, str] = {"": "", "target-labels": "//////", "oracle": "xxxxx"}


def bar_look(kind: Kind, colour: str) -> dict[str, Any]:
    """Return what matplotlib needs to fill a bar: solid, or hatched for a kind."""
    return {
        "facecolor": "none" if kind else colour,
        "edgecolor": colour,
        "hatch": HATCHES[kind],
        "linewidth": 0.8,
        "alpha": 0.75,
        "zorder": 2,
    }


def draw_bar_legend(figure: Figure, kinds: Sequence[Kind], theme: Theme, *, majority: bool) -> None:
    """Explain hatched bars, and the dashed line where bars start, below a figure."""
    from matplotlib.artist import Artist
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Artist] = [
        Patch(**bar_look(kind, theme.plain), label=WORDS[kind]) for kind in kinds
    ]
    if majority:
        dashed = Line2D([], [], color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)))
        dashed.set_label("majority class")
        handles.insert(0, dashed)
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=3,
        frameon=False,
        fontsize=9,
        labelcolor=theme.ink,
        handlelength=2.2,
        columnspacing=1.2,
    )
