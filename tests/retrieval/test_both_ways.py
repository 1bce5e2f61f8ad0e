"""Search in both directions against the whole matrix, and what is made of it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from langalign.errors import DataError, SettingError, VectorError
from langalign.retrieval import (
    answer_ranks,
    csls_nearest,
    hits_at_k,
    hits_both_ways,
    mean_reciprocal_rank,
    mutual_nearest,
    nearest,
    nearest_both_ways,
    one_to_one,
    xsim,
    xsim_errors,
)
from langalign.retrieval.column_top import ColumnTop

SCORINGS = ("cosine", "csls", "ratio", "distance")


@pytest.fixture
def sides():
    rng = np.random.default_rng(0)
    return rng.normal(size=(41, 8)) + 0.5, rng.normal(size=(67, 8)) + 0.5


def naive(queries, keys, scoring, neighbourhood):
    """Return all scores, from the formulas of the papers, in float64."""
    Q, K = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (queries, keys))
    cosines = Q @ K.T
    if scoring == "cosine":
        return cosines
    of_queries = np.sort(cosines, axis=1)[:, -neighbourhood:].mean(axis=1)[:, None]
    of_keys = np.sort(cosines, axis=0)[-neighbourhood:].mean(axis=0)
    if scoring == "csls":
        return 2 * cosines - of_queries - of_keys
    near = (of_queries + of_keys) / 2
    return cosines / near if scoring == "ratio" else cosines - near


@pytest.mark.parametrize("block_bytes", [1, 67 * 4 * 7, 2**26])
@pytest.mark.parametrize("k", [1, 5, 41])
@pytest.mark.parametrize("scoring", SCORINGS)
def test_both_directions_are_sorts_of_the_whole_matrix(sides, scoring, k, block_bytes):
    expected = naive(*sides, scoring, 4)
    found = nearest_both_ways(*sides, k, scoring=scoring, neighbourhood=4, block_bytes=block_bytes)
    for neighbours, scores in ((found.forward, expected), (found.backward, expected.T)):
        np.testing.assert_array_equal(neighbours.indices, np.argsort(-scores, axis=1)[:, :k])
        np.testing.assert_allclose(neighbours.scores, -np.sort(-scores, axis=1)[:, :k], atol=1e-4)


def test_forward_is_what_the_searches_of_one_direction_find(sides):
    by_cosine = nearest_both_ways(*sides, 3, scoring="cosine").forward
    by_csls = nearest_both_ways(*sides, 3, scoring="csls", neighbourhood=10).forward
    np.testing.assert_array_equal(by_cosine.indices, nearest(*sides, k=3).indices)
    np.testing.assert_array_equal(by_csls.indices, csls_nearest(*sides, k=3).indices)


def test_many_columns_and_rising_rows_are_exact_too():
    """Rows that exceed all before them are the worst case of a running top."""
    block = np.arange(300 * 500, dtype=np.float32).reshape(300, 500)
    top = ColumnTop(500, k=3)
    for start in range(0, 300, 100):
        top.offer(start, block[start : start + 100])
    assert (top.neighbours().indices == [299, 298, 297]).all()
    np.testing.assert_array_equal(top.neighbours().scores, block[[299, 298, 297]].T)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_among_equals_the_first_wins_on_both_sides(k):
    ones = np.ones((5, 3))
    found = nearest_both_ways(ones, np.ones((40, 3)), k, scoring="cosine", block_bytes=1)
    assert (found.forward.indices == np.arange(k)).all()
    assert (found.backward.indices == np.arange(k)).all()
    assert (nearest(ones, np.ones((40, 3)), k).indices == np.arange(k)).all()


def test_memory_is_that_of_a_few_blocks():
    X = np.random.default_rng(0).normal(size=(2000, 4)).astype(np.float32)
    whole, block = len(X) ** 2 * 4, 2**18
    nearest_both_ways(X[:10], X[:10], 4)  # what is imported then does not count
    tracemalloc.start()
    nearest_both_ways(X, X, 4, block_bytes=block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < whole / 4


def test_the_ratio_is_zero_where_nothing_is_near():
    """With two opposite sides every mean is negative; a quotient of them would look good."""
    found = nearest_both_ways(np.eye(3), -np.eye(3), 1, neighbourhood=3)
    assert found.forward.scores.tolist() == [[0.0]] * 3


def test_progress_counts_all_passes(sides):
    seen = []
    nearest_both_ways(*sides, block_bytes=1, progress=lambda *step: seen.append(step))
    assert seen == [(done, 82) for done in range(1, 83)]


def test_ranks_are_places_in_the_sorted_row(sides):
    queries, keys = sides
    answers = np.arange(41)[::-1]
    for scoring in SCORINGS:
        scores = naive(queries, keys, scoring, 4)
        expected = [
            1 + int((row > row[answer]).sum()) for row, answer in zip(scores, answers, strict=True)
        ]
        found = answer_ranks(queries, keys, answers, scoring=scoring, block_bytes=1000)
        assert found.tolist() == expected


def test_a_constant_encoder_does_not_rank_well():
    ranks = answer_ranks(np.ones((4, 2)), np.ones((4, 2)))
    assert ranks.tolist() == [1, 2, 3, 4]
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


@pytest.mark.parametrize("scoring", ["cosine", "ratio", "distance"])
def test_xsim_is_the_margin_over_the_nearest_by_cosine(scoring):
    """The definition, in plain loops."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 6)) + 0.5
    Y = X + rng.normal(size=(60, 6))
    cosines, scores = naive(X, Y, "cosine", 4), naive(X, Y, scoring, 4)
    errors = []
    for row in range(60):
        nearest_keys = np.argsort(-cosines[row])[:4]
        errors.append(max(nearest_keys, key=lambda key: scores[row, key]) != row)
    assert xsim_errors(X, Y, scoring=scoring, block_bytes=1).tolist() == errors
    assert xsim(X, Y, scoring=scoring) == np.mean(errors)
    assert 0.05 < np.mean(errors) < 0.95


def test_one_to_one_takes_the_best_pair_first():
    """Key 0 is the best of both queries; the one nearer to it gets it, the other its second."""
    queries = np.array([[1.0, 0.2], [1.0, 0.0], [0.0, 1.0]])
    keys = np.array([[1.0, 0.0], [0.8, 0.6], [-1.0, 1.0]])
    found = one_to_one(nearest_both_ways(queries, keys, 3, scoring="cosine"))
    assert list(zip(found.queries, found.keys, strict=True)) == [(1, 0), (0, 1), (2, 2)]
    assert (np.diff(found.scores) <= 0).all()


def test_mutual_neighbours_are_those_that_choose_each_other(sides):
    found = nearest_both_ways(*sides, scoring="cosine")
    there, back = found.forward.indices[:, 0], found.backward.indices[:, 0]
    mutual = [(i, j) for i, j in enumerate(there.tolist()) if back[j] == i]
    assert list(zip(*mutual_nearest(there, back), strict=True)) == mutual != []


def test_hits_of_both_ways_are_the_mean_of_each(sides):
    n = min(map(len, sides))
    X, Y = sides[0][:n], sides[0][:n] + sides[1][:n]
    each = [hits_at_k(nearest(*pair).indices) for pair in ((X, Y), (Y, X))]
    assert hits_both_ways(X, Y).tolist() == np.mean(each, axis=0).tolist()
    assert 0 < hits_both_ways(X, Y).mean() < 1


def test_no_row_stands_in_two_pairs(sides):
    found = one_to_one(nearest_both_ways(*sides, 4))
    assert len(set(found.queries.tolist())) == len(set(found.keys.tolist())) == len(found.scores)


@pytest.mark.parametrize(
    ("call", "error", "word"),
    [
        (lambda: nearest_both_ways(np.eye(3), np.eye(3), scoring="dot"), SettingError, "ratio"),
        (lambda: nearest_both_ways(np.eye(2, 3), np.eye(3), 3), SettingError, "of queries"),
        (lambda: nearest_both_ways(np.eye(3), np.eye(3), neighbourhood=0), SettingError, "=0"),
        (lambda: answer_ranks(np.eye(3), np.eye(3), [0, 1, 3]), DataError, "3 keys"),
        (lambda: answer_ranks(np.eye(4), np.eye(4)[:3]), DataError, "3 keys"),
        (lambda: mean_reciprocal_rank([0, 1]), DataError, "each 1 or more"),
        (lambda: xsim(np.eye(3), np.eye(3)[:2]), VectorError, "3 rows"),
        (lambda: xsim(np.eye(3), np.eye(3), neighbourhood=0), SettingError, "=0"),
        (lambda: hits_both_ways(np.eye(3), np.eye(3)[:2]), DataError, "2 keys"),
    ],
)
def test_bad_input(call, error, word):
    with pytest.raises(error, match=word):
        call()
