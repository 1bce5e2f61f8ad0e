"""Sums of products of pairs: all that a linear map of least squares needs to know of them.

They add up, so that the pairs without a fold are the difference of two sums, and the error of a map
on pairs held out follows from their sums alone.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

Matrix = NDArray[np.float64]

BLOCK = 8192
N_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over pairs (x, y) about an origin.

    Parameters
    ----------
    n
        Number of pairs.
    x_sum, y_sum
        Sums of x and of y, shapes (d_source,) and (d_target,).
    xx, xy, yy
        X'X, X'Y and Y'Y.
    """

    n: int
    x_sum: Matrix
    y_sum: Matrix
    xx: Matrix
    xy: Matrix
    yy: Matrix

    @classmethod
    def of(cls, X: Vectors, Y: Vectors) -> Self:
        """Return the sums over all rows, about zero."""
        return cls(
            len(X),
            X.sum(axis=0, dtype=np.float64),
            Y.sum(axis=0, dtype=np.float64),
            product(X, X),
            product(X, Y),
            product(Y, Y),
        )

    def __add__(self, other: Moments) -> Moments:
        """Return the sums over the pairs of both, which have one origin."""
        return self._plus(other, 1)

    def __sub__(self, other: Moments) -> Moments:
        """Return the sums without the pairs of ``other``, which has the same origin."""
        return self._plus(other, -1)

    def _plus(self, other: Moments, sign: int) -> Moments:
        return Moments(
            self.n + sign * other.n,
            self.x_sum + sign * other.x_sum,
            self.y_sum + sign * other.y_sum,
            self.xx + sign * other.xx,
            self.xy + sign * other.xy,
            self.yy + sign * other.yy,
        )

    def about(self, x: Matrix, y: Matrix) -> Moments:
        """Return the sums about another origin, given in terms of this one."""
        return Moments(
            self.n,
            self.x_sum - self.n * x,
            self.y_sum - self.n * y,
            _moved(self.xx, self.x_sum, x, self.x_sum, x, self.n),
            _moved(self.xy, self.x_sum, x, self.y_sum, y, self.n),
            _moved(self.yy, self.y_sum, y, self.y_sum, y, self.n),
        )

    def toward_identity(self) -> Moments:
        """Return the sums of the pairs (x, y - x)."""
        return Moments(
            self.n,
            self.x_sum,
            self.y_sum - self.x_sum,
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


def held_out(X: Vectors, Y: Vectors) -> tuple[Moments, Folds]:
    """Return the sums of all pairs, and for each fold those of the others and its own.

    Sums to fit with are about their own means; those of a fold are about the means of the others,
    as it is for pairs that a map has not seen.

    Parameters
    ----------
    X, Y
        Shapes (n, d_source) and (n, d_target), with their means removed: sums of squares far from
        the origin lose digits.
    """
    own = [Moments.of(x, y) for x, y in _parts(X, Y)]
    total = functools.reduce(operator.add, own)
    folds = []
    for fold in own:
        others = total - fold
        means = others.x_sum / others.n, others.y_sum / others.n
        folds.append((others.about(*means), fold.about(*means)))
    return total, folds


def choose(folds: Folds, errors: Errors, *, n_candidates: int) -> tuple[int, bool]:
    """Return the candidate of least error on pairs held out, and whether moving the mean beats it.

    Parameters
    ----------
    folds
        As :func:`held_out` returns them.
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
    return chosen, bool(still <= total[chosen])


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


def _parts(X: Vectors, Y: Vectors) -> Iterator[tuple[Vectors, Vectors]]:
    n_folds = min(N_FOLDS, len(X))
    for first in range(n_folds):
        yield X[first::n_folds], Y[first::n_folds]


def _moved(sums: Matrix, a_sum: Matrix, a: Matrix, b_sum: Matrix, b: Matrix, n: int) -> Matrix:
    """Return the sum of (u - a)(v - b)' from that of uv'."""
    return np.asarray(sums - np.outer(a_sum, b) - np.outer(a, b_sum) + n * np.outer(a, b))
