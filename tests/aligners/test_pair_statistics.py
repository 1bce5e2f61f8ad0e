"""Statistics of pairs against all rows in float64, in any shards and however far from zero."""

from __future__ import annotations

import functools
import itertools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langalign.aligners.cca import CCA
from langalign.aligners.linear import Linear
from langalign.aligners.moments import BLOCK
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.statistics_folder import load_statistics, save_statistics
from langalign.errors import (
    DataError,
    PersistenceError,
    SettingError,
    SpaceMismatchError,
    VectorError,
)
from langalign.persistence import read_config

SUMS = ("xx", "xy", "yy")


def pairs(n=40, d_source=4, d_target=3, *, seed=0, far=0.0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_source)) + far * rng.standard_normal(d_source)
    Y = X @ rng.standard_normal((d_source, d_target)) + rng.standard_normal((n, d_target)) - far
    return X.astype(np.float32), Y.astype(np.float32)


def directly(X, Y):
    """Return the means and the sums about them by two passes in float64."""
    X, Y = X.astype(np.float64), Y.astype(np.float64)
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    return X.mean(axis=0), Y.mean(axis=0), {"xx": x.T @ x, "xy": x.T @ y, "yy": y.T @ y}


def require_equal(scatter, X, Y, *, digits):
    """Compare with the rows; sums by their share of the whole scatter, means by the spread."""
    x_mean, y_mean, sums = directly(X, Y)
    assert scatter.n == len(X)
    np.testing.assert_allclose(scatter.x_mean, x_mean, atol=digits * X.std(), rtol=1e-12)
    np.testing.assert_allclose(scatter.y_mean, y_mean, atol=digits * Y.std(), rtol=1e-12)
    size = max(np.trace(sums["xx"]), np.trace(sums["yy"]))
    for name in SUMS:
        difference = np.abs(getattr(scatter.moments, name) - sums[name]).max()
        assert difference <= digits * size, name


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    far=st.sampled_from([0.0, 1.0, 1e3, 1e6]),
    cuts=st.lists(st.integers(1, 59), max_size=5, unique=True),
    n_parts=st.sampled_from([1, 2, 3, 6]),
)
def test_shards_add_up_to_all_rows_however_far_from_the_origin(seed, far, cuts, n_parts):
    X, Y = pairs(60, seed=seed, far=far)
    bounds = [0, *sorted(cuts), 60]
    shards = [
        PairStatistics.of(X[a:b], Y[a:b], n_parts=n_parts) for a, b in itertools.pairwise(bounds)
    ]
    require_equal(functools.reduce(operator.add, shards).total(), X, Y, digits=1e-10)
    require_equal(functools.reduce(operator.add, shards[::-1]).total(), X, Y, digits=1e-10)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.integers(1, 39), max_size=6, unique=True),
    n_parts=st.sampled_from([1, 2, 3, 6]),
    first=st.integers(0, 5),
)
def test_shards_that_are_added_up_are_dealt_on_in_any_tree_of_sums(seed, cuts, n_parts, first):
    X, Y = pairs(40, seed=seed)
    bounds = [0, *sorted(cuts), 40]
    shards = [
        PairStatistics.of(X[a:b], Y[a:b], n_parts=n_parts) for a, b in itertools.pairwise(bounds)
    ]
    none = PairStatistics.none(*shards[0].widths, n_parts=n_parts)
    left = functools.reduce(operator.add, shards[:first], none)
    summed = left + functools.reduce(operator.add, shards[first:], none)
    for number, part in enumerate(summed.parts):
        require_equal(part, X[number::n_parts], Y[number::n_parts], digits=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(1, 39), n_parts=st.sampled_from([1, 2, 3, 6]))
def test_more_pairs_are_dealt_on_as_if_they_had_come_at_once(seed, cut, n_parts):
    X, Y = pairs(40, seed=seed)
    grown = PairStatistics.of(X[:cut], Y[:cut], n_parts=n_parts).extended(X[cut:], Y[cut:])
    for number, part in enumerate(grown.parts):
        require_equal(part, X[number::n_parts], Y[number::n_parts], digits=1e-12)


@pytest.mark.parametrize("far", [0.0, 1e3])
def test_float32_products_of_many_rows_keep_six_digits_far_from_the_origin(far):
    X, Y = pairs(5 * BLOCK + 17, far=far)
    require_equal(PairStatistics.of(X, Y, n_parts=2).total(), X, Y, digits=1e-7)


def test_rows_sorted_by_a_drifting_mean_are_no_worse():
    X, Y = pairs(3 * BLOCK)
    X = X + np.linspace(0, 1e3, len(X), dtype=np.float32)[:, None]
    require_equal(PairStatistics.of(X, Y, n_parts=1).total(), X, Y, digits=1e-7)


def test_the_null_space_of_few_pairs_stays_empty():
    X, Y = pairs(30, d_source=50, far=10.0)
    values = np.linalg.eigvalsh(PairStatistics.of(X, Y).total().moments.xx)
    assert np.abs(values[:20]).max() < 1e-12 * values.max()


def test_parts_can_be_taken_together_as_if_dealt_to_fewer():
    X, Y = pairs(41)
    for n_parts in (1, 2, 3, 6):
        grouped = PairStatistics.of(X, Y).grouped(n_parts)
        for number, part in enumerate(grouped.parts):
            require_equal(part, X[number::n_parts], Y[number::n_parts], digits=1e-12)
    with pytest.raises(SettingError, match=r"2 part\(s\), and 3 are needed"):
        PairStatistics.of(X, Y, n_parts=2).grouped(3)


def test_each_pair_is_held_out_once_and_seen_from_the_means_of_the_others():
    X, Y = pairs(31)
    folds = PairStatistics.of(X, Y, n_parts=3).held_out()
    assert sum(fold.n for _, fold in folds) == 31
    for number, (others, fold) in enumerate(folds):
        own = np.arange(31) % 3 == number
        x_mean, y_mean, sums = directly(X[~own], Y[~own])
        x, y = X[own] - x_mean, Y[own] - y_mean
        for name, direct in zip(SUMS, (x.T @ x, x.T @ y, y.T @ y), strict=True):
            np.testing.assert_allclose(getattr(others, name), sums[name], atol=1e-5)
            np.testing.assert_allclose(getattr(fold, name), direct, atol=1e-5)


def test_two_pairs_are_held_out_one_by_one():
    X, Y = pairs(2)
    assert [fold.n for _, fold in PairStatistics.of(X, Y, n_parts=6).held_out()] == [1, 1]


def test_a_memory_mapped_array_of_another_type_is_read_in_blocks(tmp_path):
    X, Y = pairs(50)
    np.save(tmp_path / "X.npy", X.astype(np.float16))
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    require_equal(PairStatistics.of(mapped, Y).total(), np.float32(mapped), Y, digits=1e-12)


def test_a_row_without_numbers_is_named_in_any_block():
    X, Y = pairs(3 * BLOCK)
    X[2 * BLOCK + 5, 1] = np.nan
    with pytest.raises(VectorError, match=f"X: row {2 * BLOCK + 5} contains NaN"):
        PairStatistics.of(X, Y, n_parts=1)


def test_only_what_is_of_the_same_spaces_adds_up():
    X, Y = pairs()
    known = PairStatistics.of(X, Y, source="minilm", target="mini")
    assert (known + known).source == "minilm"
    assert (known + PairStatistics.of(X, Y)).source is None
    with pytest.raises(SpaceMismatchError, match=r"e5 .* do not add up"):
        known + PairStatistics.of(X, Y, source="e5")
    with pytest.raises(SpaceMismatchError, match=r"unknown \(4 dimensions\)"):
        PairStatistics.of(X, Y) + PairStatistics.of(X, X)
    with pytest.raises(SettingError, match="6 and of 3 parts"):
        known + PairStatistics.of(X, Y, n_parts=3)
    with pytest.raises(VectorError, match="3 features, but LangAlign is expecting 4"):
        known.extended(Y, Y)
    with pytest.raises(SettingError, match="n_parts=0"):
        PairStatistics.of(X, Y, n_parts=0)


def test_sums_without_all_of_the_targets_are_enough_for_some_and_refused_by_others():
    X, Y = pairs(60)
    lean = Linear().no_statistics(4, 3).extended(X, Y)
    np.testing.assert_array_equal(
        Linear().fit_statistics(lean).coef_,
        Linear().fit_statistics(PairStatistics.of(X, Y, n_parts=1)).coef_,
    )
    assert not (lean + PairStatistics.of(X, Y, n_parts=1)).complete
    with pytest.raises(SettingError, match="needs all of Y'Y"):
        CCA().fit_statistics(lean)


def test_a_shard_is_not_counted_twice():
    X, Y = pairs()
    first, second = (PairStatistics.of(X, Y).named(name) for name in ("a.npy", "b.npy"))
    assert (first + second).shards == ("a.npy", "b.npy")
    with pytest.raises(DataError, match=r"counted twice, the first: a\.npy"):
        (first + second) + first


def test_saved_and_loaded_to_the_bit(tmp_path):
    X, Y = pairs()
    counted = PairStatistics.of(X, Y, source="minilm").named("a.npy")
    save_statistics(counted, tmp_path / "a")
    loaded = load_statistics(tmp_path / "a")
    assert (loaded.source, loaded.target, loaded.shards) == ("minilm", None, ("a.npy",))
    for one, other in zip(loaded.parts, counted.parts, strict=True):
        assert one.n == other.n
        np.testing.assert_array_equal(one.y_mean, other.y_mean)
        for name in SUMS:
            np.testing.assert_array_equal(getattr(one.moments, name), getattr(other.moments, name))
    config = read_config(tmp_path / "a", expected="pair-statistics")
    assert config["pairs"] == 40
    assert config["source"] == {"dim": 4, "fingerprint": "minilm"}


def test_damaged_statistics_are_refused(tmp_path):
    X, Y = pairs()
    save_statistics(PairStatistics.of(X, Y), tmp_path / "a")
    save_statistics(PairStatistics.of(X, X), tmp_path / "b")
    (tmp_path / "a" / "weights.safetensors").write_bytes(b"no sums")
    with pytest.raises(PersistenceError, match="missing or damaged"):
        load_statistics(tmp_path / "a")
    config = tmp_path / "b" / "config.json"
    config.write_text(config.read_text().replace('"shards"', '"shreds"'))
    with pytest.raises(PersistenceError, match="count the shard again"):
        load_statistics(tmp_path / "b")
    with pytest.raises(PersistenceError, match="no such folder"):
        load_statistics(tmp_path / "c")
