"""Second moments of pairs: all that a linear map of least squares needs to know of them.

They add up, and the error of a map on held-out pairs follows from their moments alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.second_opinion import shift_wins
from langalign.vectors import Vectors

Matrix = NDArray[np.float64]

BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of products of pairs (x, y) about an origin.

    Parameters
    ----------
    n
        Number of pairs.
    xx, xy, yy
        X'X, X'Y and Y'Y, shapes (d_source, d_source), (d_source, d_target), (d_target, d_target).
    """

    n: int
    xx: Matrix
    xy: Matrix
    yy: Matrix

    def __add__(self, other: Moments) -> Moments:
        """Return the sums over the pairs of both, which have one origin."""
        return Moments(self.n + other.n, self.xx + other.xx, self.xy + other.xy, self.yy + other.yy)

    def spread(self, weight: float, x: Matrix, y: Matrix) -> Moments:
        """Return the sums with those of one pair more that weighs so much, not counting it."""
        heavy = weight * x
        return Moments(
            self.n,
            self.xx + np.outer(heavy, x),
            self.xy + np.outer(heavy, y),
            self.yy + np.outer(weight * y, y),
        )

    def toward_identity(self) -> Moments:
        """Return the sums of the pairs (x, y - x)."""
        return Moments(
            self.n,
            self.xx,
            self.xy - self.xx,
            self.yy - self.xy - self.xy.T + self.xx,
        )

    def error(self, coef: Matrix) -> float:
        """Return ``|X coef - Y|^2``."""
        fitted = np.vdot(coef, self.xx @ coef) - 2 * np.vdot(coef, self.xy)
        return max(float(np.trace(self.yy) + fitted), 0.0)


Errors = Callable[[Moments, Moments], Sequence[float] | Matrix]
Folds = list[tuple[Moments, Moments]]


def choose(folds: Folds, errors: Errors, *, n_candidates: int) -> tuple[int, bool]:
    """Return the candidate of least error on held-out pairs, and whether moving the mean beats it.

    Parameters
    ----------
    folds
        Of each fold the moments of the others, to fit with, and its own, about the others' means.
    errors
        What fits all candidates to the first and returns their errors on the second, the strongest
        regularisation first: among equals that one is taken.
    n_candidates
        How many there are: a single one between spaces of two widths has no rival, and nothing is
        fitted.
    """
    width, width_out = folds[0][0].xy.shape
    if n_candidates == 1 and width != width_out:
        return 0, False
    total = np.sum([np.asarray(errors(others, fold)) for others, fold in folds], axis=0)
    chosen = int(np.argmin(total))
    if width != width_out:
        return chosen, False
    still = sum(fold.error(np.eye(width)) for _, fold in folds)
    return chosen, shift_wins(total[chosen], still)


def product(X: Vectors, Y: Vectors) -> Matrix:
    """Return X'Y: float32 products of blocks, summed in float64.

    With few rows X'X is singular, and rounding in float32 would fill its null space: these are
    multiplied in float64.
    """
    if len(X) <= BLOCK:
        X, Y = X.astype(np.float64), Y.astype(np.float64)
    total = np.zeros((X.shape[1], Y.shape[1]))
    for start in range(0, len(X), BLOCK):
        total += X[start : start + BLOCK].T @ Y[start : start + BLOCK]
    return total
