"""How good predictions are, how sure that is, and the record of a run: arrays in, numbers out."""

from langalign.evaluation.comparison import Comparison, compare_predictions
from langalign.evaluation.intervals import Interval, bootstrap_interval
from langalign.evaluation.majority import against_majority, majority_predictions
from langalign.evaluation.metrics import accuracy, confusion, macro_f1
from langalign.evaluation.record import RunRecord, environment_versions
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.evaluation.seeds import SeedSummary, Spread, over_seeds

__all__ = [
    "Comparison",
    "Interval",
    "RunRecord",
    "Scores",
    "SeedSummary",
    "Spread",
    "accuracy",
    "against_majority",
    "bootstrap_interval",
    "compare_predictions",
    "confusion",
    "environment_versions",
    "evaluate_predictions",
    "macro_f1",
    "majority_predictions",
    "over_seeds",
]
