"""Scores as dots with their intervals, one panel a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from langalign.evaluation.metrics import Metric
from langalign.report.content import Picture, ReportRow
from langalign.report.drawing import (
    ascii_labels,
    literal,
    new_figure,
    own_settings,
    picture,
    plain_axes,
)
from langalign.report.rows import Group, grouped, with_interval
from langalign.report.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.3
NAMES: dict[Metric, str] = {"accuracy": "Accuracy", "macro_f1": "Macro-F1"}


@own_settings()
def draw_scores(
    rows: Sequence[ReportRow],
    *,
    metric: Metric = "macro_f1",
    majority: Mapping[str, float] | None = None,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw scores as dots with 95 % intervals; the best of each group has another shape.

    Parameters
    ----------
    rows
        One dot each, from above in the order given, one panel a group.
    metric
        Which score.
    majority
        The majority class's score by group, drawn as a dashed line.
    theme
        The colours.

    Returns
    -------
    matplotlib.figure.Figure
        For :func:`langalign.report.drawing.to_svg` or ``to_png``.

    Raises
    ------
    DataError
        If there are no rows.
    """
    groups = grouped(rows, metric)
    lines = dict(majority or {})
    sizes = [len(group.rows) + 1.1 for group in groups]
    figure = new_figure(WIDTH, 0.27 * sum(sizes) + 0.75)
    panels = figure.subplots(
        len(groups), sharex=True, squeeze=False, gridspec_kw={"height_ratios": sizes}
    )[:, 0]
    names = ascii_labels([group.name for group in groups], "group", longest=44)
    for axes, group, name in zip(panels, groups, names, strict=True):
        _draw_group(axes, group, lines.get(group.name), theme)
        axes.set_title(literal(name), loc="left", fontsize=9.5, color=theme.ink, weight="bold")
    panels[-1].set_xlim(*_limits(rows, metric, lines.values()))
    panels[-1].set_xlabel(
        f"{NAMES[metric]}, 95 % interval" + ("; dashed: majority class" if lines else ""),
        fontsize=9,
        color=theme.muted,
    )
    return figure


def score_picture(
    rows: Sequence[ReportRow],
    *,
    metric: Metric = "macro_f1",
    majority: Mapping[str, float] | None = None,
    caption: str = "",
) -> Picture:
    """Return :func:`draw_scores` for a page, with its numbers as alternative text.

    Raises
    ------
    DataError
        If there are no rows.
    """
    told = [
        f"{row.group}, {row.strategy}: "
        f"{with_interval(row.scores.value(metric), row.scores.interval(metric))}"
        for row in rows
    ]
    return picture(
        lambda theme: draw_scores(rows, metric=metric, majority=majority, theme=theme),
        alt=f"{NAMES[metric]} with 95 % intervals. " + "; ".join(told) + ".",
        caption=caption,
    )


def _draw_group(axes: Axes, group: Group, majority: float | None, theme: Theme) -> None:
    plain_axes(axes, theme)
    axes.grid(axis="x", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    if majority is not None:
        axes.axvline(majority, color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    for place, row in enumerate(group.rows):
        best = group.is_best(row)
        colour = theme.accent if best else theme.plain
        value, interval = row.scores.value(group.metric), row.scores.interval(group.metric)
        axes.plot([interval.low, interval.high], [place, place], color=colour, linewidth=2.2)
        axes.plot([value], [place], "D" if best else "o", color=colour, markersize=7)
        axes.text(
            1.02,
            place,
            f"{value:.3f}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=9,
            color=theme.ink,
            weight="bold" if best else "normal",
        )
    labels = ascii_labels([row.strategy for row in group.rows], "strategy")
    axes.set_yticks(range(len(labels)), [literal(label) for label in labels])
    axes.tick_params(axis="y", colors=theme.ink)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _limits(
    rows: Sequence[ReportRow], metric: Metric, lines: Iterable[float]
) -> tuple[float, float]:
    """Return the ends of the axis: what is drawn, and a little air."""
    intervals = [row.scores.interval(metric) for row in rows]
    drawn = [end for interval in intervals for end in interval.as_list()]
    drawn += lines
    air = 0.06 * (max(drawn) - min(drawn)) + 0.01
    return max(-0.01, min(drawn) - air), min(1.01, max(drawn) + air)
