"""Which texts of two files can be mined: each once, and none that is in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from langalign.data.text import Text, are_pairs, as_texts, folded
from langalign.errors import DataError


@dataclass(frozen=True, slots=True)
class Minable:
    """The texts of one language that are worth a search.

    Parameters
    ----------
    texts
        Each text once.
    rows
        The row of each where it first stands, counted from 0.
    keys
        The texts as they are compared with others.
    empty, repeated, on_both_sides
        How many rows were left out, and why.
    """

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    keys: frozenset[str]
    empty: int
    repeated: int
    on_both_sides: int

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.texts)

    def left_out(self) -> dict[str, int]:
        """Return how many rows were left out, by reason."""
        counts = asdict(self)
        return {name: counts[name] for name in ("empty", "repeated", "on_both_sides")}


def minable(source: Sequence[Text], target: Sequence[Text]) -> tuple[Minable, Minable]:
    """Return what is left of both sides.

    A text that stands twice would push its own translation back: the margin sees another one as
    near. One that stands on both sides is no translation.

    Parameters
    ----------
    source, target
        Single texts of each language.

    Raises
    ------
    DataError
        If the texts are pairs, or nothing is left of a side.

    Examples
    --------
    >>> left, right = minable(["Hello", "hello ", "OK", ""], ["안녕", "OK"])
    >>> left.texts, left.left_out(), right.texts
    (('Hello',), {'empty': 1, 'repeated': 1, 'on_both_sides': 1}, ('안녕',))
    """
    sides = [_single(source, "source"), _single(target, "target")]
    keys = [[folded(text) for text in side] for side in sides]
    both = (set(keys[0]) & set(keys[1])) - {""}
    found = tuple(_side(*side, both) for side in zip(sides, keys, strict=True))
    for name, side in zip(("source", "target"), found, strict=True):
        if not len(side):
            reasons = ", ".join(f"{count:,} {why}" for why, count in side.left_out().items())
            raise DataError(
                f"no {name} texts are left to mine ({reasons.replace('_', ' ')}). Give two files "
                "in two languages; texts that stand in both are no translations"
            )
    return found[0], found[1]


def _single(texts: Sequence[Text], name: str) -> tuple[str, ...]:
    checked = as_texts(texts, name=f"{name} texts")
    if are_pairs(checked):
        raise DataError(f"{name} texts: pairs of texts cannot be mined; give single texts")
    return tuple(str(text) for text in checked)


def _side(texts: tuple[str, ...], keys: list[str], both: set[str]) -> Minable:
    first: dict[str, int] = {}
    for row, key in enumerate(keys):
        first.setdefault(key, row)
    rows = [row for key, row in first.items() if key and key not in both]
    empty, shared = keys.count(""), sum(key in both for key in keys)
    return Minable(
        texts=tuple(texts[row] for row in rows),
        rows=tuple(rows),
        keys=frozenset(first),
        empty=empty,
        repeated=len(keys) - empty - shared - len(rows),
        on_both_sides=shared,
    )
