"""Translated data: the labelled texts in the target language, or the test texts in English."""

from __future__ import annotations

from typing import ClassVar, Literal

from langalign.strategies.base import Problem, strategies
from langalign.strategies.direct import DirectClassifier


@strategies.register("translated")
class Translated:
    """Train on labelled source texts that were translated, usually by machine (translate-train)."""

    uses_target_labels: ClassVar[bool] = False
    uses_pairs: ClassVar[bool] = False
    serves: ClassVar[Literal["target", "translation"]] = "target"

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the vectors of the translations."""
        return DirectClassifier(problem.head(), *problem.translated(), random_state=random_state)


@strategies.register("translate-test")
class TranslateTest:
    """Train on the source texts; every text to be classified is translated first."""

    uses_target_labels: ClassVar[bool] = False
    uses_pairs: ClassVar[bool] = False
    serves: ClassVar[Literal["target", "translation"]] = "translation"

    def fit(self, problem: Problem, *, random_state: int = 0) -> DirectClassifier:
        """Train a head on the labelled source vectors."""
        return DirectClassifier(problem.head(), problem.X, problem.y, random_state=random_state)
