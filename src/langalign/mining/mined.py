"""What mining found: the pairs, and what to expect of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import NDArray

from langalign.mining.expectation import Expected
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Mined:
    """Pairs of texts, the most certain first; no text occurs twice.

    Parameters
    ----------
    source, target
        The texts, n each.
    source_rows, target_rows
        Where they stood, counted from 0, shape (n,).
    scores
        Shape (n,), falling.
    threshold
        The lowest score kept.
    expected
        What to expect of them; ``None`` where a threshold was given without held-out pairs.
    searched
        How many source and target texts were compared.
    left_out
        Rows left out of each side, by reason.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    source_rows: NDArray[Any]
    target_rows: NDArray[Any]
    scores: Vectors
    threshold: float
    expected: Expected | None
    searched: tuple[int, int]
    left_out: tuple[dict[str, int], dict[str, int]]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.source)

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        """Yield source text, target text and score."""
        return zip(self.source, self.target, self.scores.tolist(), strict=True)

    @property
    def told_apart(self) -> bool | None:
        """Whether planted translations are found more often than chance explains."""
        return None if self.expected is None else self.expected.separation.low > 0

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record, without the texts."""
        return {
            "pairs": len(self),
            "threshold": self.threshold,
            "expected": None if self.expected is None else asdict(self.expected),
            "told_apart": self.told_apart,
            "searched": list(self.searched),
            "left_out": list(self.left_out),
        }

    def summary(self) -> str:
        """Return in sentences what was found and what to think of it."""
        found = (
            f"{len(self):,} pairs of {self.searched[0]:,} source and {self.searched[1]:,} target "
            f"texts, with scores from {self.threshold:.3f}."
        )
        if self.expected is None:
            return f"{found} How many are translations is not known: no held-out pairs were given."
        return "\n".join([found, *_expectation(self.expected), *_doubts(self)])


def _expectation(expected: Expected) -> list[str]:
    return [
        f"Expected, from {expected.n_planted:,} held-out pairs hidden among the texts and "
        f"{expected.n_alone:,} texts hidden without their translation:",
        f"  precision                 {expected.precision}",
        f"  recall                    {expected.recall}",
        f"  F1                        {expected.f1}",
        f"  translations in the files {_count(expected.n_pairs.value)} "
        f"({_count(expected.n_pairs.low)} to {_count(expected.n_pairs.high)})",
    ]


def _doubts(mined: Mined) -> list[str]:
    expected = mined.expected
    if expected is None:
        return []
    if not mined.told_apart:
        return [
            "Held-out pairs cannot be distinguished from other texts: they are found hardly more "
            "often than chance explains. Do not use these pairs; take better encoders, or fit the "
            "aligner on more parallel text."
        ]
    if expected.n_pairs.low < 1:
        return ["The files may hold no translations at all."]
    if expected.precision.value < 0.5:
        return [
            "More than half of the pairs are expected to be wrong. For fewer and better ones ask "
            "for a precision."
        ]
    return []


def _count(value: float) -> str:
    return f"{round(value):,}"
