"""Moments against the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.moments import choose, product
from langalign.aligners.pair_statistics import PairStatistics


def pairs(n=31, d_source=4, d_target=3, seed=0):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, d_source)) + 1, rng.standard_normal((n, d_target)) - 2
    return X.astype(np.float32), Y.astype(np.float32)


def of(X, Y):
    return PairStatistics.of(X, Y, n_parts=1).total()


def test_the_error_is_that_of_the_rows():
    X, Y = pairs()
    coef = np.random.default_rng(1).standard_normal((4, 3))
    about = of(X, Y).about(np.zeros(4), np.zeros(3))
    assert about.error(coef) == pytest.approx(((X @ coef - Y) ** 2).sum(), rel=1e-5)


def test_toward_identity_are_those_of_what_is_left_to_add():
    X, Y = pairs(d_target=4)
    shifted, direct = of(X, Y).moments.toward_identity(), of(X, Y - X).moments
    for name in ("xx", "xy", "yy"):
        np.testing.assert_allclose(getattr(shifted, name), getattr(direct, name), atol=1e-4)


def test_the_first_of_equal_candidates_is_chosen_and_the_shift_where_nothing_is_nearer():
    X, Y = pairs()
    folds = PairStatistics.of(X, Y, n_parts=3).held_out()
    assert choose(folds, lambda *_: [2.0, 1.0, 1.0], n_candidates=3) == (1, False)
    folds = PairStatistics.of(X, X + 1, n_parts=3).held_out()
    assert choose(folds, lambda *_: [2.0, 1.0], n_candidates=2) == (1, True)
    assert choose(folds, lambda *_: [-1.0], n_candidates=1) == (0, False)


def test_many_rows_are_multiplied_in_blocks():
    X, Y = pairs(20_000)
    np.testing.assert_allclose(product(X, Y), X.astype(float).T @ Y.astype(float), rtol=1e-5)
