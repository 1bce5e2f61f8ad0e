"""The inverted softmax against its formula, and searches of a few queries among many."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import SettingError
from langalign.retrieval import csls_nearest, inverted_softmax_nearest, nearest


@pytest.fixture
def sides():
    rng = np.random.default_rng(0)
    return rng.normal(size=(37, 8)), rng.normal(size=(53, 8))


def formula(queries, keys, beta):
    unit = [side / np.linalg.norm(side, axis=1, keepdims=True) for side in (queries, keys)]
    scaled = beta * unit[0] @ unit[1].T
    return scaled - np.log(np.exp(scaled).sum(axis=0))


@pytest.mark.parametrize("beta", [0.5, 10.0, 30.0])
def test_it_is_the_formula(sides, beta):
    expected = formula(*sides, beta)
    found = inverted_softmax_nearest(*sides, k=5, beta=beta)
    np.testing.assert_array_equal(found.indices, np.argsort(-expected, axis=1)[:, :5])
    np.testing.assert_allclose(found.scores, -np.sort(-expected, axis=1)[:, :5], atol=1e-4)


@pytest.mark.parametrize("block_bytes", [1, 53 * 4 * 7])
@pytest.mark.parametrize("search", [inverted_softmax_nearest, csls_nearest])
def test_some_queries_among_all_are_ranked_as_all(sides, search, block_bytes):
    queries, keys = sides
    whole = search(queries, keys, k=4)
    some = search(queries[5:9], keys, k=4, among=queries, block_bytes=block_bytes)
    np.testing.assert_array_equal(some.indices, whole.indices[5:9])
    np.testing.assert_allclose(some.scores, whole.scores[5:9], atol=1e-5)


def test_a_hub_is_pushed_back():
    """A key in the middle of all queries is the nearest of some, and then of none."""
    queries = np.eye(4) + 0.6
    keys = np.vstack([np.eye(4), np.ones((1, 4))])
    assert (nearest(queries, keys).indices == 4).all()
    assert inverted_softmax_nearest(queries, keys).indices.ravel().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("block_bytes", [1, 2**26])
def test_a_key_far_from_all_queries_is_not_the_best_of_all(block_bytes):
    """Its sum is small, but no sum vanishes."""
    queries = [[1.0, 0.0], [0.9, 0.1]]
    keys = [[1.0, 0.05], [0.8, 0.2], [-1.0, 0.2]]
    expected = formula(np.array(queries), np.array(keys), 200.0)
    found = inverted_softmax_nearest(queries, keys, k=3, beta=200.0, block_bytes=block_bytes)
    np.testing.assert_array_equal(found.indices, np.argsort(-expected, axis=1))
    np.testing.assert_allclose(found.scores, -np.sort(-expected, axis=1), atol=1e-3)


def test_nothing_overflows(sides):
    found = inverted_softmax_nearest(*sides, k=1, beta=1e4)
    assert np.isfinite(found.scores).all()
    with pytest.raises(SettingError, match="beta=0"):
        inverted_softmax_nearest(*sides, beta=0)
