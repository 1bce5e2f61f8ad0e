"""Temperatures: what they do to probabilities, and how they are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax

from langalign.errors import SettingError
from langalign.probabilities.answers import abstained
from langalign.probabilities.class_priors import class_factors, with_class_factors
from langalign.probabilities.temperature import LEAST, fit_temperature, tempered, tempered_threshold

temperatures = st.floats(LEAST, 20.0)
seeds = st.integers(0, 1000)


def scores_of(seed, n=300, n_classes=3):
    return 2 * np.random.default_rng(seed).normal(size=(n, n_classes))


def drawn(probabilities, seed=0):
    """Return labels drawn from probabilities, as zeros and ones."""
    sums = probabilities.cumsum(axis=1)
    below = np.random.default_rng(seed).random((len(sums), 1)) < sums
    return np.eye(probabilities.shape[1])[below.argmax(axis=1)]


@given(seeds, temperatures)
def test_it_is_the_softmax_of_scores_over_the_temperature(seed, temperature):
    scores = scores_of(seed)
    np.testing.assert_allclose(
        tempered(softmax(scores, axis=1), temperature), softmax(scores / temperature, axis=1)
    )
    np.testing.assert_allclose(
        tempered(expit(scores), temperature, exclusive=False), expit(scores / temperature)
    )


@given(seeds, temperatures, st.floats(0.05, 0.95))
def test_no_decision_changes(seed, temperature, threshold):
    found = softmax(scores_of(seed), axis=1)
    changed = tempered(found, temperature)
    assert (changed.argmax(axis=1) == found.argmax(axis=1)).all()
    two = softmax(scores_of(seed, n_classes=2), axis=1)
    moved = tempered(two, temperature)[:, 1] >= tempered_threshold(threshold, temperature)
    apart = np.abs(two[:, 1] - threshold) > 1e-4  # nearer, both may be rounded to one number
    assert (moved == (two[:, 1] >= threshold))[apart].all()


def test_a_temperature_of_one_changes_no_bit():
    found = softmax(scores_of(0), axis=1)
    np.testing.assert_array_equal(tempered(found, 1.0), found)


def test_certain_probabilities_stay_finite():
    changed = tempered([[1.0, 0.0], [0.0, 1.0]], 3.0)
    assert np.isfinite(changed).all()
    np.testing.assert_allclose(changed.sum(axis=1), 1)


@pytest.mark.parametrize("planted", [0.25, 1.0, 4.0])
def test_a_planted_miscalibration_is_found(planted):
    scores = scores_of(1, n=20_000)
    truth = drawn(softmax(scores, axis=1))
    wrong = softmax(scores * planted, axis=1)
    assert fit_temperature(wrong, truth) == pytest.approx(planted, rel=0.05)
    # Against the true probabilities instead of labels it is exact.
    assert fit_temperature(wrong, softmax(scores, axis=1)) == pytest.approx(planted, rel=1e-6)
    sets = expit(scores)
    found = fit_temperature(expit(scores * planted), sets, exclusive=False)
    assert found == pytest.approx(planted, rel=1e-6)


def test_no_other_temperature_has_less_cross_entropy():
    scores = scores_of(2)
    truth = drawn(softmax(0.4 * scores, axis=1))
    found = softmax(scores, axis=1)

    def cross_entropy(log_temperature):
        return -(truth * np.log(tempered(found, np.exp(log_temperature)))).sum()

    best = minimize_scalar(cross_entropy, bounds=(-3, 3), method="bounded")
    assert np.log(fit_temperature(found, truth)) == pytest.approx(best.x, abs=1e-3)


def test_who_is_always_right_may_be_as_sure_as_is_looked_at():
    assert fit_temperature([[0.6, 0.4], [0.3, 0.7]], [[1, 0], [0, 1]]) == pytest.approx(LEAST)


def test_class_factors_move_log_odds_by_their_ratio():
    found = softmax(scores_of(3, n_classes=2), axis=1)
    moved = with_class_factors(found, [0.2, 1.8])
    np.testing.assert_allclose(logit(moved[:, 1]), logit(found[:, 1]) + np.log(9))
    np.testing.assert_allclose(with_class_factors([[1.0, 0.0]], [0.0, 2.0]), [[0.0, 1.0]])


def test_class_factors_stand_in_the_order_of_the_classes():
    y = np.array(["a"] * 30 + ["b"] * 10)
    factors = class_factors({"b": 0.5, "a": 0.5}, y, np.array(["a", "b"]))
    np.testing.assert_allclose(factors, [0.5 / 0.75, 0.5 / 0.25])


def test_abstaining():
    labels, confidence = np.array([1, 2, 3, 4]), [0.9, 0.8, 0.79, 0.1]
    assert abstained(labels, confidence, 0.8).tolist() == [1, 2, None, None]
    assert abstained(labels, confidence, 0.0).tolist() == [1, 2, 3, 4]
    for below in (-0.1, 1.1, float("nan")):
        with pytest.raises(SettingError, match="abstain_below"):
            abstained(labels, confidence, below)
