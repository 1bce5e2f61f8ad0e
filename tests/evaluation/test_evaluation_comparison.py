from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import binomtest

from langalign.errors import DataError
from langalign.evaluation import against_majority, compare_predictions, majority_predictions


def noisy(y, right, rng):
    return np.where(rng.random(len(y)) < right, y, 1 - y)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_equal_predictions_do_not_differ(metric):
    result = compare_predictions([0, 1, 1], [0, 1, 0], [0, 1, 0], metric)
    assert (result.difference, result.p_value) == (0.0, 1.0)
    assert result.interval.as_list() == [0.0, 0.0]
    assert not result.better
    assert not result.worse


def test_mcnemar_is_the_exact_sign_test(rng):
    y = rng.integers(0, 2, 150)
    first, second = noisy(y, 0.8, rng), noisy(y, 0.7, rng)
    wins, losses = ((first == y) & (second != y)).sum(), ((first != y) & (second == y)).sum()
    expected = binomtest(int(wins), int(wins + losses)).pvalue
    assert compare_predictions(y, first, second).p_value == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_a_clear_difference_is_found_and_turns_with_the_order(metric, rng):
    y = rng.integers(0, 2, 500)
    good, poor = noisy(y, 0.9, rng), noisy(y, 0.6, rng)
    ahead, behind = (compare_predictions(y, *pair, metric) for pair in [(good, poor), (poor, good)])
    assert ahead.better
    assert behind.worse
    assert ahead.difference == -behind.difference
    assert ahead.difference in ahead.interval
    assert ahead.interval.low > 0


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_false_alarms_are_as_rare_as_promised(metric, rng):
    alarms = 0
    for _ in range(200):
        y = rng.integers(0, 2, 120)
        result = compare_predictions(
            y, noisy(y, 0.7, rng), noisy(y, 0.7, rng), metric, n_resamples=300
        )
        alarms += result.better or result.worse
    assert alarms <= 20


def test_pairing_makes_the_interval_narrow(rng):
    y = rng.integers(0, 2, 400)
    first = noisy(y, 0.7, rng)
    second = first.copy()
    second[:8] = 1 - second[:8]
    assert compare_predictions(y, first, second).interval.width < 0.04


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_the_majority_is_not_above_itself(metric):
    y = ["a"] * 70 + ["b"] * 30
    result = against_majority(y, majority_predictions(y), metric)
    assert (result.difference, result.better) == (0.0, False)


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_a_useful_classifier_is_above_the_majority(metric, rng):
    y = (rng.random(400) < 0.3).astype(int)
    assert against_majority(y, noisy(y, 0.9, rng), metric).better


def test_chance_has_macro_f1_above_the_majority_but_not_accuracy(rng):
    y = (rng.random(400) < 0.3).astype(int)
    assert against_majority(y, rng.integers(0, 2, 400), "accuracy").worse


def test_majority_is_the_most_frequent_and_ties_are_settled():
    assert majority_predictions(["b", "a"]) == ["a", "a"]
    with pytest.raises(DataError, match="no labels"):
        majority_predictions([])


def test_record_is_json():
    record = compare_predictions([0, 1], [0, 1], [0, 0]).as_dict()
    assert json.loads(json.dumps(record))["difference"] == 0.5
    assert len(record["interval"]) == 2
