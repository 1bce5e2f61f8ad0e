"""Sums of products against the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.moments import Moments, choose, held_out, product


def pairs(n=31, d_source=4, d_target=3, seed=0):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, d_source)) + 1, rng.standard_normal((n, d_target)) - 2
    return X.astype(np.float32), Y.astype(np.float32)


def same(one, other):
    assert one.n == other.n
    for name in ("x_sum", "y_sum", "xx", "xy", "yy"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-4)


def test_sums_add_up_and_move_with_the_origin():
    X, Y = pairs()
    first, rest = Moments.of(X[:10], Y[:10]), Moments.of(X[10:], Y[10:])
    same(first + rest, Moments.of(X, Y))
    same(Moments.of(X, Y) - first, rest)
    a, b = X[0].astype(float), Y[0].astype(float)
    same(Moments.of(X, Y).about(a, b), Moments.of(X - X[0], Y - Y[0]))
    square = pairs(d_target=4)
    same(Moments.of(*square).toward_identity(), Moments.of(square[0], square[1] - square[0]))


def test_the_error_is_that_of_the_rows():
    X, Y = pairs()
    coef = np.random.default_rng(1).standard_normal((4, 3))
    assert Moments.of(X, Y).error(coef) == pytest.approx(((X @ coef - Y) ** 2).sum(), rel=1e-5)


def test_each_pair_is_held_out_once_and_the_others_lose_their_means():
    X, Y = pairs()
    total, folds = held_out(X, Y)
    same(total, Moments.of(X, Y))
    assert sum(fold.n for _, fold in folds) == 31
    for number, (others, fold) in enumerate(folds):
        own = np.arange(31) % 3 == number
        x_mean, y_mean = X[~own].mean(axis=0), Y[~own].mean(axis=0)
        same(others, Moments.of(X[~own] - x_mean, Y[~own] - y_mean))
        same(fold, Moments.of(X[own] - x_mean, Y[own] - y_mean))


def test_the_first_of_equal_candidates_is_chosen_and_the_shift_where_nothing_is_nearer():
    X, Y = pairs()
    folds = held_out(X, Y)[1]
    assert choose(folds, lambda *_: [2.0, 1.0, 1.0], n_candidates=3) == (1, False)
    folds = held_out(X, X + 1)[1]
    assert choose(folds, lambda *_: [2.0, 1.0], n_candidates=2) == (1, True)
    assert choose(folds, lambda *_: [-1.0], n_candidates=1) == (0, False)


def test_many_rows_are_multiplied_in_blocks():
    X, Y = pairs(20_000)
    np.testing.assert_allclose(product(X, Y), X.astype(float).T @ Y.astype(float), rtol=1e-5)
