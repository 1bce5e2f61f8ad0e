"""What was taken for what: a heat map of truth against prediction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.evaluation.labels import encode_labels
from langalign.evaluation.metrics import confusion
from langalign.report.content import Picture
from langalign.report.drawing import drawing, new_figure, picture, plain_axes
from langalign.report.labels import drawn_labels, key_to, literal, width_of, with_key
from langalign.report.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_WITH_SHARES, MOST_WITH_COUNTS = 5, 12
"""Classes up to which there is room in a cell for share and count, and for the count alone."""
MOST_LISTED = 5
WIDTH = 4.3


@drawing
def draw_confusion(
    truth: Any,
    predicted: Any,
    *,
    classes: Iterable[Any] | None = None,
    title: str = "",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw truth (down) against prediction (across); each row's shares as shades, with counts.

    Parameters
    ----------
    truth, predicted
        Labels of the same rows, each of shape (n,).
    classes
        Their order; ``None`` takes all that occur, sorted. Up to about 28 can be read.
    title
        Above the map.
    theme
        The colours.

    Returns
    -------
    matplotlib.figure.Figure
        Right answers are framed. Numbers are left out where classes are many.

    Raises
    ------
    DataError
        If the labels do not fit together or are not among ``classes``.
    """
    counts, names = _counted(truth, predicted, classes)
    labels = drawn_labels(names, "class", longest=_longest(len(names)))
    across = max(map(width_of, labels)) * len(labels) > 34
    height = WIDTH + (0.0 if across else -0.75) - (0.5 if len(labels) <= 3 else 0.0)
    figure = new_figure(WIDTH, height + 0.3 * bool(title))
    axes = figure.subplots()
    plain_axes(axes, theme)
    axes.spines["bottom"].set_visible(False)
    _draw_cells(axes, counts, theme)
    size = 9 if len(labels) <= MOST_WITH_COUNTS else 6.2
    ticks = range(len(labels)), [literal(label) for label in labels]
    axes.set_xticks(*ticks, rotation=90 if across else 0, fontsize=size, color=theme.ink)
    axes.set_yticks(*ticks, fontsize=size, color=theme.ink)
    axes.set_xlabel("predicted", fontsize=9, color=theme.muted)
    axes.set_ylabel("truth", fontsize=9, color=theme.muted)
    if title:
        (shown,) = drawn_labels([title], "classes", longest=44)
        axes.set_title(literal(shown), loc="left", fontsize=9.5, color=theme.ink, weight="bold")
    if len(labels) > MOST_WITH_SHARES:
        _draw_shades(figure, theme)
    return figure


def confusion_picture(
    truth: Any,
    predicted: Any,
    *,
    classes: Iterable[Any] | None = None,
    title: str = "",
    caption: str = "",
) -> Picture:
    """Return :func:`draw_confusion` for a page, the most frequent confusions in words.

    They stand in the alternative text, and where classes are too many for numbers in the caption
    as well, which also explains labels that cannot be drawn.

    Raises
    ------
    DataError
        As :func:`draw_confusion`.

    Examples
    --------
    >>> confusion_picture(["a", "b", "b"], ["a", "a", "b"]).alt
    'Truth against prediction of 3 rows in 2 classes. Most frequent confusions: b taken for a (1).'
    """
    known = None if classes is None else list(classes)
    counts, names = _counted(truth, predicted, known)
    confusions = _confusions(counts, names)
    labels = drawn_labels(names, "class", longest=_longest(len(names)))
    below = [caption, confusions if len(names) > MOST_WITH_COUNTS else ""]
    return picture(
        lambda theme: draw_confusion(truth, predicted, classes=known, title=title, theme=theme),
        alt=" ".join(
            part
            for part in (
                f"{title}:" if title else "",
                f"Truth against prediction of {counts.sum()} rows in {len(names)} classes.",
                confusions,
            )
            if part
        ),
        caption=with_key(
            " ".join(part for part in below if part),
            key_to(zip(labels, names, strict=True)),
        ),
    )


def _counted(
    truth: Any, predicted: Any, classes: Iterable[Any] | None
) -> tuple[NDArray[np.int64], list[Any]]:
    _, names = encode_labels(truth, predicted, classes=classes)
    return confusion(truth, predicted, names), list(names)


def _longest(n_classes: int) -> int:
    return 24 if n_classes <= MOST_WITH_COUNTS else 18


def _confusions(counts: NDArray[np.int64], names: list[Any]) -> str:
    """Return the most frequent confusions as text; earlier classes first where counts are equal."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_LISTED]
    pairs = [divmod(int(cell), len(names)) for cell in order if wrong.flat[cell]]
    listed = "; ".join(f"{names[i]} taken for {names[j]} ({wrong[i, j]})" for i, j in pairs)
    return f"Most frequent confusions: {listed}." if listed else "Nothing was confused."


def _draw_cells(axes: Axes, counts: NDArray[np.int64], theme: Theme) -> None:
    from matplotlib.patches import Rectangle

    n = len(counts)
    edges = np.arange(n + 1) - 0.5
    axes.hlines(edges, -0.5, n - 0.5, color=theme.grid, linewidth=0.5, zorder=1)
    axes.vlines(edges, -0.5, n - 0.5, color=theme.grid, linewidth=0.5, zorder=1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for row, column in np.ndindex(n, n):
        right = row == column
        shade = _shade(float(shares[row, column]))
        if shade or right:
            cell = Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=(theme.plain, shade))
            cell.set(edgecolor=theme.ink if right else "none", linewidth=1.1, zorder=2 + right)
            axes.add_patch(cell)
        number = _number(int(counts[row, column]), float(shares[row, column]), n)
        if number:
            size = 9 if n <= MOST_WITH_SHARES else 7
            colour = theme.ink_on(shade)
            axes.text(column, row, number, ha="center", va="center", fontsize=size, color=colour)
    axes.set_xlim(-0.52, n - 0.48)
    axes.set_ylim(n - 0.48, -0.52)


def _shade(share: float) -> float:
    """Return how opaque a cell is: rare confusions would not be seen if shares were taken."""
    return float(share**0.6)


def _number(count: int, share: float, n_classes: int) -> str:
    if n_classes > MOST_WITH_COUNTS or (n_classes > MOST_WITH_SHARES and not count):
        return ""
    return f"{share:.0%}\n{count}" if n_classes <= MOST_WITH_SHARES else str(count)


def _draw_shades(figure: Figure, theme: Theme) -> None:
    """Explain the shades below the map."""
    from matplotlib.patches import Patch

    figure.legend(
        handles=[
            Patch(
                facecolor=(theme.plain, _shade(share)), edgecolor=theme.grid, label=f"{share:.0%}"
            )
            for share in (0.0, 0.25, 0.5, 0.75, 1.0)
        ],
        title="share of the true class",
        title_fontproperties={"size": 8},
        loc="outside lower center",
        ncols=5,
        frameon=False,
        fontsize=8,
        labelcolor=theme.ink,
        handlelength=1.2,
        columnspacing=1.0,
    ).get_title().set_color(theme.muted)
