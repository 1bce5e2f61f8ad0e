"""Residual and contrastive: where they begin, what training adds, when the linear map stays."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.contrastive import Contrastive
from langalign.aligners.linear import Linear
from langalign.aligners.residual import Residual
from langalign.errors import SettingError
from langalign.retrieval import nearest, precision_at_k

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

QUICK = {"width": 64, "epochs": 30, "batch_size": 64, "learning_rate": 5e-3, "dropout": 0.0}
KINDS = [Residual, Contrastive]


def bent(n, *, seed=0):
    """Return pairs that a map with kinks joins."""
    rng = np.random.default_rng(seed)
    fixed = np.random.default_rng(1)
    X = rng.standard_normal((n, 4)).astype(np.float32)
    Y = X @ fixed.standard_normal((4, 6)) + 2 * np.abs(X) @ fixed.standard_normal((4, 6)) + 3
    return X, (Y + 0.1 * rng.standard_normal((n, 6))).astype(np.float32)


def network(hidden, *, trained):
    from langalign.training.residual_network import ResidualNetwork

    rng = np.random.default_rng(0)
    coef = rng.standard_normal((5, 3)).astype(np.float32)
    intercept = rng.standard_normal(3).astype(np.float32)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = ResidualNetwork(coef, intercept, hidden=hidden, dropout=0.5).eval()
        if trained:
            for parameter in made.parameters():
                torch.nn.init.normal_(parameter)
    return made, coef, intercept


@pytest.mark.parametrize("hidden", [(), (7,), (7, 8)])
def test_before_training_it_is_the_linear_map(hidden):
    made, coef, intercept = network(hidden, trained=False)
    X = np.random.default_rng(1).standard_normal((20, 5)).astype(np.float32)
    mapped = made(torch.from_numpy(X)).detach().numpy()
    np.testing.assert_allclose(mapped, X @ coef + intercept, atol=1e-6)


@pytest.mark.parametrize("hidden", [(), (7,), (7, 8), (4, 3, 6)])
def test_its_plain_layers_are_the_network(hidden):
    made, _, _ = network(hidden, trained=True)
    X = np.random.default_rng(1).standard_normal((20, 5)).astype(np.float32)
    weights, biases = made.layers()
    assert len(weights) == len(biases) == len(hidden) + 1
    values = X
    for index, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        values = values @ weight + bias
        if index < len(hidden):
            values = np.maximum(values, 0)
    expected = made(torch.from_numpy(X)).detach().numpy()
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_what_bends_is_learnt(kind):
    X, Y = bent(1000)
    fresh, truth = bent(200, seed=2)
    fitted, linear = kind(**QUICK).fit(X, Y), Linear().fit(X, Y)
    assert not fitted.is_linear_
    assert min(fitted.loss_curve_) < fitted.loss_curve_[0]

    def error(aligner):
        return ((aligner.transform(fresh) - truth) ** 2).mean()

    assert error(fitted) < 0.2 * error(linear)

    def precision(aligner):
        middle = Y.mean(axis=0)
        return precision_at_k(nearest(aligner.transform(fresh) - middle, truth - middle).indices)

    assert precision(fitted) > precision(linear) + 0.3


@pytest.mark.parametrize("kind", KINDS)
def test_few_pairs_leave_the_linear_map_of_all(kind):
    X, Y = bent(60)
    fitted, linear = kind(**QUICK).fit(X, Y), Linear().fit(X, Y)
    assert fitted.is_linear_
    assert fitted.loss_curve_ == []
    np.testing.assert_allclose(fitted.transform(X), linear.transform(X), atol=1e-4)


def test_where_there_is_nothing_to_add_the_linear_map_stays():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 4))
    Y = X @ rng.standard_normal((4, 4)) + 5 * rng.standard_normal((400, 4))
    fitted = Residual(**QUICK | {"epochs": 3}).fit(X, Y)
    assert fitted.is_linear_
    assert len(fitted.loss_curve_) == 4
    np.testing.assert_allclose(fitted.transform(X), Linear().fit(X, Y).transform(X), atol=1e-4)


@pytest.mark.parametrize("mse_weight", [0.0, 1.0])
def test_the_contrastive_map_has_the_scale_of_least_squares(mse_weight):
    X, Y = bent(1000)
    fitted = Contrastive(**QUICK, mse_weight=mse_weight, validation_fraction=0.05).fit(X, 7 * Y)
    mapped = fitted.transform(X)
    off, goal = mapped - mapped.mean(axis=0), 7 * Y - 7 * Y.mean(axis=0)
    assert np.vdot(off, goal) / np.vdot(off, off) == pytest.approx(1, abs=0.02)
    np.testing.assert_allclose(mapped.mean(axis=0), 7 * Y.mean(axis=0), atol=0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_gives_another_map(kind):
    X, Y = bent(400)
    first, second = (
        kind(**QUICK | {"epochs": 2}, random_state=seed).fit(X, Y).transform(X) for seed in (0, 1)
    )
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (Residual, {"n_layers": 1}),
        (Residual, {"dropout": 1.0}),
        (Residual, {"width": 0}),
        (Contrastive, {"temperature": 0.0}),
        (Contrastive, {"mse_weight": -1.0}),
        (Contrastive, {"epochs": 0}),
    ],
    ids=str,
)
def test_parameters_out_of_range_are_refused(kind, params):
    with pytest.raises(SettingError, match=next(iter(params))):
        kind(**params).fit(*bent(40))
