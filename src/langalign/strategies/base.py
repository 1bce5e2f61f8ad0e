"""What a strategy is: one way of getting a classifier of target vectors.

A new one is a new file here with ``@strategies.register("name")``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.heads.base import Labels
from langalign.registry import Registry
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Problem:
    """What there is to learn from, as vectors.

    Parameters
    ----------
    X, y
        Labelled source texts: (n, d_source), or (n, 2, d_source) for pairs, and their labels.
    source, target
        The two sides of the parallel text, (m, d_source) and (m, d_target).
    unlabeled
        Target texts as they will be classified.
    native_X, native_y
        Labelled target texts; only strategies that say so use them.
    groups
        Pairs with equal group stay in one fold, shape (m,).
    """

    X: Vectors
    y: Labels
    source: Vectors
    target: Vectors
    unlabeled: Vectors | None = None
    native_X: Vectors | None = None
    native_y: Labels | None = None
    groups: NDArray[Any] | None = None

    def native(self) -> tuple[Vectors, Labels]:
        """Return the labelled target texts.

        Raises
        ------
        DataError
            If there are none.
        """
        if self.native_X is None or self.native_y is None:
            raise DataError("this strategy learns from labelled target texts; give some (--native)")
        return self.native_X, self.native_y


class TargetClassifier(Protocol):
    """What a strategy returns: it labels target vectors."""

    def predict(self, X: Any) -> Labels:
        """Return a label for each target vector, (n, d_target) or (n, 2, d_target)."""


class Strategy(Protocol):
    """One way of getting a target classifier."""

    uses_target_labels: ClassVar[bool]

    def fit(self, problem: Problem, *, random_state: int = 0) -> TargetClassifier:
        """Learn from what the problem offers."""


strategies: Registry[Strategy] = Registry("strategy", "langalign.strategies")
