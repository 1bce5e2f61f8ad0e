"""A font for every script: looked for among those installed, checked letter by letter."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BASE = "DejaVu Sans"
"""Comes with matplotlib, so it is always there; it holds no Chinese, Japanese or Korean."""

PREFERRED = {
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo"),
    "zh": ("Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei"),
}
"""Families by language: one character has other shapes in another language."""

PLAIN, BOLD = 400, 700
"""Weights, as matplotlib counts them."""


def fallback_family(text: str, *, language: str = "zh") -> str | None:
    r"""Return an installed family with all characters of a text that ``DejaVu Sans`` lacks.

    Parameters
    ----------
    text
        What is to be drawn.
    language
        ``"ko"``, ``"ja"`` or ``"zh"``: whose fonts are tried first.

    Returns
    -------
    str or None
        ``DejaVu Sans`` itself where nothing is missing; ``None`` where no family will do.

    Examples
    --------
    >>> fallback_family("négatif")
    'DejaVu Sans'
    >>> fallback_family("\u0378") is None
    True
    """
    base = _glyphs(BASE, PLAIN)
    missing = {ord(char) for char in text if not char.isspace()}.difference(base)
    if not missing:
        return BASE
    return next((name for name in _candidates(language) if _holds(name, missing)), None)


def give_fonts(figure: Figure) -> None:
    """Give each text of a figure the families that its characters need."""
    from matplotlib.text import Text

    texts = [item for item in figure.findobj(Text) if isinstance(item, Text)]
    shared = _language("".join(item.get_text() for item in texts))
    for item in texts:
        shown = item.get_text()
        family = fallback_family(shown, language=_language(shown) or shared or "zh")
        if family is None or family == BASE:
            continue
        item.set_fontfamily([BASE, family])
        if BOLD not in _weights()[family]:
            item.set_fontweight(PLAIN)


def _language(text: str) -> str:
    """Return the language that letters give away; Chinese characters alone do not."""
    if any("\uac00" <= char <= "\ud7a3" or "\u3130" <= char <= "\u318f" for char in text):
        return "ko"
    return "ja" if any("\u3040" <= char <= "\u30ff" for char in text) else ""


def _candidates(language: str) -> Iterator[str]:
    """Yield installed families, those of the language first, in an order that stays."""
    installed = {name for name, weights in _weights().items() if PLAIN in weights}
    preferred = [*PREFERRED[language], *(name for names in PREFERRED.values() for name in names)]
    yield from (name for name in dict.fromkeys(preferred) if name in installed)
    yield from sorted(installed.difference(preferred))


def _weights() -> dict[str, set[int]]:
    """Return the upright weights of each family; matplotlib complains of others asked for."""
    from matplotlib.font_manager import fontManager

    weights: dict[str, set[int]] = {}
    for entry in fontManager.ttflist:
        if entry.style == "normal":
            weights.setdefault(entry.name, set()).add(int(entry.weight))
    return weights


def _holds(family: str, codes: set[int]) -> bool:
    """Return whether a family has a glyph of its own for each code point, in the weights it has.

    Fonts of last resort map whole blocks to one box: there, neighbours share a glyph.
    """
    for weight in {PLAIN, BOLD} & _weights()[family]:
        glyphs = _glyphs(family, weight)
        for code in codes:
            if glyphs.get(code, 0) in (0, glyphs.get(code - 1), glyphs.get(code + 1)):
                return False
    return True


def _glyphs(family: str, weight: int) -> dict[int, int]:
    """Return the glyph of each code point in the file that matplotlib takes for a family."""
    from matplotlib.font_manager import FontProperties, findfont

    return _read_glyphs(
        findfont(FontProperties(family=[family], weight=weight), fallback_to_default=False)
    )


@functools.cache
def _read_glyphs(path: str) -> dict[int, int]:
    from matplotlib.font_manager import get_font

    return {int(code): int(glyph) for code, glyph in get_font(path).get_charmap().items()}
