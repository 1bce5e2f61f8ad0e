"""Which script a character is in, from its Unicode name, and how much text it stands for."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Set

# Latin letters that say as much as one character of the script, measured on sentence pairs
_WEIGHTS = {"Han": 3.0, "Hiragana": 1.8, "Katakana": 1.8, "Hangul": 2.2}
_WIDTHS = ("HALFWIDTH ", "FULLWIDTH ", "VERTICAL ")


@functools.lru_cache(maxsize=65536)
def script_of(character: str) -> str:
    """Return the name of a character's script, ``""`` for what has no name.

    Parameters
    ----------
    character
        One character. Signs that no script owns give the first word of their Unicode name.

    Examples
    --------
    >>> [script_of(character) for character in "aж글かカ字"]
    ['Latin', 'Cyrillic', 'Hangul', 'Hiragana', 'Katakana', 'Han']
    """
    name = unicodedata.name(character, "")
    for width in _WIDTHS:
        name = name.removeprefix(width)
    first = name.replace("-", " ").partition(" ")[0]
    return "Han" if first in ("CJK", "IDEOGRAPHIC") else first.capitalize()


def letters_worth(text: str) -> float:
    """Return how many Latin letters say as much as a text: Han counts 3, Hangul 2.2, kana 1.8.

    Examples
    --------
    >>> letters_worth("iOS"), letters_worth("文字")
    (3.0, 6.0)
    """
    return sum(count * _weight(character) for character, count in Counter(text).items())


def script_share(text: str, scripts: Set[str]) -> float | None:
    """Return which share of a text's letters is written in ``scripts``, None without letters.

    Letters are weighted as :func:`letters_worth` does, so that one Latin name in a Chinese
    sentence does not outweigh it.

    Examples
    --------
    >>> round(script_share("iOS 앱", {"Hangul"}), 2), script_share("1 + 1 = 2", {"Latin"})
    (0.42, None)
    """
    worth = letters_by_script(text)
    letters = sum(worth.values())
    inside = sum(worth[script] for script in worth.keys() & scripts)
    return inside / letters if letters else None


def letters_by_script(text: str) -> dict[str, float]:
    """Return what the letters of each script say in a text, weighted as :func:`letters_worth`.

    Examples
    --------
    >>> letters_by_script("iOS 앱 2!")
    {'Latin': 3.0, 'Hangul': 2.2}
    """
    worth: dict[str, float] = {}
    for character, count in Counter(text).items():
        if character.isalpha():
            script = script_of(character)
            worth[script] = worth.get(script, 0.0) + count * _weight(character)
    return worth


def _weight(character: str) -> float:
    return _WEIGHTS.get(script_of(character), 1.0)
