"""Neighbours and CSLS against plain loops, blocks against the whole, and what is held in memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from langalign.errors import DataError, SettingError, VectorError
from langalign.retrieval import csls_nearest, hits_at_k, local_means, nearest, precision_at_k


@pytest.fixture
def sides():
    rng = np.random.default_rng(0)
    return rng.normal(size=(37, 8)), rng.normal(size=(53, 8))


def cosine(x, y):
    return x @ y / np.linalg.norm(x) / np.linalg.norm(y)


def naive_csls(queries, keys, neighbourhood):
    similarity = np.array([[cosine(x, y) for y in keys] for x in queries])
    scores = np.empty_like(similarity)
    for i in range(len(queries)):
        for j in range(len(keys)):
            near_query = np.mean(sorted(similarity[i])[-neighbourhood:])
            near_key = np.mean(sorted(similarity[:, j])[-neighbourhood:])
            scores[i, j] = 2 * similarity[i, j] - near_query - near_key
    return scores


@pytest.mark.parametrize("k", [1, 3, 53])
def test_nearest_is_a_sort_of_all_cosines(sides, k):
    queries, keys = sides
    found = nearest(queries, keys, k)
    for row, query in enumerate(queries):
        expected = sorted(range(len(keys)), key=lambda j: -cosine(query, keys[j]))[:k]
        assert found.indices[row].tolist() == expected
        np.testing.assert_allclose(
            found.scores[row], [cosine(query, keys[j]) for j in expected], atol=1e-6
        )


@pytest.mark.parametrize("size", [1e-25, 1e25])
def test_very_short_and_very_long_vectors_have_their_cosines(sides, size):
    queries, keys = (side.astype(np.float32) for side in sides)
    expected, found = nearest(queries, keys), nearest(queries * np.float32(size), keys)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-5)


@pytest.mark.parametrize("neighbourhood", [1, 10, 100])
def test_csls_is_the_formula(sides, neighbourhood):
    expected = naive_csls(*sides, neighbourhood)
    found = csls_nearest(*sides, k=5, neighbourhood=neighbourhood)
    np.testing.assert_array_equal(found.indices, np.argsort(-expected, axis=1)[:, :5])
    np.testing.assert_allclose(found.scores, -np.sort(-expected, axis=1)[:, :5], atol=1e-5)


@pytest.mark.parametrize("block_bytes", [1, 53 * 4 * 7, 53 * 4 * 36])
@pytest.mark.parametrize("search", [nearest, csls_nearest])
def test_blocks_change_nothing(sides, search, block_bytes):
    whole, blocked = search(*sides, k=4), search(*sides, k=4, block_bytes=block_bytes)
    np.testing.assert_array_equal(blocked.indices, whole.indices)
    np.testing.assert_allclose(blocked.scores, whole.scores, atol=1e-6)


@pytest.mark.parametrize("search", [nearest, csls_nearest])
def test_memory_is_that_of_a_few_blocks(search):
    X = np.random.default_rng(0).normal(size=(4000, 4)).astype(np.float32)
    whole, block = len(X) ** 2 * 4, 2**20
    tracemalloc.start()
    search(X, X, k=1, block_bytes=block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * block < whole


def test_means_of_both_sides_change_places_with_the_sides(sides):
    of_queries, of_keys = local_means(*sides, neighbourhood=4, block_bytes=53 * 4 * 5)
    swapped = local_means(*sides[::-1], neighbourhood=4)
    np.testing.assert_allclose(of_queries, swapped[1], atol=1e-6)
    np.testing.assert_allclose(of_keys, swapped[0], atol=1e-6)


def test_csls_pushes_a_hub_back():
    """Every query lies nearer to the hub than to its own key, and the hub answers nothing."""
    rng = np.random.default_rng(0)
    keys = rng.normal(size=(40, 20))
    hub = np.full(20, 10.0)
    keys += 0.2 * hub
    queries = keys + 0.35 * hub
    keys = np.vstack([keys, hub])
    by_cosine = precision_at_k(nearest(queries, keys).indices)
    by_csls = precision_at_k(csls_nearest(queries, keys).indices)
    assert by_cosine < 0.2
    assert by_csls > 0.9


def test_equal_keys_give_the_first_and_zeros_are_allowed():
    keys = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    assert nearest([[2.0, 0.0]], keys, k=2).indices.tolist() == [[1, 2]]
    assert nearest([[0.0, 0.0]], keys).scores.tolist() == [[0.0]]


def test_hits_and_precision():
    found = [[0, 1], [2, 0], [0, 2]]
    assert hits_at_k(found).tolist() == [True, False, True]
    assert hits_at_k(found, [1, 1, 1]).tolist() == [True, False, False]
    assert precision_at_k(found, [3, 3, 3]) == 0.0


@pytest.mark.parametrize(
    ("call", "error", "word"),
    [
        (lambda: nearest(np.eye(3), np.eye(2)), VectorError, "3 features"),
        (lambda: nearest(np.eye(3), np.eye(3), k=4), SettingError, "k=4: expected 1 to 3"),
        (
            lambda: csls_nearest(np.eye(3), np.eye(3), neighbourhood=0),
            SettingError,
            "neighbourhood=0",
        ),
        (lambda: precision_at_k([1, 2]), DataError, "expected \\(n, k\\)"),
        (lambda: precision_at_k([[1], [2]], [1]), DataError, "2 queries"),
    ],
)
def test_bad_input(call, error, word):
    with pytest.raises(error, match=word):
        call()
