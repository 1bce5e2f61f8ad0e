"""Scores by the number of labels or pairs, beside what they are to reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.errors import DataError
from langalign.evaluation.metrics import METRIC_NAMES, Metric
from langalign.report.content import Curve, Picture
from langalign.report.drawing import drawing, new_figure, picture, plain_axes
from langalign.report.kinds import explained, marked
from langalign.report.labels import drawn_labels, key_to, literal, with_key
from langalign.report.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

WIDTH, HEIGHT = 4.3, 3.0
ENTRY = 0.2
"""Inches of a line of the legend."""
MARKS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
REFERENCE_DASHES = ((0, (7, 3)), (0, (1, 2)), (0, (7, 2, 1, 2)), (0, (3, 1.5)))
APART = 3.5
"""Points between whiskers of curves at one size."""
NEAREST_TICKS = 0.13
"""The least distance of two numbers on the axis, as a share of its length."""


@drawing
def draw_curves(
    curves: Sequence[Curve],
    *,
    metric: Metric,
    x_label: str,
    reference_lines: Mapping[str, float] | None = None,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw scores by size on a logarithmic axis: points with whiskers, and fitted lines.

    Parameters
    ----------
    curves
        Distinguished by marks and dashes as well as by colours; those of a kind are hollow.
    metric
        What the scores are: ``"accuracy"``.
    x_label
        What the sizes count.
    reference_lines
        Scores to compare with, by name, drawn from side to side: ``{"native, all labels": 0.8}``.
    theme
        The colours.

    Returns
    -------
    matplotlib.figure.Figure
        For :func:`langalign.report.drawing.to_svg` or ``to_png``.

    Raises
    ------
    DataError
        If there are no curves.
    """
    if not curves:
        raise DataError("there are no curves to draw: expected at least one Curve")
    lines = dict(reference_lines or {})
    figure = new_figure(WIDTH, HEIGHT + ENTRY * (len(curves) + len(lines)))
    axes = figure.subplots()
    plain_axes(axes, theme)
    axes.grid(axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    _set_scales(axes, curves, lines.values())
    entries = [_draw_curve(figure, axes, curves, place, theme) for place in range(len(curves))]
    for place, name in enumerate(_line_names(lines)):
        entries.append(_draw_reference(axes, name, lines[list(lines)[place]], place, theme))
    (below,) = drawn_labels([x_label], "sizes", longest=44)
    axes.set_xlabel(literal(below), fontsize=9, color=theme.muted)
    axes.set_ylabel(METRIC_NAMES[metric], fontsize=9, color=theme.muted)
    figure.legend(
        handles=entries,
        loc="outside lower center",
        frameon=False,
        fontsize=9,
        labelcolor=theme.ink,
        handlelength=3.4,
        labelspacing=0.35,
    )
    return figure


def curve_picture(
    curves: Sequence[Curve],
    *,
    metric: Metric,
    x_label: str,
    reference_lines: Mapping[str, float] | None = None,
    caption: str = "",
) -> Picture:
    """Return :func:`draw_curves` for a page, with its numbers as alternative text.

    Raises
    ------
    DataError
        If there are no curves.

    Examples
    --------
    >>> curve = Curve("native", (100, 1000), (0.7, 0.8), (0.6, 0.7), (0.75, 0.85))
    >>> curve_picture(
    ...     [curve], metric="accuracy", x_label="labels", reference_lines={"all": 0.9}
    ... ).alt
    'Accuracy by labels. native: 0.700 at 100, 0.800 at 1,000; all: 0.900.'
    """
    lines = dict(reference_lines or {})
    parts = [
        f"{marked(curve.name, curve.kind)}: "
        + ", ".join(
            f"{mean:.3f} at {_plain(size)}"
            for size, mean in zip(curve.sizes, curve.means, strict=True)
        )
        for curve in curves
    ]
    parts += [f"{name}: {value:.3f}" for name, value in lines.items()]
    parts += explained(curve.kind for curve in curves)
    pairs = list(zip(_names(curves), (curve.name for curve in curves), strict=True))
    pairs += zip(_line_names(lines), lines, strict=True)
    return picture(
        lambda theme: draw_curves(
            curves, metric=metric, x_label=x_label, reference_lines=lines, theme=theme
        ),
        alt=f"{METRIC_NAMES[metric]} by {x_label}. " + "; ".join(parts) + ".",
        caption=with_key(caption, key_to(pairs)),
    )


def _names(curves: Sequence[Curve]) -> list[str]:
    return drawn_labels([curve.name for curve in curves], "curve", longest=36)


def _line_names(lines: Mapping[str, float]) -> list[str]:
    return drawn_labels(list(lines), "line", longest=36)


def _draw_curve(
    figure: Figure, axes: Axes, curves: Sequence[Curve], place: int, theme: Theme
) -> Line2D:
    """Draw one curve, aside by some points so that whiskers at one size stay apart."""
    from matplotlib.lines import Line2D
    from matplotlib.transforms import ScaledTranslation

    curve, name = curves[place], _names(curves)[place]
    colour = theme.classes[place % len(theme.classes)]
    shift = APART * (place - (len(curves) - 1) / 2) / 72
    aside = axes.transData + ScaledTranslation(shift, 0, figure.dpi_scale_trans)
    line: dict[str, Any] = {"color": colour, "linestyle": DASHES[place % len(DASHES)]}
    points: dict[str, Any] = {
        "color": colour,
        "marker": MARKS[place % len(MARKS)],
        "markersize": 5.5,
        "markerfacecolor": theme.paper if curve.kind else colour,
    }
    if curve.fitted:
        axes.plot(*np.transpose(curve.fitted), linewidth=1.4, **line)
    else:
        axes.plot(curve.sizes, curve.means, linewidth=1.4, transform=aside, **line)
    axes.vlines(curve.sizes, curve.lows, curve.highs, color=colour, linewidth=1, transform=aside)
    axes.plot(curve.sizes, curve.means, linewidth=0, transform=aside, zorder=3, **points)
    return Line2D([], [], linewidth=1.4, label=literal(marked(name, curve.kind)), **line | points)


def _draw_reference(axes: Axes, name: str, value: float, place: int, theme: Theme) -> Line2D:
    dashes = REFERENCE_DASHES[place % len(REFERENCE_DASHES)]
    line = axes.axhline(value, color=theme.muted, linewidth=1.3, linestyle=dashes, zorder=1.5)
    line.set_label(literal(f"{name}: {value:.3f}"))
    return line


def _set_scales(axes: Axes, curves: Sequence[Curve], lines: Iterable[float]) -> None:
    """Make room for all that is drawn, and number the sizes as far as numbers fit."""
    fitted = [point for curve in curves for point in curve.fitted or ()]
    sizes = sorted({size for curve in curves for size in curve.sizes})
    ends = [*sizes, *(x for x, _ in fitted)]
    low, high = min(ends) / 1.2, max(ends) * 1.2
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = sizes[:1]
    for size in sizes[1:]:
        if np.log(size / ticks[-1]) / np.log(high / low) >= NEAREST_TICKS:
            ticks.append(size)
    axes.set_xticks(ticks, [_plain(size) for size in ticks])
    axes.set_xticks([], minor=True)
    scores = [*lines, *(y for _, y in fitted)]
    scores += [score for curve in curves for score in (*curve.lows, *curve.highs, *curve.means)]
    air = 0.06 * (max(scores) - min(scores)) + 0.01
    axes.set_ylim(min(scores) - air, max(scores) + air)


def _plain(size: float) -> str:
    return f"{size:,.0f}" if size >= 1 else f"{size:g}"
