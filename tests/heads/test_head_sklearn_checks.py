"""scikit-learn's own suite for estimators, over every registered head.

Heads for sets of labels are left out: they take and give strings of joined labels, where the suite
compares with the classes given or expects an indicator matrix.
"""

from __future__ import annotations

import warnings

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from langalign.heads import heads
from langalign.tasks import MULTILABEL

EXPECTED_TO_FAIL = {
    "check_estimators_unfitted": (
        "the library raises its own NotFittedError, a ValueError and AttributeError as well; "
        "deriving it from scikit-learn's would import scikit-learn in order to predict"
    ),
    "check_dtype_object": (
        "an array of objects that are not numbers raises VectorError, a ValueError; the check "
        "asks for a TypeError"
    ),
    "check_supervised_y_2d": (
        "a column of labels is taken as what it is, without scikit-learn's DataConversionWarning"
    ),
}


def expected_failed_checks(head):
    return EXPECTED_TO_FAIL


with warnings.catch_warnings():
    # Heads follow the contract without inheriting it, so that predicting needs no scikit-learn.
    warnings.filterwarnings("ignore", message=".*does not inherit from")
    over_all_checks = parametrize_with_checks(
        [heads.get(name)() for name in heads.names() if heads.get(name).task != MULTILABEL],
        expected_failed_checks=expected_failed_checks,
    )


@over_all_checks
def test_scikit_learns_checks(estimator, check):
    if check.func.__name__ == "check_array_api_input":
        pytest.skip("heads take NumPy arrays")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)
