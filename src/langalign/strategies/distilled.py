"""Head distillation: the English head labels the pairs, a target head learns from it. No map."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from langalign.agreement import outputs_of, reference_head
from langalign.agreement.measure import Outputs
from langalign.aligners.linear import Linear
from langalign.alignment.frames import Frames
from langalign.heads.base import Labels
from langalign.pair_making import pair_up
from langalign.strategies.base import Problem, strategies
from langalign.tasks import MULTILABEL, SIMILARITY, Task, joined_rows
from langalign.text_pairs import features
from langalign.vectors import Vectors, as_vectors

SUREST = 1e-3
"""Probabilities are clipped here before the logarithm: a teacher is never surer than this."""


@strategies.register("distill")
class Distilled:
    """Train a target head on what the English head says of the parallel text's English side."""

    uses_target_labels: ClassVar[bool] = False
    uses_pairs: ClassVar[bool] = True
    serves: ClassVar[Literal["target", "translation"]] = "target"

    def fit(self, problem: Problem, *, random_state: int = 0) -> DistilledClassifier:
        """Teach: soft labels on the source side, regression on the target side.

        Notes
        -----
        The student matches the teacher's logits (of a similarity, its numbers) by ridge
        regression, its strength by generalised cross-validation over the pairs: logit matching
        (Ba and Caruana, 2014, arXiv 1312.6184) in closed form. Like an aligner it is centred on
        unlabelled text where there is some.
        """
        frames = Frames.of(
            problem.source, problem.target, labeled=problem.X, unlabeled=problem.unlabeled
        )
        teacher: Any = reference_head(
            problem.head(), features(problem.X), problem.y, random_state=random_state
        )
        source, target = problem.source, problem.target
        if problem.X.ndim == 3 and source.ndim == 2:
            rows = pair_up(source, random_state=random_state)
            source, target = source[rows], target[rows]
        taught = outputs_of(teacher, features(source - frames.source_pairs + frames.source_task))
        student = Linear().fit(
            features(target - frames.target_pairs), _scores_of(taught, problem.kind)
        )
        classes = None if problem.kind == SIMILARITY else teacher.classes_
        return DistilledClassifier(student, classes, problem.kind, frames.target_task)


class DistilledClassifier:
    """Scores of a regression; what they say depends on the kind of task."""

    def __init__(
        self, student: Linear, classes: Labels | None, kind: Task, origin: Vectors
    ) -> None:
        self.student, self.classes_, self.kind, self.origin = student, classes, kind, origin

    def predict(self, X: Any) -> Labels:
        """Return a label for each vector, (n, d) or (n, 2, d)."""
        centred = as_vectors(X, name="X", pairs=True) - self.origin
        scores = self.student.transform(features(centred))
        if self.classes_ is None:
            return scores[:, 0].astype(np.float64)
        if self.kind == MULTILABEL:
            return joined_rows(scores > 0, self.classes_.tolist())
        labels: Labels = self.classes_[scores.argmax(axis=1)]
        return labels


def _scores_of(outputs: Outputs, kind: Task) -> Outputs:
    """Return what the student is to match: logits, centred over classes, or the numbers."""
    if kind == SIMILARITY:
        return outputs
    logs = np.log(np.clip(outputs, SUREST, None))
    if kind == MULTILABEL:
        return logs - np.log(np.clip(1 - outputs, SUREST, None))
    centred: Outputs = logs - logs.mean(axis=1, keepdims=True)
    return centred
