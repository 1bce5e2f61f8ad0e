"""Rows that are no fair rivals, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Kind = Literal["", "target-labels", "oracle"]

WORDS: dict[Kind, str] = {"target-labels": "target labels", "oracle": "oracle"}
MEANINGS: dict[Kind, str] = {
    "target-labels": "fitted with labels of the target language",
    "oracle": "settings picked with the test labels; what choosing well is worth, not a result",
}


def marked(name: str, kind: Kind) -> str:
    """Return a name with the word of its kind.

    Examples
    --------
    >>> marked("native", "target-labels"), marked("linear", "")
    ('native (target labels)', 'linear')
    """
    return f"{name} ({WORDS[kind]})" if kind else name


def kinds_among(kinds: Iterable[Kind]) -> list[Kind]:
    """Return the kinds that occur and need a word, in the order of :data:`WORDS`.

    Examples
    --------
    >>> kinds_among(["", "oracle", "oracle"])
    ['oracle']
    """
    found = set(kinds)
    return [kind for kind in WORDS if kind in found]


def explained(kinds: Iterable[Kind]) -> list[str]:
    """Return a line for each kind that occurs.

    Examples
    --------
    >>> explained(["target-labels", ""])
    ['target labels: fitted with labels of the target language']
    """
    return [f"{WORDS[kind]}: {MEANINGS[kind]}" for kind in kinds_among(kinds)]
