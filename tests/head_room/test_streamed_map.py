"""A map of files read in blocks is that of the arrays in them, and so is its check."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.linear import Linear
from langalign.aligners.low_rank import LowRank
from langalign.files.vector_file import VectorFile
from langalign.head_room import streamed_map
from langalign.head_room.map_check import check_map, hold_out


@pytest.fixture
def pairs(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 5)).astype(np.float32)
    Y = (X @ rng.standard_normal((5, 4)) + rng.standard_normal((200, 4))).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "Y.npy", Y)
    return X, Y, VectorFile.open(tmp_path / "X.npy"), VectorFile.open(tmp_path / "Y.npy")


def test_in_one_block_it_is_what_arrays_give(pairs):
    X, Y, *files = pairs
    fitted, check = streamed_map.fit_streamed(Linear(), *files, random_state=3)
    np.testing.assert_allclose(fitted.coef_, Linear().fit(X, Y).coef_, atol=1e-6)
    expected = check_map(Linear(), X, Y, *hold_out(np.arange(200), 10, 3), random_state=3)
    assert check.n == expected.n
    assert check.explained_variance.value == pytest.approx(expected.explained_variance.value)
    assert check.explained_variance_shuffled == pytest.approx(
        expected.explained_variance_shuffled, abs=1e-5
    )
    assert check.aligned.cosine.value == expected.aligned.cosine.value


def test_in_many_blocks_the_map_is_the_same(pairs, monkeypatch):
    X, Y, *files = pairs
    monkeypatch.setattr(streamed_map, "rows_at_once", lambda *_: 7)
    seen = []
    fitted, check = streamed_map.fit_streamed(
        Linear(), *files, progress=lambda *done: seen.append(done)
    )
    assert (len(seen), seen[-1]) == (29, (200, 200))
    np.testing.assert_allclose(fitted.coef_, Linear().fit(X, Y).coef_, atol=1e-6)
    assert check.explained_variance.value > 0.5 > check.explained_variance_shuffled


def test_a_setting_chosen_on_pairs_held_out_is_chosen(pairs):
    *_, source, target = pairs
    fitted, _ = streamed_map.fit_streamed(LowRank(), source, target)
    assert 1 <= fitted.rank_ <= 4


def test_of_a_few_pairs_nothing_is_held_out(tmp_path):
    np.save(tmp_path / "X.npy", np.eye(5))
    file = VectorFile.open(tmp_path / "X.npy")
    fitted, check = streamed_map.fit_streamed(Linear(), file, file)
    assert check is None
    assert fitted.coef_.shape == (5, 5)
