"""Pairs hidden among other texts are found, and what is foretold of them comes true."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import LangAlign
from langalign.data import ParallelText
from langalign.errors import DataError, LangAlignError, SettingError, SpaceMismatchError
from langalign.mining import (
    fit_space,
    hold_out_pairs,
    mine,
    space_of_aligner,
    space_of_model,
)
from langalign.retrieval import nearest

HIDDEN, ALONE = range(400, 600), (range(600, 1000), range(1000, 1400))
KNOWN = range(2000, 2600)


@pytest.fixture(scope="session")
def sides(toy):
    """200 texts with a translation among 600 a side, in another order on the target side."""
    order = np.random.default_rng(1).permutation([*HIDDEN, *ALONE[1]])
    return toy.english([*HIDDEN, *ALONE[0]]), toy.korean(order)


@pytest.fixture(scope="session")
def noisy(toy, sides):
    return mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN))


def rightness(found):
    return np.array([source[1:] == target[1:] for source, target, _ in found])


def test_without_noise_all_pairs_are_found_and_no_others(toy, sides):
    found = mine(*sides, toy.space(0.05), held_out=toy.pairs(KNOWN))
    assert rightness(found).sum() >= 195
    assert len(found) <= 202
    assert found.expected.recall.value == 1
    assert found.expected.precision.value > 0.95
    assert 200 in range(round(found.expected.n_pairs.low), round(found.expected.n_pairs.high) + 1)
    assert [sides[0][row] for row in found.source_rows] == list(found.source)
    assert [sides[1][row] for row in found.target_rows] == list(found.target)


def test_what_is_expected_comes_true(noisy):
    right = rightness(noisy)
    precision, recall = right.mean(), right.sum() / 200
    assert 0.3 < recall < 0.95
    expected = noisy.expected
    assert expected.precision.value == pytest.approx(precision, abs=0.1)
    assert expected.recall.value == pytest.approx(recall, abs=0.1)
    assert expected.n_pairs.low <= 200 <= expected.n_pairs.high
    assert expected.precision.low < expected.precision.value < expected.precision.high


def test_many_probes_among_few_texts_do_not_bend_what_is_expected(toy, sides):
    """Probes find each other as well; a pair with one of them is none of the files."""
    found = mine(*sides, toy.space(0.7), held_out=toy.pairs(range(1400, 3400)))
    assert found.expected.n_pairs.value == pytest.approx(200, abs=40)
    assert found.expected.precision.value == pytest.approx(rightness(found).mean(), abs=0.1)


def test_the_threshold_is_near_the_best(noisy, toy, sides):
    everything = mine(*sides, toy.space(0.45), threshold=-np.inf)
    right = np.cumsum(rightness(everything))
    best = (2 * right / (np.arange(1, len(right) + 1) + 200)).max()
    chosen = rightness(noisy).sum()
    assert 2 * chosen / (len(noisy) + 200) > best - 0.05
    assert everything.expected is None
    assert "not known" in everything.summary()


def test_pairs_come_best_first_and_nothing_twice(noisy):
    assert (np.diff(noisy.scores) <= 0).all()
    assert noisy.scores.min() >= noisy.threshold
    assert len(set(noisy.source)) == len(set(noisy.target)) == len(noisy)
    assert not {text for text, _, _ in noisy} & {f"a{number}" for number in KNOWN}


def test_a_wanted_precision_costs_recall(toy, sides, noisy):
    strict = mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN), precision=0.97)
    assert strict.threshold > noisy.threshold
    assert strict.expected.precision.value >= 0.97
    assert strict.expected.recall.value < noisy.expected.recall.value
    assert list(noisy)[: len(strict)] == list(strict)


def test_a_given_threshold_gets_an_expectation_too(toy, sides, noisy):
    again = mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN), threshold=noisy.threshold)
    assert list(again) == list(noisy)
    assert again.expected.n_planted == 2 * noisy.expected.n_planted
    low, high = noisy.expected.recall.low, noisy.expected.recall.high
    assert low <= again.expected.recall.value <= high
    none = mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN), threshold=99.0)
    assert len(none) == 0
    assert none.expected.recall.value == 0


def test_what_is_not_found_reaches_no_threshold(toy, sides):
    space, held_out = toy.space(2.0), toy.pairs(KNOWN)
    lowest, none = (
        mine(*sides, space, held_out=held_out, threshold=threshold) for threshold in (-1e9, -np.inf)
    )
    assert 0 < lowest.expected.recall.value < 0.5
    assert none.expected == lowest.expected


def test_a_map_of_shuffled_pairs_is_said_to_tell_nothing(toy, sides):
    source, target = toy.encoders(0.05)
    order = np.random.default_rng(0).permutation(400)
    wrong = ParallelText(toy.english(range(400)), toy.korean(order), "en", "ko")
    space = fit_space(wrong, source_encoder=source, target_encoder=target)
    found = mine(*sides, space, held_out=toy.pairs(KNOWN))
    assert found.told_apart is False
    assert "cannot be distinguished from other texts" in found.summary()
    with pytest.raises(SettingError, match="no threshold is expected to reach it"):
        mine(*sides, space, held_out=toy.pairs(KNOWN), precision=0.99)


def test_files_without_translations_are_said_to_have_none(toy):
    found = mine(
        toy.english(ALONE[0]), toy.korean(ALONE[1]), toy.space(0.05), held_out=toy.pairs(KNOWN)
    )
    assert found.told_apart
    assert found.expected.n_pairs.low < 1
    assert "may hold no translations at all" in found.summary()


def test_repeated_empty_and_shared_texts_are_searched_once_or_not(toy, sides):
    source = [*sides[0], *sides[0][:50], "", "  ", "OK", "a700 "]
    target = [*sides[1], "ok"]
    space = toy.space(0.05)
    found = mine(source, target, space, held_out=toy.pairs(KNOWN))
    plain = mine(*sides, space, held_out=toy.pairs(KNOWN))
    assert list(found) == list(plain)
    assert found.left_out[0] == {"empty": 2, "repeated": 51, "on_both_sides": 1}
    assert found.left_out[1] == {"empty": 0, "repeated": 0, "on_both_sides": 1}
    assert found.searched == (600, 600)


def test_held_out_pairs_that_stand_in_the_files_are_no_probes(toy, sides):
    held_out = toy.pairs([*range(450, 500), *KNOWN])
    found = mine(*sides, toy.space(0.05), held_out=held_out)
    assert found.expected.n_planted + found.expected.n_alone == len(KNOWN) // 2
    with pytest.raises(DataError, match="0 usable held-out pairs of 50"):
        mine(*sides, toy.space(0.05), held_out=toy.pairs(range(450, 500)))


def test_the_same_seed_gives_the_same(toy, sides, noisy):
    again = mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN))
    assert again.as_dict() == noisy.as_dict()
    other = mine(*sides, toy.space(0.45), held_out=toy.pairs(KNOWN), random_state=1)
    assert other.as_dict() != noisy.as_dict()


def test_a_saved_aligner_gives_the_space_it_was_fitted_for(toy, sides):
    from langalign.aligners.linear import Linear

    source, target = toy.encoders(0.05)
    rows = toy.pairs(range(400))
    aligner = Linear().fit(source.encode(rows.source), target.encode(rows.target))
    space = space_of_aligner(aligner, source_encoder=source, target_encoder=target)
    found = mine(*sides, space, held_out=toy.pairs(KNOWN))
    assert list(found) == list(mine(*sides, toy.space(0.05), held_out=toy.pairs(KNOWN)))
    with pytest.raises(SpaceMismatchError, match="width 352, the aligner was fitted on width 16"):
        space_of_aligner(aligner, source_encoder="mini", target_encoder=target)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_model_gives_the_space_where_its_languages_meet(toy, sides, direction):
    source, target = toy.encoders(0.05)
    model = LangAlign(
        source, target, target_lang="ko", aligner="linear", direction=direction, select=False
    )
    labels = ["yes" if number % 2 else "no" for number in range(200)]
    model.fit(toy.english(range(200)), labels, parallel=toy.pairs(range(400)))
    space = space_of_model(model)
    found = mine(*sides, space, held_out=toy.pairs(KNOWN))
    assert rightness(found).mean() > 0.95
    sides = toy.english(range(2000, 2200)), toy.korean(range(2000, 2200))
    mapped = space.source_vectors(sides[0]), space.target_vectors(sides[1])
    assert (nearest(*mapped).indices[:, 0] == np.arange(200)).mean() > 0.95  # also uncentred
    model.source_encoder_ = target
    with pytest.raises(SpaceMismatchError, match="toy-source"):
        space_of_model(model)


def test_held_out_pairs_share_no_text_with_the_rest(toy):
    rows = [*range(50), *range(50)]
    repeated = ParallelText(toy.english(rows), toy.korean(rows), "en", "ko")
    fit, held_out = hold_out_pairs(repeated)
    assert not set(fit.source) & set(held_out.source)
    assert len(held_out) == len(set(held_out.source)) == 10


@pytest.mark.parametrize(
    ("source", "target", "options", "error", "word"),
    [
        ([], ["ㄱ1"], {"threshold": 1.0}, DataError, "no source texts are left"),
        (["a1", ""], ["  "], {"threshold": 1.0}, DataError, "no target texts are left"),
        (["a1", "a2"], ["a2", "a1"], {"threshold": 1.0}, DataError, "2 on both sides"),
        ([("a1", "a2")], ["ㄱ1"], {"threshold": 1.0}, DataError, "pairs of texts cannot be mined"),
        (["a1"], ["ㄱ1"], {}, SettingError, "no held-out pairs were given"),
        (["a1"], ["ㄱ1"], {"threshold": 1.0, "precision": 0.9}, SettingError, "exclude"),
        (["a1"], ["ㄱ1"], {"threshold": float("nan")}, SettingError, "threshold=nan"),
        (["a1"], ["ㄱ1"], {"precision": 1.5, "held_out": True}, SettingError, "precision=1.5"),
        (["a1"], ["ㄱ1"], {"threshold": 1.0, "scoring": "dot"}, SettingError, "scoring='dot'"),
    ],
)
def test_bad_input(toy, source, target, options, error, word):
    if "held_out" in options:
        options = options | {"held_out": toy.pairs(KNOWN)}
    with pytest.raises(error, match=word) as raised:
        mine(source, target, toy.space(0.05), **options)
    assert isinstance(raised.value, LangAlignError)
