"""Two languages on one plane, before and after the map between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.report.content import Picture
from langalign.report.drawing import drawing, new_figure, picture, plain_axes
from langalign.report.labels import drawn_labels, key_to, with_key
from langalign.report.legend import MARKS, draw_legend
from langalign.report.projection import Points, on_a_plane
from langalign.report.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_POINTS = 250
"""Points of each language in a panel; more hide each other."""


@drawing
def draw_alignment(
    source: Any,
    before: Any,
    after: Any,
    *,
    source_labels: Sequence[Any] | None = None,
    target_labels: Sequence[Any] | None = None,
    languages: tuple[str, str] = ("source", "target"),
    random_state: int = 0,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw source vectors with target vectors before and after alignment, side by side.

    Parameters
    ----------
    source
        Shape (n, d); the space that the classifier knows.
    before, after
        The same target texts before and after the map, each of shape (m, d).
    source_labels, target_labels
        Colours, of shapes (n,) and (m,); ``None`` colours by language.
    languages
        Names of source and target; filled circles and hollow triangles.
    random_state
        Seed of the sample, where there are more than 250 rows.
    theme
        The colours.

    Returns
    -------
    matplotlib.figure.Figure
        Each panel on its own two principal components, found from both languages together.

    Raises
    ------
    VectorError
        If arrays are not vectors of one width.
    DataError
        If ``before`` and ``after`` differ in rows, labels do not fit the vectors, or only one
        language has labels.
    """
    classes = _classes(source_labels, target_labels)
    _require_rows(source, before, after, source_labels, target_labels)
    rng = np.random.default_rng(random_state)
    rows = _sample(len(source), rng), _sample(len(before), rng)
    colours = (
        _colours(source_labels, rows[0], classes, theme, fallback=0),
        _colours(target_labels, rows[1], classes, theme, fallback=1),
    )
    figure = new_figure(4.3, 2.75)
    panels = figure.subplots(1, 2)
    for axes, target, title in zip(panels, (before, after), ("Before", "After"), strict=True):
        points, share = on_a_plane(np.asarray(source)[rows[0]], np.asarray(target)[rows[1]])
        _draw_panel(axes, points, colours, theme)
        axes.set_title(title, loc="left", fontsize=10, color=theme.ink, weight="bold")
        axes.set_xlabel(f"{share:.0%} of the variance", fontsize=8, color=theme.muted)
    draw_legend(figure, languages, classes, theme)
    return figure


def alignment_picture(
    source: Any,
    before: Any,
    after: Any,
    *,
    source_labels: Sequence[Any] | None = None,
    target_labels: Sequence[Any] | None = None,
    languages: tuple[str, str] = ("source", "target"),
    random_state: int = 0,
    caption: str = "",
) -> Picture:
    """Return :func:`draw_alignment` for a page; the caption explains labels that cannot be drawn.

    Raises
    ------
    VectorError, DataError
        As :func:`draw_alignment`.
    """
    classes = _classes(source_labels, target_labels)
    pairs = list(zip(drawn_labels(languages, "language"), languages, strict=True))
    pairs += zip(drawn_labels(classes, "class"), classes, strict=True)
    return picture(
        lambda theme: draw_alignment(
            source,
            before,
            after,
            source_labels=source_labels,
            target_labels=target_labels,
            languages=languages,
            random_state=random_state,
            theme=theme,
        ),
        alt=f"Vectors of {languages[0]} and {languages[1]} texts on two principal components, "
        "before alignment on the left and after it on the right.",
        caption=with_key(caption, key_to(pairs)),
    )


def _classes(*columns: Sequence[Any] | None) -> list[Any]:
    given = [column for column in columns if column is not None]
    if len(given) == 1:
        raise DataError("labels of one language only: give those of both, or of neither")
    return sorted({label for column in given for label in column}, key=str)


def _require_rows(
    source: Any, before: Any, after: Any, source_labels: Any, target_labels: Any
) -> None:
    if len(before) != len(after):
        raise DataError(f"{len(before)} rows before, {len(after)} after: expected the same texts")
    for side, vectors, labels in (
        ("source", source, source_labels),
        ("target", before, target_labels),
    ):
        if labels is not None and len(labels) != len(vectors):
            raise DataError(f"{side}: {len(vectors)} vectors and {len(labels)} labels")


def _sample(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.sort(rng.permutation(n)[:MOST_POINTS])


def _colours(
    labels: Sequence[Any] | None,
    rows: NDArray[np.int64],
    classes: list[Any],
    theme: Theme,
    *,
    fallback: int,
) -> list[str]:
    if labels is None:
        return [theme.classes[fallback]] * len(rows)
    colour_of = dict.fromkeys(classes, theme.other)
    colour_of.update(zip(classes, theme.classes, strict=False))
    return [colour_of[labels[row]] for row in rows]


def _draw_panel(
    axes: Axes, points: list[Points], colours: tuple[list[str], list[str]], theme: Theme
) -> None:
    plain_axes(axes, theme)
    for spine in axes.spines.values():
        spine.set_visible(True)
    axes.set_xticks([])
    axes.set_yticks([])
    for place, (cloud, own) in enumerate(zip(points, colours, strict=True)):
        for colour in dict.fromkeys(own):
            x, y = cloud[[item == colour for item in own]].T
            face, edge = (colour, "none") if place == 0 else ("none", colour)
            axes.plot(
                x,
                y,
                MARKS[place],
                markersize=3.6,
                markerfacecolor=face,
                markeredgecolor=edge,
                alpha=0.6 if place == 0 else 0.9,
            )
