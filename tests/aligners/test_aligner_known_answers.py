"""Aligners against references: scikit-learn, SciPy, sums by hand, mathematical properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from sklearn.linear_model import Ridge, RidgeCV

from langalign.aligners.autoencoder import AutoEncoder
from langalign.aligners.fully_connected import FullyConnected
from langalign.aligners.linear import Linear
from langalign.aligners.mean_shift import MeanShift
from langalign.aligners.procrustes import Procrustes
from langalign.aligners.ridge import RELATIVE_STRENGTHS
from langalign.errors import FitWarning, SettingError

SEEDS = st.integers(0, 10_000)


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


def noisy(n, d_in, d_out, *, seed=0, noise=0.5):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d_in)).astype(np.float32) + 2
    W = rng.standard_normal((d_in, d_out))
    Y = X @ W + noise * rng.standard_normal((n, d_out)) - 1
    return X, Y.astype(np.float32)


@pytest.mark.parametrize("alpha", [1e-3, 0.1, 1.0, 30.0, 1e4])
@pytest.mark.parametrize(("n", "d_in", "d_out"), [(80, 5, 3), (12, 30, 4), (40, 40, 40)])
def test_linear_is_scikit_learns_ridge(alpha, n, d_in, d_out):
    X, Y = noisy(n, d_in, d_out)
    ours = Linear(alpha=alpha).fit(X, Y)
    theirs = Ridge(alpha=alpha).fit(X.astype(np.float64), Y.astype(np.float64))
    tolerance = 1e-3 if alpha < 0.01 else 1e-4
    np.testing.assert_allclose(ours.coef_, theirs.coef_.T, atol=tolerance, rtol=1e-3)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=10 * tolerance, rtol=1e-3)
    assert ours.alpha_ == alpha
    assert not ours.toward_identity_


def test_linear_in_many_blocks_is_scikit_learns_ridge():
    X, Y = noisy(20_000, 4, 2)
    ours, theirs = Linear(alpha=7.0).fit(X, Y), Ridge(alpha=7.0).fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_.T, atol=1e-4)


def brute_force_gcv(X, Y, alpha, start):
    """Return the GCV score from the hat matrix itself; the intercept is one more direction."""
    n = len(X)
    centred, residual = X - X.mean(axis=0), (Y - X @ start) - (Y - X @ start).mean(axis=0)
    inner = np.linalg.inv(centred.T @ centred + alpha * np.eye(X.shape[1]))
    hat = centred @ inner @ centred.T + np.full((n, n), 1 / n)
    left = residual - hat @ residual
    return (left**2).sum() / (n - np.trace(hat)) ** 2


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("width_out", [4, 6])
def test_the_strength_chosen_is_that_of_brute_force(seed, width_out):
    X, Y = noisy(40, 6, width_out, seed=seed, noise=3.0)
    X, Y = X.astype(np.float64), Y.astype(np.float64)
    if width_out == 6 and seed % 2:
        Y = X + 0.3 * Y
    starts = [np.zeros((6, width_out))] + ([np.eye(6)] if width_out == 6 else [])
    centred = X - X.mean(axis=0)
    alphas = np.trace(centred.T @ centred) / 6 * RELATIVE_STRENGTHS
    scores = {
        (index, alpha): brute_force_gcv(X, Y, alpha, start)
        for index, start in enumerate(starts)
        for alpha in alphas
    }
    index, alpha = min(scores, key=scores.get)
    fitted = Linear().fit(X, Y)
    assert fitted.alpha_ == pytest.approx(alpha, rel=1e-4)
    assert fitted.toward_identity_ == (index == 1)


@pytest.mark.parametrize("noise", [0.1, 3.0, 30.0])
def test_the_strength_chosen_is_near_leave_one_out(noise):
    X, Y = noisy(60, 10, 3, noise=noise)
    unit = float(((X - X.mean(axis=0)) ** 2).sum()) / 10
    loo = RidgeCV(alphas=unit * RELATIVE_STRENGTHS).fit(X, Y).alpha_
    steps = abs(np.log10(Linear().fit(X, Y).alpha_ / loo)) / 0.5
    assert steps <= 1.01


def test_linear_alone_with_two_pairs_moves_the_mean():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2, 64))
    fitted = Linear().fit(X, X + 1)
    assert fitted.toward_identity_
    fresh = rng.standard_normal((5, 64))
    np.testing.assert_allclose(fitted.transform(fresh), fresh + 1, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_linear_turns_with_the_target(seed):
    X, Y = noisy(50, 5, 4, seed=seed)
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((4, 4)))[0]
    straight, turned = Linear(alpha=2.0).fit(X, Y), Linear(alpha=2.0).fit(X, Y @ turn)
    np.testing.assert_allclose(straight.transform(X) @ turn, turned.transform(X), atol=2e-4)
    np.testing.assert_allclose(Linear().fit(X, Y).alpha_, Linear().fit(X, Y @ turn).alpha_, 1e-4)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(1e-3, 1e3))
def test_linear_does_not_mind_the_unit_of_the_vectors(seed, unit):
    X, Y = noisy(50, 5, 4, seed=seed)
    expected = Linear().fit(X, Y).transform(X)
    np.testing.assert_allclose(Linear().fit(unit * X, Y).transform(unit * X), expected, atol=5e-3)


def test_linear_candidates_go_from_strong_to_weak_unless_alpha_is_fixed():
    X, Y = noisy(50, 5, 4)
    alphas = [candidate.alpha for candidate in Linear().candidates(X, Y)]
    assert alphas == sorted(alphas, reverse=True)
    assert [candidate.alpha for candidate in Linear(alpha=3.0).candidates(X, Y)] == [3.0]


@pytest.mark.parametrize("alpha", [0, -1.0, float("nan")])
def test_linear_refuses_an_alpha_that_is_not_positive(alpha):
    with pytest.raises(SettingError, match="above 0"):
        Linear(alpha=alpha).fit(*noisy(10, 2, 2))


@pytest.mark.parametrize("seed", range(5))
def test_procrustes_is_scipys(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((100, 6))
    Y = X @ np.linalg.qr(rng.standard_normal((6, 6)))[0] + 0.3 * rng.standard_normal((100, 6)) + 5
    rotation, size = orthogonal_procrustes(X - X.mean(axis=0), Y - Y.mean(axis=0))
    np.testing.assert_allclose(Procrustes().fit(X, Y).coef_, rotation, atol=1e-5)
    scaled = Procrustes(scaling=True).fit(X, Y)
    factor = size / ((X - X.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose(scaled.coef_, factor * rotation, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(2, 80), st.integers(1, 7), st.integers(1, 7))
def test_procrustes_is_orthogonal(seed, n, d_in, d_out):
    coef = Procrustes().fit(*noisy(n, d_in, d_out, seed=seed)).coef_.astype(np.float64)
    product = coef @ coef.T if d_in <= d_out else coef.T @ coef
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-5)


def test_procrustes_leaves_directions_alone_that_no_pair_speaks_of():
    rng = np.random.default_rng(0)
    X = np.zeros((40, 5))
    X[:, :2] = rng.standard_normal((40, 2))
    Y = X.copy()
    Y[:, :2] = X[:, :2] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    coef = Procrustes().fit(X, Y).coef_
    np.testing.assert_allclose(coef[2:, 2:], np.eye(3), atol=1e-4)
    np.testing.assert_allclose(coef[:2, :2], [[0, 1], [-1, 0]], atol=1e-4)


def test_procrustes_does_not_believe_a_rotation_that_fits_half_the_pairs():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 32))
    assert Procrustes().fit(X, X + rng.standard_normal((40, 32))).is_shift_
    turn = np.linalg.qr(rng.standard_normal((32, 32)))[0]
    assert not Procrustes().fit(X, X @ turn).is_shift_


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_mean_shift_meets_the_mean(seed):
    X, Y = noisy(30, 4, 4, seed=seed)
    shift = MeanShift().fit(X, Y)
    np.testing.assert_allclose(shift.transform(X).mean(axis=0), Y.mean(axis=0), atol=1e-4)
    np.testing.assert_array_equal(shift.coef_, np.eye(4))


def test_a_network_beats_the_linear_map_where_the_map_bends(torch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1200, 2)).astype(np.float32)
    Y = np.abs(X)
    network = FullyConnected(
        n_layers=3, width=32, dropout=0.0, epochs=40, batch_size=64, learning_rate=1e-2
    ).fit(X[:1000], Y[:1000])
    error = {
        "network": ((network.transform(X[1000:]) - Y[1000:]) ** 2).mean(),
        "linear": ((Linear().fit(X[:1000], Y[:1000]).transform(X[1000:]) - Y[1000:]) ** 2).mean(),
    }
    assert error["network"] < 0.2 * error["linear"]
    assert network.loss_curve_[0] > min(network.loss_curve_)


def test_a_network_that_does_not_beat_the_shift_says_so_and_moves_the_mean(torch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10, 3))
    with pytest.warns(FitWarning, match="moves the mean"):
        network = FullyConnected(epochs=2).fit(X, X + 1)
    np.testing.assert_allclose(network.transform(X), X + 1, atol=1e-5)


def test_among_equals_the_mean_is_moved(torch):
    X = np.ones((30, 3))
    with pytest.warns(FitWarning, match="did not beat moving the mean"):
        network = FullyConnected(n_layers=1, epochs=1).fit(X, 2 * X)
    assert network.is_shift_
    np.testing.assert_array_equal(network.transform(X), 2 * X)


def test_torchs_global_generator_is_left_alone(torch):
    before = torch.random.get_rng_state()
    X, Y = noisy(40, 3, 2)
    FullyConnected(n_layers=2, width=4, epochs=2).fit(X, Y)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_another_seed_gives_another_network(torch):
    X, Y = noisy(40, 3, 2)
    first, second = (
        FullyConnected(n_layers=2, width=4, epochs=2, random_state=seed).fit(X, Y)
        for seed in (0, 1)
    )
    assert not np.array_equal(first.transform(X), second.transform(X))


def test_the_papers_shapes():
    assert FullyConnected().widths(8, 4) == [8, 8, 8, 8, 8, 8, 4]
    assert AutoEncoder().widths(64, 64) == [64, 40, 25, 16, 25, 40, 64]
    assert AutoEncoder(bottleneck=1).widths(1, 1) == [1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "params",
    [
        {"dropout": 1.0},
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": 0.0},
        {"patience": 0},
        {"validation_fraction": 1.0},
        {"n_layers": 0},
        {"n_layers": 1.5},
        {"epochs": 1.5},
        {"batch_size": 8.0},
    ],
)
@pytest.mark.parametrize("kind", [FullyConnected, AutoEncoder])
def test_networks_refuse_parameters_out_of_range(kind, params):
    with pytest.raises(SettingError, match=next(iter(params))):
        kind(**params).fit(*noisy(30, 3, 2))


@pytest.mark.parametrize("width", [-1, 0, 1.5])
def test_no_layer_is_narrower_than_one(width):
    with pytest.raises(SettingError, match=f"width={width}: expected a whole number"):
        FullyConnected(width=width).fit(*noisy(30, 3, 2))
    with pytest.raises(SettingError, match=f"bottleneck={width}: expected a whole number"):
        AutoEncoder(bottleneck=width).fit(*noisy(30, 3, 2))
    with pytest.raises(SettingError, match="bottleneck"):
        AutoEncoder(bottleneck=width).widths(3, 2)


def test_a_large_held_out_share_leaves_a_pair_to_train_on(torch):
    X, Y = noisy(2, 3, 2)
    fitted = FullyConnected(n_layers=1, epochs=1, validation_fraction=0.9).fit(X, Y)
    assert np.isfinite(fitted.transform(X)).all()
