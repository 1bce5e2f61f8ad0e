from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import DataError, SettingError
from langalign.evaluation import compare_over_seeds, compare_predictions, holm
from langalign.evaluation.comparison import bootstrap_p


def runs(y, right, rng):
    """Return one row of predictions a seed, each right with its own chance."""
    return np.array([np.where(rng.random(len(y)) < share, y, 1 - y) for share in right])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_one_seed_of_macro_f1_is_the_comparison_of_predictions(rng):
    y = rng.integers(0, 2, 200)
    first, second = runs(y, [0.8, 0.75], rng)
    ours, other = (
        f(y, first, second, "macro_f1") for f in (compare_over_seeds, compare_predictions)
    )
    assert ours.interval.as_list() == pytest.approx(other.interval.as_list())
    assert (ours.first, ours.second) == (other.first, other.second)
    assert (ours.p_value, ours.test) == (other.p_value, other.test)


def test_one_seed_of_accuracy_has_the_same_interval_and_nearly_mcnemars_p(rng):
    y = rng.integers(0, 2, 600)
    first, second = runs(y, [0.80, 0.76], rng)
    ours, exact = (f(y, first, second) for f in (compare_over_seeds, compare_predictions))
    assert ours.interval.as_list() == pytest.approx(exact.interval.as_list())
    assert ours.difference == exact.difference
    assert ours.p_value == pytest.approx(exact.p_value, abs=0.03)
    assert ours.test == "paired bootstrap"


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_rows_are_drawn_once_for_all(metric, rng):
    """The same as averaging over rows drawn by hand, where all seeds are equal."""
    y = rng.integers(0, 2, 150)
    first, second = runs(y, [0.8, 0.7], rng)
    many = compare_over_seeds(y, [first] * 3, [second] * 2, metric)
    one = compare_over_seeds(y, first, second, metric)
    assert many.interval.as_list() == pytest.approx(one.interval.as_list())
    assert many.p_value == pytest.approx(one.p_value)
    assert many.test == "paired bootstrap over rows and seeds"


def test_means_over_seeds_by_hand():
    y = ["a", "b", "b", "a"]
    first = [["a", "b", "b", "b"], ["a", "b", "b", "a"]]
    result = compare_over_seeds(y, first, ["b", "b", "b", "b"])
    assert (result.first, result.second, result.n) == (0.875, 0.5, 4)


@pytest.mark.parametrize(
    ("n_first", "n_second", "spread"), [(1, 1, 0), (3, 3, 0), (3, 3, 0.03), (5, 5, 0.03), (4, 1, 0)]
)
def test_false_alarms_are_as_rare_as_promised(n_first, n_second, spread, rng):
    alarms = 0
    for _ in range(300):
        y = rng.integers(0, 2, 150)
        quality = [np.clip(0.75 + rng.normal(0, spread, k), 0, 1) for k in (n_first, n_second)]
        result = compare_over_seeds(
            y, runs(y, quality[0], rng), runs(y, quality[1], rng), n_resamples=300
        )
        alarms += result.better or result.worse
    # 15 expected; 26 is beyond three standard errors.
    assert alarms <= 26


def test_seeds_that_scatter_make_a_difference_doubtful(rng):
    y = rng.integers(0, 2, 4000)
    steady = compare_over_seeds(y, runs(y, [0.75] * 3, rng), runs(y, [0.72] * 3, rng))
    scattered = compare_over_seeds(
        y, runs(y, [0.65, 0.75, 0.85], rng), runs(y, [0.62, 0.72, 0.82], rng)
    )
    assert steady.better
    assert not scattered.better
    assert scattered.interval.width > 3 * steady.interval.width


def test_more_seeds_find_a_planted_difference(rng):
    found = {1: 0, 5: 0}
    for n_seeds in found:
        for _ in range(60):
            y = rng.integers(0, 2, 400)
            result = compare_over_seeds(
                y,
                runs(y, [0.78] * n_seeds, rng),
                runs(y, [0.73] * n_seeds, rng),
                n_resamples=300,
            )
            found[n_seeds] += result.better
    assert found[5] >= 50
    assert found[5] > found[1] + 20


def test_the_order_turns_the_sign_and_the_seed_fixes_the_result(rng):
    y = rng.integers(0, 2, 200)
    first, second = runs(y, [0.9, 0.88], rng), runs(y, [0.6, 0.65, 0.7], rng)
    ahead, behind = compare_over_seeds(y, first, second), compare_over_seeds(y, second, first)
    assert ahead.better
    assert behind.worse
    assert ahead.difference == -behind.difference
    assert compare_over_seeds(y, first, second) == ahead
    assert compare_over_seeds(y, first, second, random_state=1) != ahead


def test_many_rows_classes_and_blocks(rng, monkeypatch):
    y = rng.integers(0, 28, 3000)
    first, second = (
        np.where(rng.random((3, 3000)) < 0.5, y, rng.integers(0, 28, (3, 3000))) for _ in range(2)
    )
    whole = compare_over_seeds(y, first, second, "macro_f1", n_resamples=60)
    monkeypatch.setattr("langalign.evaluation.resampling.BLOCK", 20_000)
    assert compare_over_seeds(y, first, second, "macro_f1", n_resamples=60) == whole


def test_bad_input_is_named():
    with pytest.raises(DataError, match="one row of labels per seed"):
        compare_over_seeds([0, 1], [], [0, 1])
    with pytest.raises(DataError, match="same rows"):
        compare_over_seeds([0, 1], [[0, 1], [0, 1, 1]], [0, 1])
    with pytest.raises(SettingError, match="f2"):
        compare_over_seeds([0, 1], [0, 1], [0, 1], "f2")


def test_p_counts_ties_on_both_sides():
    assert bootstrap_p(np.array([1.0, 1, 1, 0])) == pytest.approx(2 * 2 / 5)
    assert bootstrap_p(np.zeros(9)) == 1.0


def test_holm_worked_by_hand():
    # Rising: 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04 -> 0.06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_holm_keeps_the_chance_of_any_false_alarm():
    rng = np.random.default_rng(0)
    alarms = [min(holm(rng.random(6).tolist())) < 0.05 for _ in range(2000)]
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.015)


@pytest.mark.parametrize("p_values", [[0.1, 1.2], [float("nan")], [[0.1]]])
def test_holm_refuses_what_is_no_p_value(p_values):
    with pytest.raises(DataError, match="between 0 and 1"):
        holm(p_values)
