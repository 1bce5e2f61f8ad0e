"""What is concluded from probes, against outcomes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import DataError, SettingError
from langalign.mining.expectation import Expectations, expected_at
from langalign.mining.outcome import Outcome, Sizes, outcome_of
from langalign.mining.threshold import choose_threshold
from langalign.retrieval import Matches

N, PAIRS, PROBES = 20_000, 1_500, 1_000


def simulated(seed=0, apart=3.0):
    """Right pairs score around ``apart``, wrong ones around 0; a tenth of the right is lost."""
    rng = np.random.default_rng(seed)

    def right(n):
        return np.where(rng.random(n) < 0.9, rng.normal(apart, 1, n), -np.inf)

    def wrong(n):
        return np.where(rng.random(n) < 0.5, rng.normal(0, 1, n), -np.inf)

    found, others = right(PAIRS), wrong(N - PAIRS)
    mined = np.concatenate([found, others])
    planted = right(PROBES)
    lost = np.isinf(planted)
    outcome = Outcome(
        sizes=Sizes(N, N, PROBES, PROBES // 2, PROBES // 2),
        mined=mined[np.isfinite(mined)],
        right=planted,
        wrong_source=np.where(lost, wrong(PROBES), -np.inf),
        wrong_target=np.where(lost, wrong(PROBES), -np.inf),
        source_alone=wrong(PROBES // 2),
        target_alone=wrong(PROBES // 2),
    )
    return outcome, found, others


def judged(seed):
    """Return what half of the probes expects at the other half's threshold, and the truth."""
    outcome, found, others = simulated(seed)
    chosen_by, judged_by = outcome.halves()
    choosing = Expectations(chosen_by)
    threshold = choosing.thresholds[choose_threshold(choosing)]
    judging = Expectations(judged_by, (threshold,), choosing.thresholds[choosing.basis])
    right, wrong = (found >= threshold).sum(), (others >= threshold).sum()
    expected = expected_at(judging, judging.place(threshold), random_state=0)
    truth = {"precision": right / (right + wrong), "recall": right / PAIRS, "n_pairs": PAIRS}
    return expected, truth


def test_pairs_precision_and_recall_are_recovered():
    """Right in the mean, and mostly within the intervals, of six draws."""
    draws = [judged(seed) for seed in range(6)]
    for name, near in (("precision", 0.05), ("recall", 0.03), ("n_pairs", 0.07 * PAIRS)):
        found = [getattr(expected, name) for expected, _ in draws]
        truth = np.array([true[name] for _, true in draws])
        assert abs(np.mean([each.value for each in found] - truth)) < near
        inside = [each.low <= true <= each.high for each, true in zip(found, truth, strict=True)]
        assert sum(inside) >= 4


def test_the_threshold_of_best_f1_is_best_in_truth_too():
    outcome, found, others = simulated()
    expectations = Expectations(outcome)
    chosen = expectations.thresholds[choose_threshold(expectations)]

    def f1(threshold):
        right, wrong = (found >= threshold).sum(), (others >= threshold).sum()
        return 2 * right / (right + wrong + PAIRS)

    assert f1(chosen) > max(f1(threshold) for threshold in expectations.thresholds) - 0.01


def test_no_probe_alone_in_a_pair_does_not_mean_that_none_ever_is():
    """Of 4 texts none got a partner: of 10,000 some will, and the interval says so."""
    none, two = np.full(50, -np.inf), np.full(50, 2.0)
    outcome = Outcome(
        sizes=Sizes(10_000, 10_000, 50, 4, 4),
        mined=np.full(2_000, 2.0),
        right=two,
        wrong_source=none,
        wrong_target=none,
        source_alone=none[:4],
        target_alone=none[:4],
    )
    expected = expected_at(Expectations(outcome), 0, random_state=0)
    assert expected.precision.low < 0.5
    assert expected.recall.value == 1


def test_a_precision_out_of_reach_is_refused_with_the_best_there_is():
    expectations = Expectations(simulated(apart=0.0)[0])
    with pytest.raises(SettingError, match=r"precision=0.9: .* The best is 0\.\d\d"):
        choose_threshold(expectations, precision=0.9)


def test_where_nothing_was_found_a_threshold_cannot_be_chosen_but_be_judged():
    none = np.full(20, -np.inf)
    outcome = Outcome(Sizes(1, 1, 20, 10, 10), none[:0], none, none, none, none[:10], none[:10])
    with pytest.raises(DataError, match="no threshold can be chosen"):
        choose_threshold(Expectations(outcome))
    judging = Expectations(outcome, wanted=(1.0,))
    expected = expected_at(judging, judging.place(1.0), random_state=0)
    assert (expected.recall.value, expected.n_pairs.value) == (0, 0)


def test_random_scores_do_not_separate():
    expectations = Expectations(simulated(apart=0.0)[0])
    expected = expected_at(expectations, choose_threshold(expectations), random_state=0)
    assert expected.separation.value < 0.5
    clear = Expectations(simulated(apart=6.0)[0])
    assert expected_at(clear, 0, random_state=0).separation.value > 0.85


def test_outcome_sorts_every_kind_of_pair():
    """Two texts per side in the files, then two planted, then one alone."""
    sizes = Sizes(2, 2, n_planted=2, source_alone=1, target_alone=1)
    pairs = [(0, 1, 0.9), (2, 2, 0.8), (1, 3, 0.7), (3, 4, 0.6), (4, 0, 0.5)]
    queries, keys, scores = (np.array(column) for column in zip(*pairs, strict=True))
    outcome = outcome_of(Matches(queries, keys, scores), sizes)
    missing = -np.inf
    assert outcome.mined.tolist() == [0.9]
    assert outcome.right.tolist() == [0.8, missing]
    assert outcome.wrong_source.tolist() == [missing, missing]
    assert outcome.wrong_target.tolist() == [missing, 0.7]
    assert outcome.source_alone.tolist() == [0.5]
    assert outcome.target_alone.tolist() == [missing]  # its partner is a probe
