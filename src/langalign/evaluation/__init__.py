"""How good predictions are, how sure that is, and the record of a run: arrays in, numbers out."""

from langalign.evaluation.advice import advise
from langalign.evaluation.calibration import (
    ReliabilityBin,
    brier_score,
    expected_calibration_error,
    reliability_table,
)
from langalign.evaluation.comparison import Comparison, compare_predictions
from langalign.evaluation.coverage import CoverageRow, coverage_table
from langalign.evaluation.curve_fitting import fit_learning_curve
from langalign.evaluation.holm import holm
from langalign.evaluation.intervals import Interval, bootstrap_interval, wilson_interval
from langalign.evaluation.labels_worth import LabelsWorth, against_labels, level_with
from langalign.evaluation.learning_curve import Gain, LearningCurve
from langalign.evaluation.majority import (
    against_majority,
    majority_predictions,
    majority_scores,
)
from langalign.evaluation.metrics import accuracy, confusion, macro_f1
from langalign.evaluation.plans import Advice, Option, Plan, cheapest_plan
from langalign.evaluation.record import RunRecord, environment_versions
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.evaluation.seed_comparison import compare_over_seeds
from langalign.evaluation.seeds import SeedSummary, Spread, over_seeds
from langalign.evaluation.size_needed import SizeNeeded

__all__ = [
    "Advice",
    "Comparison",
    "CoverageRow",
    "Gain",
    "Interval",
    "LabelsWorth",
    "LearningCurve",
    "Option",
    "Plan",
    "ReliabilityBin",
    "RunRecord",
    "Scores",
    "SeedSummary",
    "SizeNeeded",
    "Spread",
    "accuracy",
    "advise",
    "against_labels",
    "against_majority",
    "bootstrap_interval",
    "brier_score",
    "cheapest_plan",
    "compare_over_seeds",
    "compare_predictions",
    "confusion",
    "coverage_table",
    "environment_versions",
    "evaluate_predictions",
    "expected_calibration_error",
    "fit_learning_curve",
    "holm",
    "level_with",
    "macro_f1",
    "majority_predictions",
    "majority_scores",
    "over_seeds",
    "reliability_table",
    "wilson_interval",
]
