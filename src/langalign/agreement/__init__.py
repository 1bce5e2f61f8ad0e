"""Choosing settings without target labels, by agreement across held-out translation pairs.

A candidate (aligner strength, head penalty, threshold) is scored by how well its prediction on
the target side of a pair agrees with an English head's prediction on the English side. Arrays and
estimators only: this package knows no texts and no model.

Safeguards. The English reference head is fixed first, by cross-validation on its own labels.
Agreement is corrected for chance (Cohen's kappa, its mean over labels, or the rank correlation of
numbers) and counted where the reference is confident, so that a constant predictor scores zero,
and one is refused. Folds are grouped by text. Among candidates within one standard error of the
best, the most regularised is taken.
"""

from langalign.agreement.choice import Candidate, Choice
from langalign.agreement.choosing import FEWEST_PAIRS, choose
from langalign.agreement.expected import ExpectedAccuracy, expected_accuracy
from langalign.agreement.kappa import cohen_kappa
from langalign.agreement.measure import HeldOut
from langalign.agreement.measures import measure_of
from langalign.agreement.reference import (
    goodness,
    held_out_outputs,
    outputs_of,
    reference_head,
    reference_temperature,
)

__all__ = [
    "FEWEST_PAIRS",
    "Candidate",
    "Choice",
    "ExpectedAccuracy",
    "HeldOut",
    "choose",
    "cohen_kappa",
    "expected_accuracy",
    "goodness",
    "held_out_outputs",
    "measure_of",
    "outputs_of",
    "reference_head",
    "reference_temperature",
]
