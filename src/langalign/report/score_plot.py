"""Scores as bars with their intervals, one panel a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from langalign.evaluation.metrics import METRIC_NAMES, Metric, lowest
from langalign.report.bars import bar_look, draw_bar_legend
from langalign.report.content import Picture, ReportRow
from langalign.report.drawing import drawing, new_figure, picture, plain_axes
from langalign.report.kinds import explained, kinds_among, marked
from langalign.report.labels import drawn_labels, key_to, literal, with_key
from langalign.report.rows import Group, fitting, grouped, with_interval
from langalign.report.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.3
ROW = 0.235
"""Inches from bar to bar."""
HEAD, FOOT = 0.36, 0.75
"""Inches for the title of a panel, and for the axis and legend of the figure."""


@drawing
def draw_scores(
    rows: Sequence[ReportRow],
    *,
    metric: Metric = "macro_f1",
    majority: Mapping[str, float] | None = None,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw scores as bars with 95 % intervals; the best of each group has a diamond at its end.

    Where the majority class's score is known, bars start there, so that their length is what was
    gained over it, or lost. Elsewhere they start at 0. Rows of a kind are hatched.

    Parameters
    ----------
    rows
        One bar each, from above in the order given, one panel a group.
    metric
        Which score; where the rows have none such, the main one of their kind of task.
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
    metric = fitting(metric, rows)
    starts = {group.name: (majority or {}).get(group.name) for group in groups}
    kinds = kinds_among(row.kind for row in rows)
    bars = [len(group.rows) + 0.2 for group in groups]
    figure = new_figure(WIDTH, ROW * sum(bars) + HEAD * len(groups) + FOOT)
    panels = figure.subplots(
        len(groups), sharex=True, squeeze=False, gridspec_kw={"height_ratios": bars}
    )[:, 0]
    for axes, group, name in zip(panels, groups, _titles(groups), strict=True):
        _draw_group(axes, group, starts[group.name], theme)
        axes.set_title(literal(name), loc="left", fontsize=9.5, color=theme.ink, weight="bold")
    panels[-1].set_xlim(*_limits(rows, metric, [start or 0.0 for start in starts.values()]))
    panels[-1].set_xlabel(f"{METRIC_NAMES[metric]}, 95 % interval", fontsize=9, color=theme.muted)
    known = any(start is not None for start in starts.values())
    if kinds or known:
        draw_bar_legend(figure, kinds, theme, majority=known)
    return figure


def score_picture(
    rows: Sequence[ReportRow],
    *,
    metric: Metric = "macro_f1",
    majority: Mapping[str, float] | None = None,
    caption: str = "",
) -> Picture:
    """Return :func:`draw_scores` for a page, with its numbers as alternative text.

    The caption explains labels that cannot be drawn, or not whole.

    Raises
    ------
    DataError
        If there are no rows.
    """
    if rows:
        metric = fitting(metric, rows)
    parts = [
        f"{row.group}, {marked(row.strategy, row.kind)}: "
        f"{with_interval(row.scores.value(metric), row.scores.interval(metric))}"
        for row in rows
    ]
    return picture(
        lambda theme: draw_scores(rows, metric=metric, majority=majority, theme=theme),
        alt=f"{METRIC_NAMES[metric]} with 95 % intervals. "
        + "; ".join(parts + explained(row.kind for row in rows))
        + ".",
        caption=with_key(caption, _key(grouped(rows, metric))),
    )


def _titles(groups: Sequence[Group]) -> list[str]:
    return drawn_labels([group.name for group in groups], "group", longest=44)


def _bar_labels(group: Group) -> list[str]:
    return drawn_labels([row.strategy for row in group.rows], "strategy", longest=30)


def _key(groups: Sequence[Group]) -> str:
    """Return what labels stand for that are not drawn as they are."""
    pairs = list(zip(_titles(groups), (group.name for group in groups), strict=True))
    for group in groups:
        pairs += zip(_bar_labels(group), (row.strategy for row in group.rows), strict=True)
    return key_to(pairs)


def _draw_group(axes: Axes, group: Group, majority: float | None, theme: Theme) -> None:
    plain_axes(axes, theme)
    axes.grid(axis="x", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    if majority is not None:
        axes.axvline(majority, color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)
    for place, row in enumerate(group.rows):
        _draw_row(axes, place, row, group, majority or 0.0, theme)
    labels = _bar_labels(group)
    axes.set_yticks(range(len(labels)), [literal(label) for label in labels])
    axes.tick_params(axis="y", colors=theme.ink)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _draw_row(
    axes: Axes, place: int, row: ReportRow, group: Group, start: float, theme: Theme
) -> None:
    """Draw bar, whisker and number of one row."""
    best = group.is_best(row)
    colour = theme.accent if best else theme.plain
    value, interval = row.scores.value(group.metric), row.scores.interval(group.metric)
    axes.barh(place, value - start, left=start, height=0.72, **bar_look(row.kind, colour))
    axes.plot(
        interval.as_list(), [place] * 2, "|-", color=theme.ink, linewidth=1, markersize=4, zorder=4
    )
    if best:
        axes.plot(value, place, "D", color=theme.ink, markersize=4.5, zorder=5)
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


def _limits(
    rows: Sequence[ReportRow], metric: Metric, starts: Iterable[float]
) -> tuple[float, float]:
    """Return the ends of the axis: what is drawn, and a little air."""
    intervals = [row.scores.interval(metric) for row in rows]
    drawn = [end for interval in intervals for end in interval.as_list()]
    drawn += starts
    air = 0.06 * (max(drawn) - min(drawn)) + 0.01
    low = min(drawn)
    return low if low == 0 else max(lowest(metric), low - air), min(1.01, max(drawn) + air)
