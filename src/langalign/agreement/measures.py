"""Which measure of agreement belongs to which kind of task."""

from __future__ import annotations

from langalign.agreement.kappa import ClassMeasure
from langalign.agreement.label_kappa import LabelMeasure
from langalign.agreement.measure import Measure, Outputs
from langalign.agreement.rank import RankMeasure
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, Task

_MEASURES: dict[Task, type[ClassMeasure] | type[LabelMeasure] | type[RankMeasure]] = {
    CLASSIFICATION: ClassMeasure,
    MULTILABEL: LabelMeasure,
    SIMILARITY: RankMeasure,
}


def measure_of(task: Task, reference: Outputs) -> Measure:
    """Return the measure of agreement with what a reference gives, shape (n, n_outputs)."""
    return _MEASURES[task](reference)
