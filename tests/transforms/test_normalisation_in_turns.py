"""Normalisation in turns: both conditions at once, and the means that others get."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langalign.errors import SettingError
from langalign.transforms.iterative_normalisation import IterativeNormalisation


def sample(seed=0, n=200, width=6):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((n, width)) * rng.uniform(1, 3, width) + 2).astype(np.float32)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_lengths_are_one_and_the_mean_is_zero_at_once(seed):
    X = sample(seed)
    Z = IterativeNormalisation(n_iterations=30).fit(X).transform(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(Z, axis=1), 1.0, atol=1e-3)


def test_one_turn_is_length_then_mean():
    X = sample()
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    fitted = IterativeNormalisation(n_iterations=1).fit(X)
    np.testing.assert_allclose(fitted.transform(X), unit - unit.mean(axis=0), atol=1e-6)


def test_more_turns_bring_lengths_nearer_to_one():
    X = sample()
    off = [
        np.abs(
            np.linalg.norm(IterativeNormalisation(n_iterations=n).fit(X).transform(X), axis=1) - 1
        ).max()
        for n in (1, 2, 4, 8)
    ]
    assert off == sorted(off, reverse=True)


def test_others_go_through_the_means_that_were_learned():
    X, other = sample(), sample(1, n=3)
    fitted = IterativeNormalisation().fit(X)
    expected = other
    for mean in fitted.means_:
        expected = expected / np.linalg.norm(expected, axis=1, keepdims=True) - mean
    np.testing.assert_allclose(fitted.transform(other), expected, atol=1e-6)
    assert fitted.means_.shape == (5, 6)


def test_it_refuses_no_turn():
    with pytest.raises(SettingError, match="n_iterations=0"):
        IterativeNormalisation(n_iterations=0).fit(sample())
