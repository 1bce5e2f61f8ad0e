"""Labels as plots can show them: whole where a font is installed, replaced where none is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from langalign.report.fonts import fallback_family

LONGEST_LABEL = 24
WIDE = "WF"
"""East Asian widths of characters that take the room of two."""


def drawn_labels(labels: Sequence[Any], kind: str, *, longest: int = LONGEST_LABEL) -> list[str]:
    r"""Return labels that can be drawn, different where the labels are.

    A label is kept where installed fonts hold all its characters. Otherwise accents are dropped,
    and what still has no ASCII form becomes ``kind`` and its place.

    Parameters
    ----------
    labels
        Their ``str`` is shown.
    kind
        What they are: ``"class"``.
    longest
        Latin letters that there is room for; Chinese, Japanese and Korean ones count twice.

    Examples
    --------
    >>> drawn_labels(["négatif", "neutral", 3, "one\ntwo", "\U0010fffd"], "class")
    ['négatif', 'neutral', '3', 'one two', 'class 5']
    """
    shown: list[str] = []
    for place, label in enumerate(labels, start=1):
        text = " ".join(unicodedata.normalize("NFC", str(label)).split())
        if not _drawable(text):
            text = _without_accents(text)
        short = _shortened(text, longest) if _drawable(text) else f"{kind} {place}"
        shown.append(short if short not in shown else f"{kind} {place}")
    return shown


def key_to(pairs: Iterable[tuple[str, Any]]) -> str:
    """Return what stands for which label, of pairs of what is drawn and what is meant.

    Examples
    --------
    >>> key_to([("class 1", "?!"), ("neutral", "neutral")])
    'class 1 = ?!'
    """
    named = dict.fromkeys((short, str(label)) for short, label in pairs if short != str(label))
    return ", ".join(f"{short} = {label}" for short, label in named)


def with_key(caption: str, key: str) -> str:
    """Return a caption with a key to labels, where there is one.

    Examples
    --------
    >>> with_key("Reviews.", "class 1 = ?!"), with_key("Reviews.", "")
    ('Reviews. (class 1 = ?!)', 'Reviews.')
    """
    return " ".join(part for part in (caption, f"({key})" if key else "") if part)


def literal(text: str) -> str:
    r"""Return text in which matplotlib finds no mathematics.

    Examples
    --------
    >>> print(literal("$5 or $6"))
    \$5 or \$6
    """
    return text.replace("$", r"\$")


def width_of(text: str) -> int:
    """Return how many Latin letters take the room of a text."""
    return sum(1 + (unicodedata.east_asian_width(char) in WIDE) for char in text)


def _drawable(text: str) -> bool:
    """Return whether matplotlib draws a text rightly: letter by letter, from left to right."""
    simple = text.isprintable() and not any(
        unicodedata.category(char).startswith("M") or unicodedata.bidirectional(char) in ("R", "AL")
        for char in text
    )
    return bool(text) and simple and fallback_family(text) is not None


def _without_accents(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text)
    return "".join(char for char in folded if not unicodedata.combining(char))


def _shortened(text: str, longest: int) -> str:
    if width_of(text) <= longest:
        return text
    kept = ""
    for char in text:
        if width_of(kept + char) > longest - 3:
            break
        kept += char
    return kept.rstrip() + "..."
