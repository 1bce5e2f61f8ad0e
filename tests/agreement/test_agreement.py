"""Choosing without target labels: chance scores zero, folds leak nothing, caution wins ties."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from langalign import agreement
from langalign.aligners.linear import Linear
from langalign.aligners.mean_shift import MeanShift
from langalign.errors import DataError, FitWarning
from langalign.folds import grouped_folds, row_groups
from langalign.heads.logistic import LogisticHead

ALIGNERS = [Linear(alpha=alpha) for alpha in (100.0, 10.0, 1.0)]
HEADS = [LogisticHead(C=strength) for strength in (0.1, 1.0)]
N = 600


def two_columns(p):
    return np.column_stack([1 - p, p])


@pytest.fixture
def truth():
    """Probabilities of the reference, one per pair: half of them sure."""
    rng = np.random.default_rng(0)
    return np.where(rng.random(N) < 0.5, rng.uniform(0.0, 0.5, N), rng.uniform(0.5, 1.0, N))


def choose(truth, predicted_by, *, groups=None, **options):
    """Choose where ``predicted_by(alpha, C, rows)`` gives the probability of the second class."""

    def predict(aligners, heads, training, scored):
        assert not set(training) & set(scored)
        return [
            two_columns(predicted_by(aligner.alpha, head.C, scored))
            for aligner in aligners
            for head in heads
        ]

    groups = np.arange(len(truth)) if groups is None else groups
    return agreement.choose(
        [ALIGNERS], HEADS, predict, lambda rows: two_columns(truth[rows]), groups=groups, **options
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 4), st.integers(1, 60), st.integers(0, 10_000))
def test_kappa_is_scikit_learns(n_classes, n, seed):
    rng = np.random.default_rng(seed)
    expected, predicted = rng.integers(n_classes, size=(2, n))
    ours = agreement.cohen_kappa(expected, predicted, n_classes)
    if len(set(expected) | set(predicted)) == 1:
        assert ours == 0.0  # scikit-learn: undefined
        return
    theirs = cohen_kappa_score(expected, predicted, labels=range(n_classes))
    assert ours == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_a_constant_predictor_agrees_no_better_than_chance(label):
    expected = np.array([0] * 90 + [1] * 8 + [2] * 2)
    assert agreement.cohen_kappa(expected, np.full(100, label), 3) == pytest.approx(0, abs=1e-12)


def test_constant_predictors_are_refused_although_nearly_all_agree():
    truth = np.where(np.arange(N) % 20 == 0, 0.99, 0.01)

    def predicted(alpha, strength, rows):
        return np.full(len(rows), 0.01) if alpha > 1 else truth[rows]

    choice = choose(truth, predicted)
    assert [bool(candidate.refused) for candidate in choice.candidates] == [True] * 4 + [False] * 2
    assert all(abs(candidate.kappa) < 1e-12 for candidate in choice.candidates[:4])
    assert choice.aligner.alpha == 1.0


def test_nothing_but_constant_predictors_is_an_error(truth):
    with pytest.raises(DataError, match="one class only"):
        choose(truth, lambda alpha, strength, rows: np.full(len(rows), 0.9))


def test_guessing_is_said_to_be_guessing(truth):
    rng = np.random.default_rng(1)
    with pytest.warns(FitWarning, match="at chance"):
        choose(truth, lambda alpha, strength, rows: rng.random(len(rows)))


def test_the_best_candidate_is_taken(truth):
    noise = np.random.default_rng(1).random(N)

    def predicted(alpha, strength, rows):
        return truth[rows] if (alpha, strength) == (10.0, 1.0) else noise[rows]

    choice = choose(truth, predicted)
    assert (choice.aligner.alpha, choice.head.C) == (10.0, 1.0)
    assert choice.candidates[choice.chosen].kappa == pytest.approx(1.0)
    assert choice.candidates[choice.chosen].aligner == {"alpha": 10.0}
    assert choice.candidates[choice.chosen].head == {"C": 1.0}
    assert 0.45 * N < choice.n_pairs < 0.55 * N


def test_of_equals_the_strongest_is_taken(truth):
    choice = choose(truth, lambda alpha, strength, rows: truth[rows])
    assert choice.chosen == 0
    assert (choice.aligner.alpha, choice.head.C) == (100.0, 0.1)


def test_a_hair_better_does_not_beat_stronger_but_much_better_does(truth):
    rng = np.random.default_rng(2)
    order = rng.permutation(N)

    def flipped(share):
        wrong = np.zeros(N, dtype=bool)
        wrong[order[: int(share * N)]] = True
        return np.where(wrong, 1 - truth, truth)

    def chosen(weaker_share):
        strong, weak = flipped(0.20), flipped(weaker_share)
        choice = choose(truth, lambda alpha, c, rows: (strong if alpha > 1 else weak)[rows])
        return choice.aligner.alpha

    assert chosen(0.19) == 100.0
    assert chosen(0.05) == 1.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=60), st.integers(1, 5), st.integers(0, 99))
def test_folds_never_split_a_group(groups, n_folds, random_state):
    groups = np.array(groups)
    folds = grouped_folds(groups, n_folds, random_state)
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(groups)), fold)
        assert len(fold)
        assert len(rest)
        assert not set(groups[fold]) & set(groups[rest])
    rows = np.concatenate([*folds, np.array([], dtype=int)])
    assert len(set(rows)) == len(rows)
    if n_folds > 1 and len(set(groups)) > 1:
        assert set(rows) == set(range(len(groups)))
    again = grouped_folds(groups, n_folds, random_state)
    assert all(np.array_equal(one, other) for one, other in zip(folds, again, strict=True))


def test_groups_may_be_texts():
    folds = grouped_folds(np.array(["a", "b", "a", "c", "d"]), 2, 0)
    assert sum(len(fold) for fold in folds) == 5


class Slow(Linear):
    """Stands for an aligner that is too slow to be fitted on every fold."""

    closed_form = False


def test_what_is_slow_alone_holds_out_a_fifth_once(truth):
    seen = []

    def predict(aligners, heads, training, scored):
        seen.append((len(training), len(scored)))
        return [two_columns(truth[scored]) for _ in heads]

    agreement.choose(
        [[Slow()]], HEADS, predict, lambda rows: two_columns(truth[rows]), groups=np.arange(N)
    )
    assert seen == [(N * 4 // 5, N // 5)]


def choose_between(truth, families, predicted_by):
    def predict(aligners, heads, training, scored):
        return [two_columns(predicted_by(one, scored)) for one in aligners for _ in heads]

    return agreement.choose(
        families, HEADS, predict, lambda rows: two_columns(truth[rows]), groups=np.arange(N)
    )


def spoilt(truth, share):
    """Return the reference's probabilities, a share of them turned round."""
    turned = np.random.default_rng(7).random(len(truth)) < share
    return np.where(turned, 1 - truth, truth)


@pytest.mark.parametrize("slow_is_better", [True, False])
def test_the_aligner_that_agrees_best_is_taken_cheap_or_slow(truth, slow_is_better):
    good, bad = truth, spoilt(truth, 0.2)
    of = {
        Linear: bad if slow_is_better else good,
        Slow: good if slow_is_better else bad,
        MeanShift: np.full(N, 0.5) + 0.4 * (np.arange(N) % 2 - 0.5),
    }
    families = [[MeanShift()], ALIGNERS, [Slow()]]
    choice = choose_between(truth, families, lambda one, rows: of[type(one)][rows])
    assert type(choice.aligner) is (Slow if slow_is_better else Linear)
    names = [place.name for place in choice.league.places]
    assert names == ["mean-shift", "linear", "linear"]
    assert choice.league.places[2].n_rows < choice.league.places[1].n_rows
    assert len(choice.candidates) == (1 if slow_is_better else 3) * len(HEADS)
    record = json.loads(json.dumps(choice.as_dict()))
    assert record["league"]["chosen"] == (2 if slow_is_better else 1)


def test_moving_the_mean_is_taken_where_nothing_beats_it_beyond_noise(truth):
    hardly_better = truth.copy()
    wrong = np.flatnonzero(np.abs(truth - 0.5) > 0.3)[:80]
    hardly_better[wrong[:79]] = 1 - truth[wrong[:79]]
    shifted = hardly_better.copy()
    shifted[wrong] = 1 - truth[wrong]
    of = {MeanShift: shifted, Linear: hardly_better}
    choice = choose_between(
        truth, [[MeanShift()], ALIGNERS[:1]], lambda one, rows: of[type(one)][rows]
    )
    assert choice.league.places[1].score > choice.league.places[0].score
    assert isinstance(choice.aligner, MeanShift)
    assert "does not beat it beyond noise" in choice.league.verdict


def test_an_aligner_that_is_constant_drops_out(truth):
    of = {MeanShift: np.full(N, 0.9), Linear: truth}
    choice = choose_between(truth, [[MeanShift()], ALIGNERS], lambda one, rows: of[type(one)][rows])
    assert [place.name for place in choice.league.places] == ["linear"]


def test_pairs_are_scored_from_all_over_the_file(truth, monkeypatch):
    monkeypatch.setattr("langalign.agreement.choosing.MOST_SCORED_PAIRS", 60)
    scored = []

    def predicted(alpha, strength, rows):
        scored.extend(rows)
        return truth[rows]

    choose(truth, predicted)
    assert len(set(scored)) == 60
    assert max(scored) > 0.9 * N


def test_a_single_group_cannot_be_held_out(truth):
    with pytest.raises(DataError, match="of one group"):
        choose(truth, lambda alpha, strength, rows: truth[rows], groups=np.zeros(N))


def test_the_threshold_follows_a_shift_of_the_scores(truth):
    odds = np.log(truth / (1 - truth))

    def shifted(by):
        p = 1 / (1 + np.exp(-(odds + by)))
        return choose(truth, lambda alpha, strength, rows: p[rows]).threshold

    assert shifted(0.0) == 0.5
    assert shifted(1.5) == pytest.approx(1 / (1 + np.exp(-1.5)), abs=0.06)
    assert shifted(-1.5) == pytest.approx(1 / (1 + np.exp(1.5)), abs=0.06)


def test_the_threshold_is_a_half_for_more_than_two_classes():
    rng = np.random.default_rng(0)
    p = rng.dirichlet([0.3] * 3, size=N)
    choice = agreement.choose(
        [ALIGNERS],
        HEADS,
        lambda aligners, heads, training, scored: [p[scored]] * (len(aligners) * len(heads)),
        lambda rows: p[rows],
        groups=np.arange(N),
    )
    assert choice.threshold == 0.5
    assert choice.candidates[choice.chosen].kappa == pytest.approx(1.0)


def test_a_class_between_others_counts_although_it_never_leads_by_much():
    p = np.array([[0.9, 0.05, 0.05], [0.05, 0.05, 0.9], [0.3, 0.4, 0.3]] * (N // 3))
    p += np.random.default_rng(0).uniform(0, 0.04, p.shape)

    def blind_to_the_middle(aligners, heads, training, scored):
        blind = p[scored] * [1, 0, 1]
        return [blind if aligner.alpha > 1 else p[scored] for aligner in aligners for _ in heads]

    choice = agreement.choose(
        [ALIGNERS], HEADS, blind_to_the_middle, lambda rows: p[rows], groups=np.arange(N)
    )
    assert choice.aligner.alpha == 1.0
    assert choice.n_pairs == pytest.approx(N / 2, abs=3)


def test_same_state_same_choice_and_the_record_is_json(truth):
    noise = np.random.default_rng(1).normal(scale=0.3, size=N)

    def predicted(alpha, strength, rows):
        return np.clip(truth[rows] + noise[rows] / alpha, 0, 1)

    first, second = (choose(truth, predicted, random_state=3).as_dict() for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first)) == first
    assert len(first["candidates"]) == 6


def test_the_reference_is_chosen_by_its_own_labels():
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((200, 30)).astype(np.float32)
    y = np.where(Z[:, 0] + 2 * rng.standard_normal(200) > 0, "good", "bad")
    chosen = agreement.reference_head(LogisticHead(), Z, y)
    assert chosen.C in [candidate.C for candidate in LogisticHead().candidates(Z)]
    assert max(candidate.C for candidate in LogisticHead().candidates(Z)) > chosen.C
    fixed = agreement.reference_head(LogisticHead(C=3.0), Z, y)
    np.testing.assert_array_equal(fixed.coef_, LogisticHead(C=3.0).fit(Z, y).coef_)


def test_duplicates_of_a_labelled_row_stay_in_one_fold():
    rng = np.random.default_rng(0)
    once = rng.standard_normal((60, 40)).astype(np.float32)
    labels = rng.integers(2, size=60)  # noise: only a leak could make weak penalties look good
    Z, y = np.tile(once, (4, 1)), np.tile(labels, 4)
    groups = row_groups(Z)
    assert len(set(groups)) == 60
    np.testing.assert_array_equal(groups[:60], groups[60:120])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        head = agreement.reference_head(LogisticHead(), Z, y)
    assert head.score(Z, y) <= 1.0


def test_a_classifier_without_probabilities_is_certain():
    class Sure:
        classes_ = np.array(["a", "b"])

        def predict(self, Z):
            return self.classes_[(Z[:, 0] > 0).astype(int)]

    probabilities = agreement.outputs_of(Sure(), np.array([[1.0], [-1.0]]))
    np.testing.assert_array_equal(probabilities, [[0, 1], [1, 0]])
