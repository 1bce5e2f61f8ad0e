"""Transforms: the contract over all that are registered, and what each one does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import sqrtm
from sklearn.base import clone
from sklearn.covariance import ledoit_wolf

from langalign.errors import NotFittedError, SettingError, VectorError
from langalign.persistence import load_component, save_component, write_folder
from langalign.transforms import transforms
from langalign.transforms.center import Center
from langalign.transforms.match_spread import MatchSpread
from langalign.transforms.unit_norm import UnitNorm

NAMES = transforms.names()
NUMBERS = st.floats(-1e6, 1e6, width=32).filter(lambda x: x == 0 or abs(x) > 1e-30)
MATRICES = arrays(np.float32, (7, 3), elements=NUMBERS)


def sample(seed=0):
    X = np.random.default_rng(seed).standard_normal((40, 4)).astype(np.float32) * 3 + 1
    X.setflags(write=False)
    return X


@pytest.mark.parametrize("name", NAMES)
def test_contract(name, tmp_path):
    X = sample()
    transform = transforms.get(name)()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        transform.transform(X)
    assert transform.fit(X) is transform
    mapped = transform.transform(X)
    assert mapped.shape == X.shape
    assert mapped.dtype == np.float32
    assert mapped.flags.c_contiguous
    fresh = clone(transform).fit(sample(1)).fit(X)
    np.testing.assert_array_equal(fresh.transform(X), mapped)
    with write_folder(tmp_path / name, kind=transforms.kind) as folder:
        save_component(transform, folder, kind=transforms.kind)
    loaded = load_component(tmp_path / name, transforms)
    np.testing.assert_array_equal(loaded.transform(X), mapped)
    with pytest.raises(VectorError, match="expecting 4 features"):
        transform.transform(X[:, :2])
    with pytest.raises(VectorError, match="row 0 contains NaN"):
        transform.transform(np.full((1, 4), np.nan))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_flagged_affine_is(name):
    X, other = sample(), sample(2)
    transform = transforms.get(name)().fit(X)
    middle = transform.transform((X + other) / 2)
    halves = (transform.transform(X) + transform.transform(other)) / 2
    assert np.allclose(middle, halves, atol=1e-5) == transforms.get(name).affine


@settings(max_examples=50, deadline=None)
@given(MATRICES)
def test_unit_norm_gives_length_one_or_zero(X):
    lengths = np.linalg.norm(UnitNorm().fit(X).transform(X).astype(np.float64), axis=1)
    expected = (np.abs(X).max(axis=1) > 0).astype(float)
    np.testing.assert_allclose(lengths, expected, atol=1e-5)


def test_unit_norm_of_vectors_whose_squares_float32_cannot_hold():
    X = np.array([[3e-30, 4e-30], [3e30, 4e30]], dtype=np.float32)
    np.testing.assert_allclose(UnitNorm().fit(X).transform(X), [[0.6, 0.8]] * 2, rtol=1e-5)


@settings(max_examples=50, deadline=None)
@given(MATRICES)
def test_center_moves_the_mean_to_the_origin(X):
    centred = Center().fit(X).transform(X)
    assert np.abs(centred.mean(axis=0)).max() <= 1e-6 * max(np.abs(X).max(), 1e-30)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_match_spread_equals_the_variance(seed, size):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((30, 4)) * [1, 2, 3, 4]
    Y = size * rng.standard_normal((50, 4)) * [4, 1, 1, 2]
    scaled = MatchSpread().fit(X, Y)
    assert scaled.transform(X).var(axis=0).sum() == pytest.approx(Y.var(axis=0).sum(), rel=1e-4)
    assert len(np.unique(scaled.scale_)) == 1
    each = MatchSpread(how="dimension").fit(X, Y).transform(X)
    np.testing.assert_allclose(each.var(axis=0), Y.var(axis=0), rtol=1e-4)


def correlated(n, d, *, seed):
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    return rng.standard_normal((n, d)) * np.linspace(1, 3, d) @ turn


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_match_spread_equals_the_covariance(seed, size):
    X, Y = correlated(8000, 4, seed=seed), size * correlated(9000, 4, seed=seed + 1)
    mapped = MatchSpread(how="covariance").fit(X, Y).transform(X)
    want = np.cov(Y.T)
    np.testing.assert_allclose(np.cov(mapped.T), want, atol=0.02 * want.max())


@pytest.mark.parametrize("seed", range(3))
def test_match_spread_by_covariance_is_the_optimal_transport_map(seed):
    X, Y = correlated(4000, 5, seed=seed), correlated(4000, 5, seed=seed + 10)
    fitted = MatchSpread(how="covariance").fit(X, Y)
    have, want = ledoit_wolf(X.astype(np.float32))[0], ledoit_wolf(Y.astype(np.float32))[0]
    root = sqrtm(have)
    inverse = np.linalg.inv(root)
    expected = (inverse @ sqrtm(root @ want @ root) @ inverse).real
    np.testing.assert_allclose(fitted.scale_, expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(fitted.scale_, fitted.scale_.T, atol=1e-6)
    assert np.linalg.eigvalsh(fitted.scale_).min() > 0
    # Any other matrix with the same result moves the vectors further: here, one that also turns.
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((5, 5)))[0]
    other = inverse @ turn @ sqrtm(want).real
    least = ((fitted.transform(X) - X) ** 2).mean()
    assert least < ((X @ other - X) ** 2).mean()


def test_match_spread_by_covariance_of_few_rows_is_near_to_one_factor():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((16, 64)), 3 * rng.standard_normal((16, 64))
    stretches = np.linalg.eigvalsh(MatchSpread(how="covariance").fit(X, Y).scale_)
    np.testing.assert_allclose(stretches, MatchSpread().fit(X, Y).scale_, rtol=0.4)


def test_match_spread_by_covariance_leaves_dimensions_alone_that_do_not_vary():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((50_000, 3)), 2 * rng.standard_normal((50_000, 3))
    np.testing.assert_array_equal(
        MatchSpread(how="covariance").fit(np.full((30, 3), 0.1), Y).scale_, np.eye(3)
    )
    X[:, 1] = 0
    scale = MatchSpread(how="covariance").fit(X, Y).scale_
    np.testing.assert_allclose(np.diag(scale)[[0, 2]], 2, rtol=0.02)


@pytest.mark.parametrize("how", ["scale", "dimension"])
def test_match_spread_leaves_alone_what_does_not_vary(how):
    rng = np.random.default_rng(0)
    Y = rng.standard_normal((30, 3))
    constant = np.full((30, 3), 0.1, dtype=np.float32)
    np.testing.assert_array_equal(MatchSpread(how=how).fit(constant, Y).scale_, 1.0)
    # Rounding noise around a large number is not a spread either.
    noise = (1000 + 1e-5 * rng.standard_normal((30, 3))).astype(np.float32)
    np.testing.assert_array_equal(MatchSpread(how=how).fit(noise, Y).scale_, 1.0)


def test_match_spread_without_a_reference_changes_nothing():
    X = sample()
    np.testing.assert_array_equal(MatchSpread().fit(X).transform(X), X)


def test_match_spread_refuses_an_unknown_way():
    with pytest.raises(SettingError, match="'dimension' or 'covariance'"):
        MatchSpread(how="rows").fit(sample())
