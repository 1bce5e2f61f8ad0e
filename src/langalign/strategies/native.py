"""Native data: labelled target texts, all of them or a number that one could label."""

from __future__ import annotations

from typing import ClassVar, Literal

from langalign.strategies.base import Problem, draw, strategies
from langalign.strategies.direct import DirectClassifier

SIZES = (100, 500, 2000)
"""How many labels: about an afternoon's, a week's and a month's work of one person."""


class Native:
    """Labelled target texts train a head."""

    uses_target_labels: ClassVar[bool] = True
    uses_pairs: ClassVar[bool] = False
    serves: ClassVar[Literal["target", "translation"]] = "target"
    size: ClassVar[int | None]
    """How many labels it draws; ``None`` takes all."""

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled target vectors.

        Raises
        ------
        DataError
            If there are not ``size``.
        """
        X, y = draw(problem.native(), self.size, random_state)
        return DirectClassifier(problem.head(), X, y, random_state=random_state)


def _register(size: int | None) -> None:
    name, summary = f"native-{size}", f"Train on {size} random labelled target texts."
    if size is None:
        name = "native"
        summary = "Train on all labelled target texts: the ceiling of what carrying over can reach."
    members = {"size": size, "__doc__": summary}
    strategies.register(name)(type(f"Native[{size}]", (Native,), members))


for _size in (None, *SIZES):
    _register(_size)
