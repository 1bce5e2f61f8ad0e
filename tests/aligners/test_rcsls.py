"""``rcsls``: the loss by hand, its gradient by differences, and better retrieval."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.procrustes import Procrustes
from langalign.aligners.rcsls import RCSLS, loss_gradient
from langalign.errors import SettingError
from langalign.retrieval import nearest, precision_at_k


def unit(X):
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


def pairs(n=600, d_source=12, d_target=12, *, noise=1.5, seed=0):
    """Return pairs that a stretching map joins, which no rotation is."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_source)) * np.linspace(0.2, 2.0, d_source)
    Y = X @ rng.standard_normal((d_source, d_target)) + noise * rng.standard_normal((n, d_target))
    return X.astype(np.float32), Y.astype(np.float32)


def loss_by_hand(W, X, Y, k):
    total = 0.0
    for i in range(len(X)):
        to_target = sorted((X[i] @ W @ y for y in Y), reverse=True)[:k]
        to_source = sorted((x @ W @ Y[i] for x in X), reverse=True)[:k]
        total += -2 * X[i] @ W @ Y[i] + sum(to_target) / k + sum(to_source) / k
    return total / len(X)


@pytest.mark.parametrize("k", [1, 3, 20])
def test_the_loss_is_the_papers(k):
    X, Y = (unit(side) for side in pairs(20, 4, 3))
    W = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    assert loss_gradient(W, X, Y, k)[0] == pytest.approx(loss_by_hand(W, X, Y, k), abs=1e-5)


def test_the_gradient_is_that_of_differences():
    X, Y = (unit(side) for side in pairs(30, 4, 3))
    W = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    gradient = loss_gradient(W, X, Y, 5)[1]
    for i, j in np.ndindex(W.shape):
        step = np.zeros((4, 3))
        step[i, j] = 1e-5
        X64, Y64 = X.astype(np.float64), Y.astype(np.float64)
        difference = loss_by_hand(W + step, X64, Y64, 5) - loss_by_hand(W - step, X64, Y64, 5)
        assert gradient[i, j] == pytest.approx(difference / 2e-5, abs=1e-3)


def precision(aligner, X, Y):
    """Fit to 400 pairs and look the others up, around the mean of those 400."""
    mean = Y[:400].mean(axis=0)
    mapped = aligner.fit(X[:400], Y[:400]).transform(X[400:])
    return precision_at_k(nearest(mapped - mean, Y[400:] - mean).indices)


@pytest.mark.parametrize("d_target", [9, 12])
@pytest.mark.parametrize("constraint", ["none", "spectral"])
def test_it_finds_more_translations_than_procrustes(d_target, constraint):
    X, Y = pairs(d_target=d_target)
    fitted = RCSLS(constraint=constraint, epochs=15, batch_size=128)
    assert precision(fitted, X, Y) > precision(Procrustes(), X, Y) + 0.01
    assert fitted.score_curve_.max() > fitted.score_curve_[0]


def test_the_spectral_constraint_bounds_the_stretch():
    X, Y = pairs()
    ratios = {}
    for constraint in ("none", "spectral"):
        fitted = RCSLS(constraint=constraint, epochs=15, batch_size=128).fit(X, Y)
        values = np.linalg.svd(fitted.coef_, compute_uv=False)
        ratios[constraint] = values[0] / np.median(values)
    assert ratios["spectral"] < ratios["none"]


def test_the_factor_is_that_of_least_squares():
    X, Y = pairs()
    fitted = RCSLS(epochs=2).fit(X, Y)
    mapped = (X - X.mean(axis=0)) @ fitted.coef_
    centred = Y - Y.mean(axis=0)
    assert np.vdot(mapped, centred) == pytest.approx(np.vdot(mapped, mapped), rel=1e-3)


def test_too_few_pairs_to_hold_some_out_stay_at_procrustes():
    X, Y = pairs(30, d_target=9)
    fitted, start = RCSLS().fit(X, Y), Procrustes().fit(X, Y)
    scale = np.linalg.norm(start.coef_) / np.linalg.norm(fitted.coef_)
    np.testing.assert_allclose(fitted.coef_ * scale, start.coef_, atol=1e-5)
    assert fitted.score_curve_.shape == (1,)


def test_few_noisy_pairs_of_like_spaces_move_the_mean():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 64))
    fitted = RCSLS().fit(X, X + 1 + 0.1 * rng.standard_normal((60, 64)))
    fresh = rng.standard_normal((200, 64)).astype(np.float32)
    assert ((fitted.transform(fresh) - fresh - 1) ** 2).mean() < 0.05


def test_the_seed_decides():
    X, Y = pairs(200)
    first, again, other = (
        RCSLS(epochs=2, batch_size=64, random_state=seed).fit(X, Y).coef_ for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"n_neighbors": 0}, "n_neighbors=0"),
        ({"epochs": 0}, "epochs=0"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"validation_fraction": 1.0}, "validation_fraction=1.0"),
        ({"constraint": "orthogonal"}, "'none' or 'spectral'"),
    ],
)
def test_wrong_settings_are_named(setting, message):
    with pytest.raises(SettingError, match=message):
        RCSLS(**setting).fit(*pairs(50))
