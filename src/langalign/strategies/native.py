"""Native data: labelled target texts, all of them or a hundred."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from langalign.strategies.base import Problem, strategies
from langalign.strategies.direct import DirectClassifier

A_HUNDRED = 100


@strategies.register("native")
class Native:
    """Train on all labelled target texts: the ceiling of what carrying over can reach."""

    uses_target_labels: ClassVar[bool] = True

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled target vectors."""
        return DirectClassifier(*problem.native(), random_state=random_state)


@strategies.register("native-100")
class NativeHundred:
    """Train on a hundred labelled target texts: what an afternoon of labelling buys."""

    uses_target_labels: ClassVar[bool] = True

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on a hundred random labelled target vectors."""
        X, y = problem.native()
        rows = np.random.default_rng(random_state).permutation(len(X))[:A_HUNDRED]
        return DirectClassifier(X[rows], y[rows], random_state=random_state)
