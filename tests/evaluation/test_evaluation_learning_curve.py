from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.optimize import least_squares

from langalign.errors import DataError, SettingError
from langalign.evaluation import LearningCurve, fit_learning_curve
from langalign.evaluation.power_law import fit_power_law

SIZES = np.array([100, 200, 400, 800, 1600, 3200])


def power_law(a=0.9, b=2.0, c=0.5):
    return lambda n: a - b * np.asarray(n, dtype=float) ** -c


def simulated(rng, n_seeds, noise, shift=0.0, sizes=SIZES):
    a, c = rng.uniform(0.7, 0.97), rng.uniform(0.2, 1.2)
    start = rng.uniform(0.5, a - 0.05)
    truth = power_law(a, (a - start) * sizes[0] ** c, c)
    scatter = rng.normal(0, noise, (n_seeds, len(sizes))) + rng.normal(0, shift, (n_seeds, 1))
    return truth, np.clip(truth(sizes) + scatter, 0, 1)


def noisy(seed=0, n_seeds=3, noise=0.01):
    return fit_learning_curve(SIZES, simulated(np.random.default_rng(seed), n_seeds, noise)[1])


@pytest.mark.parametrize("parameters", [(0.9, 2.0, 0.5), (0.75, 0.9, 0.25), (1.0, 5.0, 0.8)])
def test_an_exact_power_law_is_found_again(parameters):
    truth = power_law(*parameters)
    curve = fit_learning_curve(SIZES, truth(SIZES))
    assert (curve.a, curve.b, curve.c) == pytest.approx(parameters, rel=1e-3)
    assert curve.predict(12800) == pytest.approx(truth(12800), abs=1e-5)
    assert curve.interval(12800).width < 0.015  # scores are taken as known to a thousandth


def test_no_other_start_finds_a_better_fit():
    rng = np.random.default_rng(0)
    for seed in range(8):
        means = simulated(np.random.default_rng(seed), 1, 0.02)[1][0]
        weights = rng.uniform(0.5, 2, len(SIZES))
        a, b, c = fit_power_law(SIZES.astype(float), means, weights)
        ours = (weights * (means - power_law(a, b, c)(SIZES)) ** 2).sum()
        theirs = [
            least_squares(
                lambda p: np.sqrt(weights) * (means - power_law(p[0], p[1], p[2])(SIZES)),  # noqa: B023
                [rng.uniform(0.5, 1), rng.uniform(0, 5), rng.uniform(0.05, 1.5)],
                bounds=([0, 0, 0.02], [1, np.inf, 2]),
            ).cost
            for _ in range(5)
        ]
        assert ours <= 2 * min(theirs) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("n_seeds", "noise", "shift"), [(1, 0.01, 0), (3, 0.01, 0), (4, 0.01, 0.01)]
)
def test_intervals_cover_as_often_as_they_say(n_seeds, noise, shift):
    rng = np.random.default_rng(1)
    hits = []
    for seed in range(250):
        truth, scores = simulated(rng, n_seeds, noise, shift)
        curve = fit_learning_curve(SIZES, scores, random_state=seed)
        hits.append([truth(n) in curve.interval(n) for n in (*SIZES, 6400, 12800)])
    covered = np.mean(hits, axis=0)
    assert ((covered > 0.84) & (covered < 0.97)).all(), covered


def test_few_sizes_cover_twice_the_largest_and_answer_no_further():
    rng = np.random.default_rng(2)
    sizes, hits = np.array([100, 400, 1600]), []
    for seed in range(200):
        truth, scores = simulated(rng, 3, 0.01, sizes=sizes)
        curve = fit_learning_curve(sizes, scores, random_state=seed)
        hits.append(truth(3200) in curve.interval(3200))
    assert 0.85 < np.mean(hits) <= 1
    assert curve.kind == "few sizes"
    with pytest.raises(SettingError, match="answers up to 3200"):
        curve.predict(3201)


def test_the_size_for_a_score_covers_the_true_size():
    rng = np.random.default_rng(3)
    hits = []
    for seed in range(200):
        truth, scores = simulated(rng, 3, 0.01)
        needed = fit_learning_curve(SIZES, scores, random_state=seed).size_for(float(truth(1000)))
        hits.append(needed.low <= 1000 <= (needed.high or np.inf))
    assert 0.84 < np.mean(hits) < 0.99


def test_more_seeds_and_less_noise_make_narrow():
    wide, narrow, narrower = (
        np.mean([noisy(s, k, sd).interval(6400).width for s in range(10)])
        for k, sd in [(3, 0.02), (3, 0.005), (12, 0.005)]
    )
    assert wide > 2 * narrow
    assert narrow > 1.4 * narrower


@pytest.mark.parametrize("seed", range(5))
def test_curves_rise_and_intervals_hold_them(seed):
    curve = noisy(seed, 2, 0.03)
    predicted = [curve.predict(n) for n in (100, 500, 3200, 12800)]
    assert predicted == sorted(predicted)
    for n in (100, 500, 3200, 12800):
        interval = curve.interval(n)
        assert 0 <= interval.low <= curve.predict(n) <= interval.high <= 1
        assert curve.interval(n, 0.5).width <= interval.width


def test_size_for_is_the_inverse_of_predict():
    curve = noisy()
    for n in (150, 777, 5000):
        needed = curve.size_for(curve.predict(n))
        assert needed.size == pytest.approx(n, abs=1)
        assert needed.low <= needed.size
        assert needed.high is None or needed.high >= needed.size
    assert curve.size_for(curve.predict(10_000)).far
    assert not curve.size_for(curve.predict(5000)).far


def test_what_is_reached_at_once_and_what_never():
    curve = fit_learning_curve(SIZES, power_law()(SIZES))
    at_once, never = curve.size_for(0.3), curve.size_for(0.95)
    assert (at_once.size, at_once.chance) == (100, 1.0)
    assert (never.size, never.low, never.high, never.chance) == (None, None, None, 0.0)
    assert curve.size_for(0.89).size is None  # at 40,000, beyond what the curve answers for


def test_doubling_and_saturation():
    rising = fit_learning_curve(SIZES, power_law(0.95, 2.0, 0.25)(SIZES))
    gain = rising.doubling()
    assert gain.gain == pytest.approx(rising.predict(6400) - rising.predict(3200))
    assert gain.gain in gain.interval
    assert not rising.saturated
    assert fit_learning_curve(SIZES, power_law(0.8, 30.0, 1.2)(SIZES)).saturated


def test_falling_scores_are_flat_at_the_mean():
    falling = fit_learning_curve(SIZES, [np.linspace(0.9, 0.6, 6) + s for s in (-0.01, 0, 0.01)])
    assert falling.kind == "falling"
    assert falling.predict(100) == falling.predict(6400) == pytest.approx(0.75)
    assert falling.interval(6400).width > 0.1
    rng = np.random.default_rng(0)
    slightly = fit_learning_curve(SIZES, 0.8 + rng.normal(0, 0.01, (3, 6)))
    assert slightly.kind == "power law"
    assert slightly.predict(6400) == pytest.approx(0.8, abs=0.02)


def test_one_size_is_a_constant():
    curve = fit_learning_curve([100], [[0.70], [0.72], [0.74]])
    assert (curve.kind, curve.predict(100), curve.limit) == ("one size", pytest.approx(0.72), 100)
    # Student's t with two degrees of freedom: 0.72 -+ 2.92 * 0.02 / sqrt(3)
    assert curve.interval(100).width == pytest.approx(0.0674, rel=0.3)
    assert not curve.saturated
    with pytest.raises(DataError, match="measure half"):
        curve.doubling()
    assert fit_learning_curve([100], [0.7]).interval(100).width > 0.8  # one number: no idea


def test_two_sizes_of_one_seed_say_little_beyond_themselves():
    curve = fit_learning_curve([100, 200], [0.6, 0.7])
    assert curve.interval(400).width > 0.4


def test_gaps_order_and_a_single_row():
    rng = np.random.default_rng(5)
    truth, scores = simulated(rng, 4, 0.005)
    gapped = scores.copy()
    gapped[0, 5] = gapped[1, 4:] = np.nan
    curve = fit_learning_curve(SIZES, gapped)
    assert curve.predict(3200) == pytest.approx(truth(3200), abs=0.01)
    order = rng.permutation(6)
    turned = fit_learning_curve(SIZES[order], gapped[:, order])
    assert turned.as_dict() == curve.as_dict()
    flat, row = (fit_learning_curve(SIZES, s) for s in (scores[0], scores[:1]))
    assert flat.as_dict() == row.as_dict()


def test_a_lasting_difference_between_seeds_is_not_lost():
    quiet = power_law()(SIZES) + np.zeros((3, 1))
    apart = quiet + np.array([[-0.03], [0.0], [0.03]])
    assert fit_learning_curve(SIZES, quiet).interval(3200).width < 0.002
    assert fit_learning_curve(SIZES, apart).interval(3200).width > 0.05


def test_same_seed_same_curve_and_json():
    curve = noisy()
    assert curve.as_dict() == noisy().as_dict()
    again = LearningCurve.from_dict(json.loads(json.dumps(curve.as_dict())))
    assert again.as_dict() == curve.as_dict()
    assert again.size_for(0.8) == curve.size_for(0.8)
    with pytest.raises(DataError, match="not a learning curve"):
        LearningCurve.from_dict(curve.as_dict() | {"kind": "spline"})


@pytest.mark.parametrize(
    ("sizes", "scores", "message"),
    [
        ([], [], "expected \\(n_sizes,\\)"),
        ([1, 2], [0.1, 0.2, 0.3], "one row of scores a seed"),
        ([1, 1], [0.1, 0.2], "each once"),
        ([0, 1], [0.1, 0.2], "positive"),
        ([1, 2], [0.1, np.nan], "nothing but NaN"),
        ([1, 2], [0.1, 70.0], "between 0 and 1"),
    ],
)
def test_what_cannot_be_fitted_is_named(sizes, scores, message):
    with pytest.raises(DataError, match=message):
        fit_learning_curve(sizes, scores)


def test_questions_without_meaning_are_refused():
    curve = noisy()
    with pytest.raises(SettingError, match="answers up to 12800"):
        curve.predict(20_000)
    with pytest.raises(SettingError, match="measured from 100"):
        curve.interval(50)
    with pytest.raises(SettingError, match="level"):
        curve.size_for(0.8, level=90)
    with pytest.raises(SettingError, match="wanted score"):
        curve.size_for(80)
    with pytest.raises(SettingError, match="n_resamples"):
        fit_learning_curve(SIZES, power_law()(SIZES), n_resamples=0)
