"""``cca`` and ``whitened-procrustes`` against ridge, Procrustes and scikit-learn's CCA."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA as ScikitCCA
from sklearn.linear_model import LinearRegression, Ridge

from langalign.aligners.cca import CCA
from langalign.aligners.procrustes import Procrustes
from langalign.aligners.whitened_procrustes import WhitenedProcrustes
from langalign.errors import SettingError


def pairs(n=200, d_source=6, d_target=4, *, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_source)) @ rng.standard_normal((d_source, d_source)) + 2
    Y = X @ rng.standard_normal((d_source, d_target)) + noise * rng.standard_normal((n, d_target))
    return X.astype(np.float32), Y.astype(np.float32)


def ridge(X, Y, alpha):
    unit = float(X.var(axis=0, dtype=np.float64).sum()) / X.shape[1] * len(X)
    return Ridge(alpha=alpha * unit).fit(X.astype(np.float64), Y.astype(np.float64)).coef_.T


@pytest.mark.parametrize("d_target", [4, 6, 9])
@pytest.mark.parametrize("alpha", [0.01, 0.3, 3.0])
def test_all_directions_shrunk_by_their_correlations_are_ridge_regression(d_target, alpha):
    X, Y = pairs(d_target=d_target)
    expected = ridge(X, Y, alpha)
    cca = CCA(n_components=min(6, d_target), alpha=alpha).fit(X, Y)
    whitened = WhitenedProcrustes(alpha=alpha, reweight=1.0).fit(X, Y)
    if d_target <= 6:  # else the target's own whitening loses directions only of its noise
        np.testing.assert_allclose(cca.coef_, expected, atol=1e-4)
    np.testing.assert_allclose(whitened.coef_, cca.coef_, atol=1e-5)
    assert cca.n_components_ == len(cca.correlations_) == min(6, d_target)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_few_directions_are_the_regression_on_scikit_learns_variates(k):
    X, Y = pairs(noise=4.0)
    scores = ScikitCCA(n_components=k, max_iter=5000, tol=1e-12).fit(X, Y).transform(X)
    expected = LinearRegression().fit(scores, Y).predict(scores)
    found = CCA(n_components=k, alpha=1e-9).fit(X, Y).transform(X)
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_what_is_chosen_is_that_of_brute_force_on_folds():
    X, Y = pairs(60, noise=8.0)
    fitted = CCA(alpha=0.1).fit(X, Y)
    X, Y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    errors = np.zeros(4)
    for fold in range(3):
        held_out = np.arange(60) % 3 == fold
        for k in range(4):
            mapped = CCA(n_components=k + 1, alpha=0.1).fit(X[~held_out], Y[~held_out])
            errors[k] += ((mapped.transform(X[held_out]) - Y[held_out]) ** 2).sum()
    assert fitted.n_components_ == errors.argmin() + 1


def test_noise_asks_for_a_stronger_ridge():
    noisy, clean = pairs(60, noise=8.0), pairs(60, noise=0.0)
    for kind in (CCA, WhitenedProcrustes):
        assert kind().fit(*noisy).alpha_ > kind().fit(*clean).alpha_


def test_without_reweighting_the_output_has_the_targets_spread():
    X, Y = pairs(2000, noise=3.0)
    mapped = WhitenedProcrustes(alpha=1e-6, reweight=0.0).fit(X, Y).transform(X)
    np.testing.assert_allclose(np.cov(mapped.T), np.cov(Y.T), rtol=1e-2, atol=0.05)
    np.testing.assert_allclose(mapped.mean(axis=0), Y.mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("d_target", [4, 6])
def test_the_stronger_the_ridge_the_nearer_to_procrustes(d_target):
    X, Y = pairs(d_target=d_target)
    rotation = Procrustes().fit(X, Y).coef_

    def angle(alpha):
        coef = WhitenedProcrustes(alpha=alpha, reweight=0.0).fit(X, Y).coef_
        return np.vdot(coef, rotation) / np.linalg.norm(coef) / np.linalg.norm(rotation)

    assert angle(1e6) == pytest.approx(1.0, abs=1e-4)
    assert angle(1e6) > angle(3.0) > angle(1e-3)


def test_normalised_pairs_count_alike_whatever_their_length():
    rng = np.random.default_rng(0)
    half = rng.standard_normal((100, 5))
    X = np.concatenate([half, -half])  # the mean stays where it is when pairs are stretched
    Y = X @ rng.standard_normal((5, 3)) + 0.5 * np.concatenate([half, -half])[:, :3] ** 3
    stretch = np.tile(rng.lognormal(size=(100, 1)), (2, 1))
    settings = {"alpha": 0.1, "normalize": True}
    one = WhitenedProcrustes(**settings).fit(X, Y).coef_
    other = WhitenedProcrustes(**settings).fit(X * stretch, Y * stretch).coef_
    scale = np.linalg.norm(one) / np.linalg.norm(other)
    np.testing.assert_allclose(one, other * scale, atol=1e-4)
    plain = WhitenedProcrustes(alpha=0.1)
    assert not np.allclose(plain.fit(X, Y).coef_, plain.fit(X * stretch, Y * stretch).coef_)
    # The factor is that of least squares: no other length is nearer to the target.
    fitted = WhitenedProcrustes(**settings).fit(X, Y)
    mapped = fitted.transform(X) - Y.mean(axis=0)
    assert np.vdot(mapped, Y - Y.mean(axis=0) - mapped) == pytest.approx(0.0, abs=1e-2)


def test_fewer_directions_are_a_map_of_lower_rank():
    X, Y = pairs(d_target=6)
    coef = WhitenedProcrustes(n_components=2).fit(X, Y).coef_
    assert np.linalg.matrix_rank(coef, tol=1e-4) == 2


@pytest.mark.parametrize("kind", [CCA, WhitenedProcrustes])
def test_a_map_that_loses_to_moving_the_mean_gives_way_to_it(kind):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 24))
    fitted = kind().fit(X, X + 1 + 0.1 * rng.standard_normal((30, 24)))
    assert fitted.is_shift_
    np.testing.assert_array_equal(fitted.coef_, np.eye(24))
    turned = X @ np.linalg.qr(rng.standard_normal((24, 24)))[0]
    assert not kind().fit(X, turned + 1).is_shift_


@pytest.mark.parametrize("kind", [CCA, WhitenedProcrustes])
def test_candidates_are_strengths_unless_one_is_fixed(kind):
    X, Y = pairs()
    strengths = [each.alpha for each in kind(n_components=2).candidates(X, Y)]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) > 3
    assert all(each.n_components == 2 for each in kind(n_components=2).candidates(X, Y))
    assert [each.alpha for each in kind(alpha=2.0).candidates(X, Y)] == [2.0]


@pytest.mark.parametrize("kind", [CCA, WhitenedProcrustes])
def test_wrong_settings_are_named(kind):
    X, Y = pairs()
    with pytest.raises(SettingError, match="alpha=0"):
        kind(alpha=0).fit(X, Y)
    with pytest.raises(SettingError, match="n_components=5: expected 1 to 4"):
        kind(n_components=5).fit(X, Y)
    with pytest.raises(SettingError, match="reweight=-1"):
        WhitenedProcrustes(reweight=-1).fit(X, Y)
