"""A planted rotation is found without pairs; where there is nothing to find, it says so."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import Procrustes
from langalign.errors import AlignmentFailedError, DataError, NotFittedError, VectorError
from langalign.unsupervised import UnpairedAligner
from langalign.unsupervised.seeds import centred_unit, sorted_similarity_matches
from langalign.unsupervised.self_learning import self_learn
from langalign.unsupervised.success import against_mirrored, on_pairs

DIM = 6
TURN = np.linalg.qr(np.random.default_rng(9).normal(size=(DIM, DIM)))[0].astype(np.float32)


def clustered(n, seed):
    """Texts of twelve unequal topics: a cloud that looks like itself from one side only."""
    centres = 1.5 * np.random.default_rng(77).normal(size=(12, DIM))
    rng = np.random.default_rng(seed)
    topics = rng.integers(0, 12, n) ** 2 // 12
    return (centres[topics] + 0.5 * rng.gamma(1, size=(n, DIM))).astype(np.float32)


def gaussian(n, seed, d=DIM):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


@pytest.fixture(scope="module")
def found():
    """A map between two samples that share no text."""
    X, Y = clustered(800, 0), clustered(800, 50) @ TURN
    return UnpairedAligner(aligner=Procrustes(), max_rows=300).fit(X, Y)


def test_a_rotation_is_found_between_samples_that_share_no_text(found):
    assert found.success_.passed
    assert found.success_.agreement > 0.8
    X = clustered(100, 1)
    np.testing.assert_allclose(found.transform(X), X @ TURN, atol=0.2)
    assert found.aligner_ is found.candidate_
    assert "can be trusted" in found.success_.summary()


def test_shuffled_rows_are_found_again():
    X = clustered(800, 0)
    Y = np.random.default_rng(0).permutation(X @ TURN)
    search = UnpairedAligner(max_rows=300).fit(X, Y, pairs=(X[:8], X[:8] @ TURN))
    assert search.success_.passed
    assert (search.success_.n_pairs, search.success_.pairs_near) == (8, 8)
    assert search.success_.p_pairs < 1e-6
    np.testing.assert_allclose(search.transform(X), X @ TURN, atol=0.2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spread", [1.0, np.arange(1, DIM + 1)], ids=["round", "long"])
def test_independent_clouds_have_nothing_to_find(seed, spread):
    X, Y = gaussian(800, seed) * spread, gaussian(800, seed + 9) * spread
    search = UnpairedAligner(max_rows=300, random_state=seed).fit(X, Y)
    assert not search.success_.passed
    assert search.success_.agreement < 0.2
    assert search.success_.summary().startswith("FAILED")


def test_a_map_that_cannot_be_trusted_is_not_returned():
    search = UnpairedAligner(max_rows=200).fit(clustered(400, 0), gaussian(400, 1, 4))
    for use in (lambda: search.transform(clustered(5, 0)), lambda: search.aligner_):
        with pytest.raises(AlignmentFailedError, match="FAILED"):
            use()
    assert search.candidate_.transform(clustered(5, 0)).shape == (5, 4)


def test_pairs_that_speak_against_it_forbid_it(found):
    X, Y = clustered(800, 0), clustered(800, 50) @ TURN
    wrong = clustered(60, 3), np.roll(clustered(60, 3) @ TURN, 7, axis=0)
    search = UnpairedAligner(aligner=Procrustes(), max_rows=300).fit(X, Y, pairs=wrong)
    assert search.success_.agreement == found.success_.agreement  # nothing was learned from them
    assert search.success_.p_pairs > 0.01
    assert not search.success_.passed


def test_one_seed_gives_one_result(found):
    X, Y = clustered(800, 0), clustered(800, 50) @ TURN
    kept = X.copy(), Y.copy()
    again = found.fresh().fit(X, Y)
    assert again.success_ == found.success_
    np.testing.assert_array_equal(again.candidate_.coef_, found.candidate_.coef_)
    np.testing.assert_array_equal((X, Y), kept)


def test_profiles_do_not_depend_on_how_a_space_is_turned():
    X = centred_unit(clustered(200, 0))
    source, target = sorted_similarity_matches(X, X @ TURN)
    assert (source == target).mean() > 0.95


def test_self_learning_mends_seeds_that_are_mostly_wrong():
    X = centred_unit(gaussian(300, 0))
    rng = np.random.default_rng(0)
    seeds = np.arange(300), np.where(rng.random(300) < 0.3, np.arange(300), rng.permutation(300))
    learned = self_learn(X, centred_unit(X @ TURN), seeds)
    assert (learned.matches[0] == learned.matches[1]).mean() > 0.98
    assert len(learned.matches[0]) > 290
    assert learned.similarity > 0.99


def test_mirrored_targets_are_further_than_the_target_itself():
    X = clustered(300, 0)
    X -= X.mean(axis=0)
    own, best_mirrored, p = against_mirrored(X, X, 0)
    assert own > best_mirrored
    assert p == 0.01
    *_, by_chance = against_mirrored(gaussian(300, 1), gaussian(300, 2), 0)
    assert by_chance > 0.01


def test_the_pairs_test_counts_as_chance_does():
    X, candidates = gaussian(400, 0, 30), gaussian(500, 1, 30)
    same = Procrustes().fit(X, X)
    assert on_pairs(same, X[:9], X[:9], candidates) == (9, pytest.approx(1e-9))
    near, p = on_pairs(same, X, gaussian(400, 2, 30), candidates)
    assert near / 400 == pytest.approx(0.1, abs=0.04)
    assert p > 0.01


@pytest.mark.parametrize(
    ("X", "Y", "pairs", "error", "word"),
    [
        (np.eye(9), np.eye(9), None, DataError, "9 source and 9 target texts"),
        (np.full((400, 2), np.nan), np.eye(400), None, VectorError, "NaN"),
        (np.eye(400), np.eye(400), (np.eye(3), np.eye(3)), VectorError, "expecting 400"),
        (np.eye(400), np.eye(400), (np.eye(400), np.eye(400)[:3]), VectorError, "3"),
    ],
)
def test_bad_input(X, Y, pairs, error, word):
    with pytest.raises(error, match=word):
        UnpairedAligner().fit(X, Y, pairs=pairs)
    with pytest.raises(NotFittedError):
        UnpairedAligner().transform(np.eye(3))
