from __future__ import annotations

import json

import numpy as np
import pytest

from langalign.errors import SettingError
from langalign.evaluation import (
    Interval,
    Option,
    advise,
    against_labels,
    cheapest_plan,
    fit_learning_curve,
    level_with,
)

SIZES = np.array([100, 200, 400, 800, 1600])


def curve(a, b=2.0, c=0.5, noise=0.0, n_seeds=3):
    rng = np.random.default_rng(0)
    return fit_learning_curve(
        SIZES, a - b * SIZES**-c + rng.normal(0, noise, (n_seeds, len(SIZES)))
    )


NATIVE = curve(0.9)  # reaches 0.80 at 400, 0.85 at 1,600
PAIRS = curve(0.85)  # reaches 0.80 at 1,600, 0.83 at 10,000: too far


def test_amounts_and_costs_by_hand():
    advice = cheapest_plan(
        [
            Option("native", NATIVE, "native labels", 0.5, owned=100),
            Option("linear", PAIRS, "pairs", 0.05, owned=600, fixed_cost=20),
        ],
        0.8,
    )
    linear, native = advice.plans
    assert (linear.name, linear.needed.size, linear.to_get) == ("linear", 1600, 1000)
    assert linear.cost == pytest.approx(20 + 1000 * 0.05)
    assert (native.to_get, native.cost) == (300, 150.0)
    assert native.cost_low <= native.cost <= native.cost_high
    assert advice.apart
    assert not advice.failing


def test_what_is_owned_is_free_also_of_the_fixed_cost():
    option = Option("linear", PAIRS, "pairs", 0.05, owned=5000, fixed_cost=20)
    plan = cheapest_plan([option], 0.8).plans[0]
    assert (plan.to_get, plan.cost, plan.cost_high) == (0, 0.0, 0.0)


def test_the_cheapest_changes_with_the_prices():
    def cheapest(label, pair):
        options = [
            Option("native", NATIVE, "native labels", label),
            Option("linear", PAIRS, "pairs", pair),
        ]
        return cheapest_plan(options, 0.8).plans[0].name

    assert (cheapest(1.0, 0.01), cheapest(0.1, 0.1)) == ("linear", "native")


def test_who_cannot_reach_it_comes_last_and_the_best_chance_first():
    options = [
        Option("low", curve(0.7), "pairs", 0.0),
        Option("maybe", curve(0.85, noise=0.02), "pairs", 0.0),
        Option("native", NATIVE, "native labels", 5.0),
    ]
    advice = cheapest_plan(options, 0.84)
    assert [plan.name for plan in advice.plans] == ["native", "maybe", "low"]
    assert [plan.name for plan in advice.failing] == ["maybe", "low"]
    assert advice.plans[1].needed.chance > advice.plans[2].needed.chance == 0
    assert (advice.plans[2].cost, advice.plans[2].cost_low) == (None, None)


def test_noise_makes_the_cheapest_doubtful():
    def doubt(noise):
        options = [
            Option("one", curve(0.86, noise=noise), "pairs", 1.0),
            Option("two", curve(0.87, noise=noise), "translations", 1.0),
        ]
        return cheapest_plan(options, 0.79).apart

    assert doubt(0.0001)
    assert not doubt(0.01)


def test_nobody_reaches_it():
    advice = cheapest_plan([Option("linear", PAIRS, "pairs", 1.0)], 0.99)
    assert not advice.reaching
    assert not advice.apart
    sentences = advise(advice)
    assert sentences[0].startswith("No plan reaches 0.990: the best is linear with 0.825 [0.82")
    assert "6,400 pairs" in sentences[0]
    assert sentences[1].startswith("linear does not reach 0.990 with up to 6,400 pairs (chance 0%")


def test_without_prices_amounts_are_compared_among_the_same_units_only():
    same = cheapest_plan(
        [Option("linear", PAIRS, "pairs"), Option("fc", curve(0.88), "pairs")], 0.8
    )
    assert (same.priced, same.plans[0].name, same.plans[0].cost) == (False, "fc", None)
    text = " ".join(advise(same))
    assert "fewest units: the 90% intervals lie apart" in text
    assert "cost" not in text
    mixed = cheapest_plan(
        [Option("linear", PAIRS, "pairs"), Option("native", NATIVE, "native labels")], 0.8
    )
    assert any("give prices" in sentence for sentence in advise(mixed))
    assert not any("instead" in sentence for sentence in advise(mixed))


def test_it_says_label_instead_where_that_is_cheaper():
    advice = cheapest_plan(
        [
            Option("native", NATIVE, "native labels", 0.1, owned=300),
            Option("linear", PAIRS, "pairs", 1.0),
        ],
        0.8,
    )
    sentences = advise(advice)
    assert sentences[0].startswith("Label 100 native texts instead: native reaches 0.800 with 100")
    said = next(each for each in sentences if each.startswith("native is the cheapest"))
    assert "the 90% intervals lie apart" in said
    assert "not that the test set is a sample" in said
    alone = cheapest_plan([Option("native", NATIVE, "native labels", 0.1)], 0.8)
    assert "instead" not in " ".join(advise(alone))


def test_chance_distance_and_what_is_owned_are_said():
    noisy = curve(0.85, noise=0.01)
    sentences = advise(cheapest_plan([Option("linear", noisy, "pairs", 1.0)], noisy.predict(5000)))
    assert "with a chance of" in sentences[0]
    assert "more than twice what was measured" in sentences[0]
    owned = advise(cheapest_plan([Option("linear", PAIRS, "pairs", 1.0, owned=5000)], 0.8))
    assert owned[0].startswith("linear reaches 0.800 with the pairs owned already, cost 0 [0, 0].")


def test_level_with_is_the_inverse_and_grows_with_doubt():
    certain = level_with(NATIVE, 0.74)
    assert certain.size == 157  # (2 / 0.16) ** 2 = 156.25
    assert certain.high - certain.low <= 3
    doubtful = level_with(NATIVE, 0.74, Interval(0.72, 0.76))
    assert doubtful.size == 157
    # The normal distribution at 90 % of what is +-0.02 at 95 %: 0.74 -+ 0.0168.
    assert doubtful.low == pytest.approx((2 / 0.1768) ** 2, rel=0.05)
    assert doubtful.high == pytest.approx((2 / 0.1432) ** 2, rel=0.05)
    assert level_with(NATIVE, 0.74, Interval(0.72, 0.76)) == doubtful


def test_against_labels_tells_better_worse_and_unknown():
    better, worse, unknown = (
        against_labels(NATIVE, "linear", score, Interval(score - 0.03, score + 0.03))
        for score in (0.64, 0.77, 0.70)
    )
    assert (better.label_instead, better.strategy_ahead) == (True, False)
    assert (worse.label_instead, worse.strategy_ahead) == (False, True)
    assert not unknown.label_instead
    assert not unknown.strategy_ahead
    assert unknown.with_labels == pytest.approx(0.7, abs=1e-4)
    json.dumps(better.as_dict())


def test_the_verdict_on_labels_is_said_first():
    advice = cheapest_plan([Option("linear", PAIRS, "pairs", 1.0)], 0.8)

    def said(score):
        return advise(
            advice, against_labels(NATIVE, "fc", score, Interval(score - 0.02, score + 0.02))
        )

    assert said(0.6)[0].startswith(
        "Label 100 native texts instead of using fc: 0.700 against 0.600"
    )
    assert said(0.75)[0].startswith(
        "fc is better than 100 native labels, beyond chance: 0.750 against 0.700"
    )
    assert said(0.7)[0].startswith("fc and 100 native labels do not differ beyond chance")
    assert said(0.74)[1].startswith("fc is worth about 157 native labels [1")
    assert said(0.899)[1].startswith("fc is worth more native labels than their curve answers for")


def test_records_are_json():
    advice = cheapest_plan([Option("linear", PAIRS, "pairs", 1.0)], 0.8)
    record = json.loads(json.dumps(advice.as_dict()))
    assert record["plans"][0]["needed"]["size"] == 1600
    assert len(record["plans"][0]["best_interval"]) == 2


@pytest.mark.parametrize(
    ("options", "wanted", "message"),
    [
        ([], 0.8, "at least one"),
        ([Option("a", PAIRS, "pairs")] * 2, 0.8, "name of its own"),
        ([Option("a", PAIRS, "pairs"), Option("b", PAIRS, "pairs", 1.0)], 0.8, "give all"),
        ([Option("a", PAIRS, "pairs")], 80, "wanted score"),
    ],
)
def test_what_cannot_be_compared_is_named(options, wanted, message):
    with pytest.raises(SettingError, match=message):
        cheapest_plan(options, wanted)


def test_bad_options_and_scores_are_named():
    with pytest.raises(SettingError, match="'pairs', 'native labels'"):
        Option("a", PAIRS, "words")
    with pytest.raises(SettingError, match="cannot be negative"):
        Option("a", PAIRS, "pairs", owned=-1)
    with pytest.raises(SettingError, match="outside of its interval"):
        level_with(NATIVE, 0.7, Interval(0.8, 0.9))
    with pytest.raises(SettingError, match="answers up to"):
        against_labels(NATIVE, "linear", 0.7, n_labels=50)
