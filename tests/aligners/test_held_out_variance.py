"""The variance explained on held-out pairs, from sums, against the rows."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.aligners.held_out_variance import held_out_variance
from langalign.aligners.linear import Linear
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.procrustes import Procrustes


def pairs(n=120):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, 5)).astype(np.float32)
    Y = X @ np.linalg.qr(rng.standard_normal((5, 5)))[0] + 0.5 * rng.standard_normal((n, 5))
    return X, Y.astype(np.float32)


@pytest.mark.parametrize(("aligner", "n_folds"), [(Linear(alpha=3.0), 2), (Procrustes(), 3)])
def test_it_is_that_of_the_rows(aligner, n_folds):
    X, Y = pairs()
    missed = energy = 0.0
    for fold in range(n_folds):
        own = np.arange(len(X)) % n_folds == fold
        fitted = aligner.fresh().fit(X[~own], Y[~own])
        missed += ((fitted.transform(X[own]) - Y[own]) ** 2).sum()
        energy += ((Y[own] - Y[~own].mean(axis=0)) ** 2).sum()
    found = held_out_variance(aligner, PairStatistics.of(X, Y))
    assert found == pytest.approx(1 - missed / energy, abs=1e-5)


@pytest.mark.parametrize(
    "name", [name for name in aligners.names() if hasattr(aligners.get(name), "fit_statistics")]
)
def test_sums_as_they_are_made_serve_every_aligner(name):
    X, Y = pairs()
    found = held_out_variance(aligners.get(name)(), PairStatistics.of(X, Y))
    assert found is not None
    assert found < 1


def test_nothing_is_held_out_of_too_little():
    X, Y = pairs()
    assert held_out_variance(Linear(), PairStatistics.of(X[:5], Y[:5])) is None
    assert held_out_variance(Linear(), PairStatistics.of(X, Y, n_parts=1)) is None
