"""``low-rank`` against scikit-learn's ridge and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from langalign.aligners.canonical import STRENGTHS
from langalign.aligners.low_rank import LowRank
from langalign.errors import SettingError


def pairs(n=120, d_source=7, d_target=5, *, rank=2, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_source)) * np.arange(1, d_source + 1) + 2
    W = rng.standard_normal((d_source, rank)) @ rng.standard_normal((rank, d_target))
    return X.astype(np.float32), (X @ W + noise * rng.standard_normal((n, d_target)) - 1).astype(
        np.float32
    )


def brute_force(X, Y, alpha, rank):
    """Return the map from the singular vectors of the fitted values of augmented rows."""
    X, Y = X - X.mean(axis=0, dtype=np.float64), Y - Y.mean(axis=0, dtype=np.float64)
    coef = np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ Y)
    fitted = np.concatenate([X, np.sqrt(alpha) * np.eye(X.shape[1])]) @ coef
    right = np.linalg.svd(fitted)[2][:rank].T
    return coef @ right @ right.T


@pytest.mark.parametrize("alpha", [0.1, 30.0, 1000.0])
@pytest.mark.parametrize("rank", [1, 3, 5])
def test_a_fixed_rank_and_strength_give_the_map_of_brute_force(alpha, rank):
    X, Y = pairs(noise=5.0)
    fitted = LowRank(rank=rank, alpha=alpha).fit(X, Y)
    np.testing.assert_allclose(fitted.coef_, brute_force(X, Y, alpha, rank), atol=1e-4)
    assert (fitted.rank_, fitted.alpha_, fitted.toward_identity_) == (rank, alpha, False)


def test_full_rank_is_scikit_learns_ridge():
    X, Y = pairs()
    theirs = Ridge(alpha=3.0).fit(X, Y)
    ours = LowRank(rank=5, alpha=3.0).fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_.T, atol=1e-4)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_rank_and_strength_are_those_of_brute_force_on_folds(seed):
    X, Y = pairs(60, noise=20.0, seed=seed)
    X, Y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    unit = np.trace(X.astype(float).T @ X) / 7
    errors = {}
    for alpha in STRENGTHS:
        for rank in range(1, 6):
            errors[alpha, rank] = 0.0
            for fold in range(3):
                own = np.arange(60) % 3 == fold
                coef = brute_force(X[~own], Y[~own], alpha * unit * 40 / 60, rank)
                x, y = X[own] - X[~own].mean(axis=0), Y[own] - Y[~own].mean(axis=0)
                errors[alpha, rank] += ((x @ coef - y) ** 2).sum()
    alpha, rank = min(errors, key=errors.get)
    fitted = LowRank().fit(X, Y)
    assert fitted.rank_ == rank
    assert fitted.alpha_ == pytest.approx(alpha * unit, rel=1e-4)


def test_a_planted_rank_is_found():
    assert LowRank().fit(*pairs(600, rank=2)).rank_ == 2
    assert LowRank().fit(*pairs(600, rank=4)).rank_ == 4


def test_between_like_spaces_only_the_difference_to_the_identity_is_of_low_rank():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((150, 20))
    turn = np.outer(rng.standard_normal(20), rng.standard_normal(20)) / 4
    fitted = LowRank().fit(X, X @ (np.eye(20) + turn) + 0.1 * rng.standard_normal((150, 20)))
    assert fitted.toward_identity_
    assert fitted.rank_ == 1
    np.testing.assert_allclose(fitted.coef_ - np.eye(20), turn, atol=0.1)


def test_like_spaces_with_noise_between_them_stay_near_to_moving_the_mean():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 20))
    fitted = LowRank().fit(X, X + 1 + 0.5 * rng.standard_normal((50, 20)))
    assert fitted.toward_identity_
    fresh = rng.standard_normal((500, 20))
    assert ((fitted.transform(fresh) - fresh - 1) ** 2).mean() < 0.02


def test_candidates_are_strengths_unless_one_is_fixed():
    X, Y = pairs()
    found = LowRank(rank=2).candidates(X, Y)
    assert [each.alpha for each in found] == sorted((each.alpha for each in found), reverse=True)
    assert {each.rank for each in found} == {2}
    assert [each.alpha for each in LowRank(alpha=2.0).candidates(X, Y)] == [2.0]


def test_wrong_settings_are_named():
    with pytest.raises(SettingError, match="alpha=-1"):
        LowRank(alpha=-1).fit(*pairs())
    with pytest.raises(SettingError, match=r"rank=6: expected 1 to 5"):
        LowRank(rank=6).fit(*pairs())
