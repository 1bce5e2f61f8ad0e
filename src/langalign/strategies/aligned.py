"""LangAlign with each aligner, forward (``linear``) and reverse (``reverse-linear``).

The strategies follow the registry of aligners: a new aligner is a new pair of strategies.
"""

from __future__ import annotations

from typing import ClassVar

from langalign.aligned_classifier import AlignedClassifier
from langalign.aligners import aligners
from langalign.heads.logistic import LogisticHead
from langalign.strategies.base import Problem, strategies


class Aligned:
    """Carry the source labels over by one aligner; settings are chosen by agreement."""

    uses_target_labels: ClassVar[bool] = False
    aligner_name: ClassVar[str]
    direction: ClassVar[str]

    def fit(self, problem: Problem, *, random_state: int = 0) -> AlignedClassifier:
        """Align, choose and train (see :class:`AlignedClassifier`)."""
        aligner = aligners.get(self.aligner_name)()
        if "random_state" in aligner.get_params():
            aligner.set_params(random_state=random_state)
        classifier = AlignedClassifier(
            aligner, LogisticHead(), direction=self.direction, random_state=random_state
        )
        return classifier.fit(
            problem.X,
            problem.y,
            pairs=(problem.source, problem.target),
            unlabeled=problem.unlabeled,
            groups=problem.groups,
        )


def _register(aligner_name: str, direction: str) -> None:
    prefix = "reverse-" if direction == "reverse" else ""
    summary = f"LangAlign, {direction}, with the aligner ``{aligner_name}``."
    members = {"aligner_name": aligner_name, "direction": direction, "__doc__": summary}
    name = f"{prefix}{aligner_name}"
    strategies.register(name)(type(f"Aligned[{name}]", (Aligned,), members))


for _name in aligners.names():
    if _name != "identity":
        _register(_name, "forward")
        _register(_name, "reverse")
