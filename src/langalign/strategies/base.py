"""What a strategy is: one way of getting a classifier of target vectors.

A new one is a new file here with ``@strategies.register("name")``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.heads.base import Head, Labels
from langalign.heads.default import default_head
from langalign.registry import Registry
from langalign.tasks import Task, infer_task
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Problem:
    """What there is to learn from, as vectors.

    Parameters
    ----------
    X, y
        Labelled source texts: (n, d_source), or (n, 2, d_source) for pairs, and their labels.
    source, target
        The two sides of the parallel text, (m, d_source) and (m, d_target).
    unlabeled
        Target texts like those to be classified.
    native_X, native_y
        Labelled target texts; only strategies that say so use them.
    groups
        Pairs with equal group stay in one fold, shape (m,).
    translated_X, translated_y
        The labelled source texts, or some of them, translated: target vectors and their labels.
    one_space
        Whether one encoder makes the vectors of both languages.
    task
        The kind of task; ``None`` infers it from ``y``.
    """

    X: Vectors
    y: Labels
    source: Vectors
    target: Vectors
    unlabeled: Vectors | None = None
    native_X: Vectors | None = None
    native_y: Labels | None = None
    groups: NDArray[Any] | None = None
    translated_X: Vectors | None = None
    translated_y: Labels | None = None
    one_space: bool = True
    task: Task | None = None

    @property
    def kind(self) -> Task:
        """Return the kind of task: the one set, or what the labels look like."""
        return self.task or infer_task(self.y)

    def head(self) -> Head:
        """Return the unfitted head that strategies train for this kind of task."""
        return default_head(self.kind)

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

    def translated(self) -> tuple[Vectors, Labels]:
        """Return the labelled texts that were translated into the target language.

        Raises
        ------
        DataError
            If there are none.
        """
        if self.translated_X is None or self.translated_y is None:
            raise DataError("this strategy learns from translated texts; give some (--translated)")
        return self.translated_X, self.translated_y


class TargetClassifier(Protocol):
    """What a strategy returns: it labels the vectors that the strategy ``serves``."""

    def predict(self, X: Any) -> Labels:
        """Return a label for each vector, (n, d) or (n, 2, d)."""


class Strategy(Protocol):
    """One way of getting a target classifier."""

    uses_target_labels: ClassVar[bool]
    uses_pairs: ClassVar[bool]
    """Whether it learns from parallel text."""
    serves: ClassVar[Literal["target", "translation"]]
    """Which vectors are classified: target texts', or those of their translations into the source
    language."""

    def fit(self, problem: Problem, *, random_state: int = 0) -> TargetClassifier:
        """Learn from what the problem offers."""


def draw(
    labeled: tuple[Vectors, Labels], size: int | None, random_state: int
) -> tuple[Vectors, Labels]:
    """Return ``size`` random rows of labelled vectors; all as they stand for ``None``.

    Raises
    ------
    DataError
        If there are fewer.
    """
    if size is None:
        return labeled
    X, y = labeled
    if len(X) < size:
        raise DataError(f"{size} labelled target texts are needed, {len(X)} were given")
    rows = np.random.default_rng(random_state).permutation(len(X))[:size]
    return X[rows], y[rows]


strategies: Registry[Strategy] = Registry("strategy", "langalign.strategies")
