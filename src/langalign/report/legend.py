"""The key to a picture of two languages: marks and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langalign.report.labels import drawn_labels, literal, width_of
from langalign.report.theme import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = ("o", "^")
"""Of the source, filled; of the target, hollow."""


def draw_legend(
    figure: Figure, languages: tuple[str, str], classes: list[Any], theme: Theme
) -> None:
    """Explain marks (languages) and colours (classes) below the panels of a figure."""
    from matplotlib.lines import Line2D

    def entry(mark: str, colour: str, name: str, face: str) -> Line2D:
        look = Line2D([], [], marker=mark, color=colour, markerfacecolor=face, linestyle="none")
        look.set_label(literal(name))
        return look

    names = drawn_labels(languages, "language")
    both = (theme.ink, theme.ink) if classes else theme.classes[:2]
    entries = [
        entry(MARKS[0], both[0], names[0], both[0]),
        entry(MARKS[1], both[1], names[1], "none"),
    ]
    shown = drawn_labels(classes, "class")[: len(theme.classes)]
    entries += [
        entry("s", colour, name, colour) for colour, name in zip(theme.classes, shown, strict=False)
    ]
    if len(classes) > len(shown):
        entries.append(entry("s", theme.other, "other", theme.other))
    figure.legend(
        handles=entries,
        loc="outside lower center",
        ncols=4 if max(width_of(str(item.get_label())) for item in entries) <= 10 else 2,
        frameon=False,
        fontsize=9,
        labelcolor=theme.ink,
        handletextpad=0.2,
        columnspacing=1.2,
    )
