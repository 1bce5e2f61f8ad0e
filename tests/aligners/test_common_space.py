"""The common space: whiteness, rotations, scikit-learn's CCA, equivalences of the framework."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cross_decomposition import CCA

from langalign.aligners.common_space import CommonSpace
from langalign.aligners.procrustes import Procrustes
from langalign.errors import DataError, NotFittedError, SettingError, VectorError

SEEDS = st.integers(0, 10_000)


def pairs(n=300, d_source=6, d_target=4, *, noise=0.5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_source)) @ rng.standard_normal((d_source, d_source)) + 3
    Y = X @ rng.standard_normal((d_source, d_target)) + noise * rng.standard_normal((n, d_target))
    return X.astype(np.float32), Y.astype(np.float32)


def covariance(A, B):
    A, B = (C.astype(np.float64) - C.mean(axis=0) for C in (A, B))
    return A.T @ B / len(A)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 6), st.integers(2, 6))
def test_whitened_sides_are_white_and_their_products_are_the_correlations(seed, d_in, d_out):
    X, Y = pairs(d_source=d_in, d_target=d_out, seed=seed)
    space = CommonSpace(dewhiten=False, reweight=0.0).fit(X, Y)
    Z, Z_target = space.transform(X), space.transform_target(Y)
    unit = np.eye(min(d_in, d_out))
    np.testing.assert_allclose(covariance(Z, Z), unit, atol=1e-3)
    np.testing.assert_allclose(covariance(Z_target, Z_target), unit, atol=1e-3)
    np.testing.assert_allclose(covariance(Z, Z_target), np.diag(space.correlations_), atol=1e-3)
    assert (np.diff(space.correlations_) <= 1e-6).all()


def test_correlations_are_those_of_scikit_learns_cca():
    X, Y = pairs(noise=4.0)
    space = CommonSpace().fit(X, Y)
    theirs = CCA(n_components=4, max_iter=5000, tol=1e-10).fit(X, Y)
    expected = [
        np.corrcoef(*columns)[0, 1]
        for columns in zip(*map(np.transpose, theirs.transform(X, Y)), strict=True)
    ]
    np.testing.assert_allclose(space.correlations_, expected, atol=1e-4)


def test_reweighting_multiplies_both_sides_by_a_power_of_the_correlations():
    X, Y = pairs(noise=4.0)
    plain = CommonSpace(dewhiten=False, reweight=0.0).fit(X, Y)
    weighted = CommonSpace(dewhiten=False, reweight=0.5).fit(X, Y)
    factor = np.sqrt(plain.correlations_)
    np.testing.assert_allclose(weighted.transform(X), plain.transform(X) * factor, atol=1e-5)
    np.testing.assert_allclose(
        weighted.transform_target(Y), plain.transform_target(Y) * factor, atol=1e-5
    )


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_dewhitening_gives_each_side_its_own_shape_back(seed):
    """Between spaces of one width only a rotation of each side is left."""
    X, Y = pairs(d_target=6, noise=2.0, seed=seed)
    space = CommonSpace(reweight=0.0).fit(X, Y)
    for own, mapped in ((X, space.transform(X)), (Y, space.transform_target(Y))):
        centred = own - own.mean(axis=0)
        np.testing.assert_allclose(mapped @ mapped.T, centred @ centred.T, rtol=1e-2, atol=2e-2)


def test_without_whitening_it_is_procrustes():
    X, Y = pairs(d_target=6)
    space = CommonSpace(whiten=False, reweight=0.0).fit(X, Y)
    found = space.source_map_ @ space.target_map_.T
    np.testing.assert_allclose(found, Procrustes().fit(X, Y).coef_, atol=1e-4)


def test_translations_meet_where_one_side_is_a_linear_map_of_the_other():
    X, Y = pairs(d_target=8, noise=0.0)
    space = CommonSpace(dewhiten=False).fit(X[:200], Y[:200])
    np.testing.assert_allclose(space.transform(X[200:]), space.transform_target(Y[200:]), atol=2e-3)


def test_fewer_components_are_the_first_of_all():
    X, Y = pairs()
    whole, part = CommonSpace().fit(X, Y), CommonSpace(n_components=2).fit(X, Y)
    np.testing.assert_array_equal(part.transform(X), whole.transform(X)[:, :2])
    assert part.transform_target(Y).shape == (300, 2)
    assert part.correlations_.shape == (2,)


@pytest.mark.parametrize("alpha", [0.0, 0.1])
def test_fewer_pairs_than_dimensions_and_constants_give_finite_maps(alpha):
    X, Y = pairs(5, d_source=20, d_target=30)
    X[:, 3] = 1.0
    space = CommonSpace(alpha=alpha).fit(X, Y)
    assert np.isfinite(space.transform(X)).all()
    assert np.isfinite(space.transform_target(Y)).all()
    assert np.isfinite(CommonSpace().fit(X[:1].repeat(4, 0), Y[:4]).transform(X)).all()


def test_the_same_pairs_give_the_same_maps_and_are_not_written_to():
    X, Y = pairs()
    X.setflags(write=False)
    Y.setflags(write=False)
    first, second = CommonSpace().fit(X, Y), CommonSpace().fit(*pairs(seed=1)).fit(X, Y)
    np.testing.assert_array_equal(first.transform(X), second.transform(X))
    assert first.transform(X).dtype == first.transform_target(Y).dtype == np.float32


def test_wrong_use_is_named():
    X, Y = pairs()
    with pytest.raises(NotFittedError):
        CommonSpace().transform_target(Y)
    with pytest.raises(SettingError, match="alpha=-1"):
        CommonSpace(alpha=-1).fit(X, Y)
    with pytest.raises(SettingError, match=r"1 to 4 \(the smaller width\)"):
        CommonSpace(n_components=5).fit(X, Y)
    with pytest.raises(VectorError, match="300 rows and Y has 299"):
        CommonSpace().fit(X, Y[1:])
    with pytest.raises(DataError, match="CommonSpace needs at least 2"):
        CommonSpace().fit(X[:1], Y[:1])
    with pytest.raises(VectorError, match="expecting 4 features"):
        CommonSpace().fit(X, Y).transform_target(X)
