from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss

from langalign.errors import DataError, SettingError
from langalign.evaluation import (
    brier_score,
    coverage_table,
    expected_calibration_error,
    reliability_table,
)
from langalign.evaluation.coverage import wilson_interval


def simulated(n, rng, overconfident=0.0):
    confidence = rng.uniform(0.5, 1, n)
    right = rng.random(n) < confidence - overconfident
    truth = rng.integers(0, 2, n)
    return truth, np.where(right, truth, 1 - truth), confidence


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_table_by_hand():
    truth = ["a", "a", "b", "b", "a", "b"]
    predicted = ["a", "b", "b", "a", "a", "b"]
    confidence = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    low, middle, high = reliability_table(truth, predicted, confidence, n_bins=3)
    assert (low.low, low.high, low.accuracy, low.count) == (0.5, 0.6, 0.5, 2)
    assert low.confidence == pytest.approx(0.55)
    assert (middle.accuracy, high.accuracy) == (0.5, 1.0)
    error = expected_calibration_error(truth, predicted, confidence, n_bins=3)
    assert error == pytest.approx((0.05 + 0.25 + 0.05) / 3)


def test_bins_are_of_equal_mass_and_do_not_depend_on_the_order(rng):
    truth, predicted, confidence = simulated(1000, rng)
    table = reliability_table(truth, predicted, confidence, n_bins=10)
    assert [row.count for row in table] == [100] * 10
    assert all(a.high < b.low for a, b in itertools.pairwise(table))
    order = rng.permutation(1000)
    turned = reliability_table(truth[order], predicted[order], confidence[order], n_bins=10)
    for one, other in zip(table, turned, strict=True):
        assert one.accuracy == other.accuracy
        assert one.confidence == pytest.approx(other.confidence)


def test_equal_confidences_stay_together():
    table = reliability_table([1] * 6, [1, 0] * 3, [0.7] * 5 + [0.9], n_bins=3)
    assert [(row.confidence, row.count) for row in table] == [(pytest.approx(0.7), 5), (0.9, 1)]


def test_error_is_the_planted_one(rng):
    assert expected_calibration_error(*simulated(50_000, rng)) < 0.01
    planted = expected_calibration_error(*simulated(50_000, rng, overconfident=0.1))
    assert planted == pytest.approx(0.1, abs=0.01)


def test_error_of_certainty():
    assert expected_calibration_error([1, 0], [1, 0], [1.0, 1.0]) == 0.0
    assert expected_calibration_error([1, 0], [0, 1], [1.0, 1.0]) == 1.0


def test_brier_is_sklearns(rng):
    p = rng.random(200)
    y = rng.integers(0, 2, 200)
    ours = brier_score(y, np.stack([1 - p, p], axis=1), [0, 1])
    assert ours == pytest.approx(2 * brier_score_loss(y, p))
    three = rng.dirichlet([1, 1, 1], 200)
    labels = rng.choice(["x", "y", "z"], 200)
    one_hot = np.array([[label == name for name in "xyz"] for label in labels])
    expected = np.mean([(row - hot) @ (row - hot) for row, hot in zip(three, one_hot, strict=True)])
    assert brier_score(labels, three, ["x", "y", "z"]) == pytest.approx(expected)


def test_brier_follows_the_order_of_classes():
    assert brier_score(["b", "a"], [[1, 0], [0, 1]], ["b", "a"]) == 0.0
    assert brier_score(["b", "a"], [[1, 0], [0, 1]], ["a", "b"]) == 2.0


def test_coverage_by_hand():
    rows = coverage_table([1, 1, 1, 1], [1, 1, 0, 0], [0.9, 0.8, 0.8, 0.5], [0.0, 0.8, 0.85, 1.0])
    assert [row.kept for row in rows] == [4, 3, 1, 0]
    assert [row.coverage for row in rows] == [1.0, 0.75, 0.25, 0.0]
    assert [row.accuracy for row in rows] == [0.5, pytest.approx(2 / 3), 1.0, None]
    assert rows[3].accuracy_interval.as_list() == [0.0, 1.0]
    assert json.loads(json.dumps(rows[3].as_dict()))["accuracy"] is None


def test_accuracy_rises_with_the_threshold_where_confidence_is_honest(rng):
    rows = coverage_table(*simulated(20_000, rng), [0.5, 0.6, 0.7, 0.8, 0.9], level=0.999)
    accuracies = [row.accuracy for row in rows]
    assert accuracies == sorted(accuracies)
    # Uniform confidences from t to 1 are right (1 + t) / 2 of the time.
    for row in rows:
        assert (1 + row.threshold) / 2 in row.accuracy_interval
        assert 2 * (1 - row.threshold) in row.coverage_interval


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (5, 5), (8, 10), (700, 1000)])
def test_wilson_is_scipys(successes, n):
    for level in (0.9, 0.95):
        expected = binomtest(successes, n).proportion_ci(level, method="wilson")
        assert wilson_interval(successes, n, level).as_list() == pytest.approx(list(expected))
        assert successes / n in wilson_interval(successes, n, level)


@pytest.mark.parametrize(
    ("confidence", "message"),
    [
        ([0.5], "expected one each"),
        ([0.5, 1.5], "between 0 and 1"),
        ([0.5, np.nan], "between 0 and 1"),
    ],
)
def test_what_is_no_confidence_is_named(confidence, message):
    with pytest.raises(DataError, match=message):
        reliability_table([0, 1], [0, 1], confidence)


def test_what_has_no_meaning_is_named():
    with pytest.raises(SettingError, match="n_bins"):
        reliability_table([0, 1], [0, 1], [0.5, 0.5], n_bins=0)
    with pytest.raises(SettingError, match="level"):
        coverage_table([0], [0], [0.5], [0.5], level=95)
    with pytest.raises(DataError, match=r"\(2, 2\)"):
        brier_score([0, 1], [0.5, 0.5], [0, 1])
    with pytest.raises(DataError, match="summing to 1"):
        brier_score([0, 1], [[0.5, 0.4], [1, 0]], [0, 1])
    with pytest.raises(DataError, match="not among the classes"):
        brier_score([0, 2], [[0.5, 0.5], [1, 0]], [0, 1])
