"""LangAlign with each aligner, forward (``linear``) and reverse (``reverse-linear``).

The strategies follow the registry of aligners: a new aligner is a new pair of strategies.
"""

from __future__ import annotations

from typing import ClassVar, Literal
from weakref import WeakKeyDictionary

from langalign.aligners import Aligner, aligners
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.components import component_of
from langalign.strategies.base import Problem, strategies

REVERSE = "reverse-"
"""Names of strategies in the reverse direction begin with it."""

_fitted: WeakKeyDictionary[Problem, dict[tuple[str, str, int], AlignedClassifier]]
_fitted = WeakKeyDictionary()


class Aligned:
    """Carry the source labels over by one aligner; settings are chosen by agreement."""

    uses_target_labels: ClassVar[bool] = False
    uses_pairs: ClassVar[bool] = True
    serves: ClassVar[Literal["target", "translation"]] = "target"
    aligner_name: ClassVar[str]
    direction: ClassVar[str]

    def fit(self, problem: Problem, *, random_state: int = 0) -> AlignedClassifier:
        """Align, choose and train (see :class:`AlignedClassifier`)."""
        return fitted_classifier(problem, self.aligner_name, self.direction, random_state)


def fitted_classifier(
    problem: Problem, aligner_name: str, direction: str, random_state: int
) -> AlignedClassifier:
    """Return a classifier fitted on a problem; strategies that start from the same one share it."""
    fitted = _fitted.setdefault(problem, {})
    key = aligner_name, direction, random_state
    if key not in fitted:
        fitted[key] = aligned_classifier(problem, *key).fit(
            problem.X,
            problem.y,
            pairs=(problem.source, problem.target),
            unlabeled=problem.unlabeled,
            groups=problem.groups,
        )
    return fitted[key]


def aligned_classifier(
    problem: Problem, aligner_name: str, direction: str, random_state: int
) -> AlignedClassifier:
    """Return an unfitted classifier with everything left open that can be chosen by agreement."""
    aligner = component_of(aligner_name, aligners, Aligner, random_state=random_state)
    return AlignedClassifier(
        aligner, problem.head(), direction=direction, random_state=random_state
    )


def _register(aligner_name: str, direction: str) -> None:
    prefix = REVERSE if direction == "reverse" else ""
    summary = f"LangAlign, {direction}, with the aligner ``{aligner_name}``."
    members = {"aligner_name": aligner_name, "direction": direction, "__doc__": summary}
    name = f"{prefix}{aligner_name}"
    strategies.register(name)(type(f"Aligned[{name}]", (Aligned,), members))


for _name in aligners.names():
    if _name != "identity":
        _register(_name, "forward")
        _register(_name, "reverse")
