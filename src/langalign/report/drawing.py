"""Figures without pyplot: made by one function, rendered as PNG, as SVG, or for both themes."""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from langalign.report.content import Picture
from langalign.report.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_LABEL = 24


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Shut out what a user's matplotlibrc says where it would change or break the output."""
    import matplotlib

    with matplotlib.rc_context(
        {
            "font.family": ["DejaVu Sans"],
            "svg.fonttype": "path",
            "svg.hashsalt": "langalign",
            "savefig.bbox": None,
            "text.usetex": False,
        }
    ):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty transparent figure of a size in inches, on the Agg canvas."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    return figure


def plain_axes(axes: Axes, theme: Theme) -> None:
    """Leave an axes its lower line only, in the theme's colours, without tick marks."""
    axes.set_facecolor("none")
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.grid)
    axes.tick_params(length=0, colors=theme.muted, labelsize=9)


def to_png(figure: Figure, *, background: str = "white", dpi: int = 150) -> bytes:
    """Render a figure as PNG, the same bytes each time."""
    return _rendered(figure, "png", facecolor=background, dpi=dpi, metadata={"Software": None})


def to_svg(figure: Figure) -> str:
    """Render a figure as an SVG document on a transparent ground, the same text each time."""
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    svg = _rendered(figure, "svg", metadata=nothing).decode("utf-8")
    return _numbered(svg[svg.index("<svg") :])


def _numbered(svg: str) -> str:
    """Return the SVG with its ids numbered: matplotlib hashes positions, whose last bit varies."""
    ids = dict.fromkeys(re.findall(r'id="([pm][0-9a-f]{10})"', svg))
    numbers = {name: f"{name[0]}{number}" for number, name in enumerate(ids)}
    return re.sub(r"\b[pm][0-9a-f]{10}\b", lambda found: numbers.get(found[0], found[0]), svg)


def picture(draw: Callable[[Theme], Figure], *, alt: str, caption: str = "") -> Picture:
    """Draw once for light and once for dark backgrounds."""
    return Picture(light=to_svg(draw(LIGHT)), dark=to_svg(draw(DARK)), alt=alt, caption=caption)


def ascii_labels(labels: Sequence[Any], kind: str, *, longest: int = LONGEST_LABEL) -> list[str]:
    """Return labels that any font can draw, different where the labels are.

    Accents are dropped. What has no ASCII form becomes ``kind`` and its place, so that no font
    for its script is needed.

    Examples
    --------
    >>> ascii_labels(["négatif", "긍정", "neutral", 3], "class")
    ['negatif', 'class 2', 'neutral', '3']
    """
    plain: list[str] = []
    for place, label in enumerate(labels, start=1):
        folded = "".join(
            char
            for char in unicodedata.normalize("NFKD", str(label))
            if not unicodedata.combining(char)
        )
        known = folded.isascii() and folded.isprintable() and folded.strip()
        short = _shortened(folded, longest) if known else f"{kind} {place}"
        plain.append(short if short not in plain else f"{kind} {place}")
    return plain


def literal(text: str) -> str:
    r"""Return text in which matplotlib finds no mathematics.

    Examples
    --------
    >>> print(literal("$5 or $6"))
    \$5 or \$6
    """
    return text.replace("$", r"\$")


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 3].rstrip() + "..."


@own_settings()
def _rendered(figure: Figure, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=file_format, **options)
    return buffer.getvalue()
