"""Which single texts are paired: the nearest, a random other, and never across parts."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from langalign import pair_making
from langalign.pair_making import pair_up, pair_up_in_parts


def random_vectors(n, d=4, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def test_each_is_paired_with_the_nearest_other_row_and_with_a_random_other():
    X = random_vectors(6)
    X[3], X[5] = 2 * X[0], 0.0
    made = pair_up(X, random_state=1)
    assert made.shape == (12, 2)
    assert (made[:, 0] != made[:, 1]).all()
    near, far = made[:6], made[6:]
    np.testing.assert_array_equal(near[:, 0], np.arange(6))
    np.testing.assert_array_equal(far[:, 0], np.arange(6))
    assert near[0, 1] == 3
    assert near[3, 1] == 0
    np.testing.assert_array_equal(np.sort(far[:, 1]), np.arange(6))


@pytest.mark.parametrize("n", [2, 3, 50])
@pytest.mark.parametrize("seed", range(5))
def test_no_row_is_paired_with_itself(n, seed):
    made = pair_up(random_vectors(n), random_state=seed)
    assert (made[:, 0] != made[:, 1]).all()


def test_the_seed_decides_the_random_others_alone():
    X = random_vectors(40)
    first, again, other = (pair_up(X, random_state=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[:40], other[:40])
    assert (first[40:] != other[40:]).any()


def test_blocks_change_nothing(monkeypatch):
    X = random_vectors(101)
    whole = pair_up(X, random_state=0)
    monkeypatch.setattr(pair_making, "BLOCK_VALUES", 700)  # seven rows at a time, the last are few
    np.testing.assert_array_equal(pair_up(X, random_state=0), whole)
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    similarity = unit @ unit.T - 3 * np.eye(101, dtype=np.float32)
    np.testing.assert_array_equal(whole[:101, 1], similarity.argmax(axis=1))


def test_similarities_of_all_to_all_are_never_held(monkeypatch):
    monkeypatch.setattr(pair_making, "BLOCK_VALUES", 2**16)
    X = random_vectors(3000)
    tracemalloc.start()
    pair_up(X, random_state=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 3000**2 / 10


class TestParts:
    def test_both_texts_of_a_pair_are_of_its_part_alone(self):
        pairs, parts = pair_up_in_parts(
            random_vectors(101), np.arange(101), most=10_000, random_state=0
        )
        assert pairs.shape == (202, 2)
        assert parts.shape == (202,)
        texts = [set(pairs[parts == part].ravel().tolist()) for part in range(5)]
        assert set.union(*texts) == set(range(101))
        assert sum(map(len, texts)) == 101
        assert sorted(map(len, texts)) == [20, 20, 20, 20, 21]

    def test_of_a_group_one_row_is_taken(self):
        X = np.repeat(random_vectors(20), 3, axis=0)
        pairs, _ = pair_up_in_parts(X, np.repeat(np.arange(20), 3), most=100, random_state=0)
        assert len(pairs) == 40
        assert (pairs[:, 0] // 3 != pairs[:, 1] // 3).all()

    def test_a_limit_takes_a_sample_of_the_rows(self):
        X = random_vectors(100)
        made = [
            pair_up_in_parts(X, np.arange(100), most=41, random_state=seed)[0] for seed in (0, 0, 1)
        ]
        assert made[0].shape == (40, 2)
        assert len(np.unique(made[0])) == 20
        np.testing.assert_array_equal(made[0], made[1])
        assert set(made[0].ravel()) != set(made[2].ravel())

    @pytest.mark.parametrize(("n", "n_parts"), [(2, 1), (3, 1), (4, 2), (9, 4), (10, 5)])
    def test_of_few_rows_fewer_parts_are_made(self, n, n_parts):
        pairs, parts = pair_up_in_parts(
            random_vectors(n), np.arange(n), most=10_000, random_state=0
        )
        assert len(pairs) == 2 * n
        assert set(parts) == set(range(n_parts))
