"""Figures without pyplot: made by one function, rendered as PNG, as SVG, or for both themes."""

from __future__ import annotations

import contextlib
import functools
import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec

from langalign.report.content import Picture
from langalign.report.fonts import BASE, give_fonts
from langalign.report.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Arguments = ParamSpec("Arguments")


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Shut out what a user's matplotlibrc says where it would change or break the output."""
    import matplotlib

    with matplotlib.rc_context(
        {
            "font.family": [BASE],
            "svg.fonttype": "path",
            "svg.hashsalt": "langalign",
            "savefig.bbox": None,
            "text.usetex": False,
        }
    ):
        yield


def drawing(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Draw under :func:`own_settings`, and give each text the fonts that it needs."""

    @functools.wraps(draw)
    def drawn(*args: Arguments.args, **options: Arguments.kwargs) -> Figure:
        with own_settings():
            figure = draw(*args, **options)
            give_fonts(figure)
        return figure

    return drawn


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


@own_settings()
def _rendered(figure: Figure, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=file_format, **options)
    return buffer.getvalue()
