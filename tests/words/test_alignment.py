"""Alignment finds planted maps; induction is scored as by hand; a saved folder does the same."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.errors import DataError, PersistenceError, SettingError, UnknownNameError
from langalign.words import (
    BilingualDictionary,
    WordVectors,
    align_words,
    evaluate_induction,
    induce,
    load_alignment,
    nearest_words,
    read_word_vectors,
    save_alignment,
)

CLOSED_FORM = [
    name
    for name in aligners.names()
    if aligners.get(name).closed_form and aligners.get(name).recovers in ("rotation", "linear")
]


def scored(pair, alignment):
    mapped = alignment.apply(pair.source), alignment.apply_target(pair.target)
    return evaluate_induction(*mapped, pair.test, at=(1, 5))


@pytest.mark.parametrize("aligner", ["common-space", *CLOSED_FORM])
def test_a_rotation_is_found_from_half_of_the_words(pair, aligner):
    unaligned = evaluate_induction(pair.source, pair.target, pair.test, at=(1,))
    scores = scored(pair, align_words(pair.source, pair.target, pair.train, aligner=aligner))
    assert unaligned.precision["csls"][1].value < 0.1
    assert all(by_k[1].value > 0.95 for by_k in scores.precision.values())


def test_self_learning_makes_up_for_a_small_dictionary(pair):
    few = BilingualDictionary(pair.train.pairs[:7])
    alone = align_words(pair.source, pair.target, few, aligner="procrustes")
    refined = align_words(pair.source, pair.target, few, aligner="procrustes", refine=5)
    assert refined.n_seed_pairs == alone.n_seed_pairs == alone.n_pairs == 7
    assert refined.n_pairs > 200
    before, after = (scored(pair, each).precision["csls"][1].value for each in (alone, refined))
    assert after > before + 0.5


def test_normalisation_is_fitted_on_all_words_of_each_side(pair):
    alignment = align_words(pair.source, pair.target, pair.train, normalize=("center",))
    mean = alignment.source_transforms[0].mean_
    np.testing.assert_allclose(mean, pair.source.vectors.mean(axis=0), atol=1e-6)
    assert align_words(pair.source, pair.target, pair.train, normalize=()).source_transforms == ()


def test_what_cannot_be_is_refused(pair):
    with pytest.raises(SettingError, match="refine=-1"):
        align_words(pair.source, pair.target, pair.train, refine=-1)
    with pytest.raises(UnknownNameError, match="procrustes"):
        align_words(pair.source, pair.target, pair.train, aligner="procrustus")
    with pytest.raises(DataError, match="no pair of the dictionary"):
        align_words(pair.source, pair.target, BilingualDictionary((("q", "q"),)))


def test_scores_by_hand():
    source = WordVectors(("a", "b", "c"), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    target = WordVectors(("x", "y", "z"), np.array([[1.0, 0.1], [0.9, 0.2], [0.1, 1.0]]))
    gold = BilingualDictionary(
        (("a", "y"), ("a", "?"), ("b", "x"), ("b", "z"), ("c", "?"), ("q", "x"))
    )
    scores = evaluate_induction(source, target, gold, at=(1, 2), scorings=("cosine",))
    # a: nearest x, then y; b: nearest z. c has no translation with a vector, q no vector itself.
    assert (scores.n, scores.n_words, scores.coverage) == (2, 4, 0.5)
    assert scores.precision["cosine"][1].value == 0.5
    assert scores.precision["cosine"][2].value == 1.0
    assert scores.as_dict()["precision"]["cosine"]["1"]["value"] == 0.5


def test_other_source_words_count_for_hubs(pair):
    """Asking for one word or for all gives the same translation."""
    for scoring in ("csls", "inverted-softmax"):
        one = nearest_words(pair.source, pair.target, ["e7"], 3, scoring=scoring)
        all_words = nearest_words(pair.source, pair.target, pair.source.words, 3, scoring=scoring)
        np.testing.assert_array_equal(one.indices[0], all_words.indices[7])
    with pytest.raises(SettingError, match="inverted-softmax"):
        nearest_words(pair.source, pair.target, ["e7"], scoring="isf")


def test_translations_come_best_first(pair):
    found = induce(pair.source, pair.target, ["e3", "e1"], k=4)
    assert [each.source for each in found] == ["e3"] * 4 + ["e1"] * 4
    assert all(one.score >= two.score for one, two in itertools.pairwise(found[:4]))


@pytest.mark.parametrize("aligner", ["common-space", "procrustes"])
def test_a_saved_alignment_maps_alike(pair, tmp_path, aligner):
    alignment = align_words(pair.source, pair.target, pair.train, aligner=aligner)
    save_alignment(alignment, tmp_path / "map", pair.source, pair.target)
    loaded = load_alignment(tmp_path / "map")
    expected = alignment.apply(pair.source).vectors
    np.testing.assert_array_equal(loaded.apply(pair.source).vectors, expected)
    np.testing.assert_array_equal(
        loaded.apply_target(pair.target).vectors, alignment.apply_target(pair.target).vectors
    )
    in_file = read_word_vectors(tmp_path / "map" / "source.vec")
    np.testing.assert_allclose(in_file.vectors, expected, atol=1e-5)
    config = json.loads((tmp_path / "map" / "config.json").read_text("utf-8"))
    for value in (None, float("inf")):
        changed = json.dumps(config | {"n_pairs": value})
        (tmp_path / "map" / "config.json").write_text(changed, "utf-8")
        with pytest.raises(PersistenceError, match="damaged"):
            load_alignment(tmp_path / "map")
