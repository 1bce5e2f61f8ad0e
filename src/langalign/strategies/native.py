"""Native data: labelled target texts, all of them or a number that one could label."""

from __future__ import annotations

from typing import ClassVar, Literal

from langalign.strategies.base import Problem, draw, strategies
from langalign.strategies.direct import DirectClassifier

SIZES = (100, 500, 2000)
"""How many labels: about an afternoon's, a week's and a month's work of one person."""


@strategies.register("native")
class Native:
    """Train on all labelled target texts: the ceiling of what carrying over can reach."""

    uses_target_labels: ClassVar[bool] = True
    serves: ClassVar[Literal["target", "translation"]] = "target"

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled target vectors."""
        return DirectClassifier(problem.head(), *problem.native(), random_state=random_state)


class NativeFew:
    """Train on some labelled target texts, drawn at random."""

    uses_target_labels: ClassVar[bool] = True
    serves: ClassVar[Literal["target", "translation"]] = "target"
    size: ClassVar[int]

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on ``size`` labelled target vectors.

        Raises
        ------
        DataError
            If there are not that many.
        """
        X, y = draw(problem.native(), self.size, random_state)
        return DirectClassifier(problem.head(), X, y, random_state=random_state)


def _register(size: int) -> None:
    members = {"size": size, "__doc__": f"Train on {size} random labelled target texts."}
    strategies.register(f"native-{size}")(type(f"NativeFew[{size}]", (NativeFew,), members))


for _size in SIZES:
    _register(_size)
