"""Sums of products of many pairs, block by block and in place; together they make one scatter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.moments import Matrix, Moments
from langalign.aligners.scatter import Scatter

ROWS = 4096
"""Rows multiplied at once: enough for the products to outweigh adding up, few enough for float32
to sum them, and for what is multiplied to be still near the processor."""


class BlockSums:
    r"""The scatter of pairs that come in blocks.

    Of blocks :math:`b` of :math:`n_b` pairs with means :math:`m_b`,

    .. math:: S = \sum_b S_b + \sum_b n_b (m_b - m) (m_b - m)'

    in which a block's own part is multiplied about its own mean: no digits are lost however far
    from the origin, or from each other, the blocks lie.

    Parameters
    ----------
    d_source, d_target
        Widths of the pairs.
    exact
        Multiply in float64. Otherwise in float32, and sum up the products in float64.
    complete
        Otherwise of Y'Y the diagonal alone.
    """

    def __init__(self, d_source: int, d_target: int, *, exact: bool, complete: bool) -> None:
        self._type = np.float64 if exact else np.float32
        self._complete = complete
        self._x, self._y = (_Side(width, self._type) for width in (d_source, d_target))
        self._xx = np.zeros((d_source, d_source))
        self._xy = np.zeros((d_source, d_target))
        self._yy = np.zeros((d_target, d_target) if complete else d_target)
        self._counts: list[int] = []

    def add(self, X: NDArray[Any], Y: NDArray[Any]) -> None:
        """Count more pairs: ``X`` of shape (n, d_source), ``Y`` of shape (n, d_target)."""
        for start in range(0, len(X), ROWS):
            x = self._x.centred(X[start : start + ROWS])
            y = self._y.centred(Y[start : start + ROWS])
            self._xx += x.T @ x
            self._xy += x.T @ y
            self._yy += y.T @ y if self._complete else np.einsum("ij,ij->j", y, y)
            self._counts.append(len(x))

    def scatter(self) -> Scatter:
        """Return the scatter of all pairs that were counted, at least one."""
        counts = np.asarray(self._counts, dtype=np.float64)[:, None]
        x, y = self._x.between(counts), self._y.between(counts)
        moments = Moments(
            sum(self._counts),
            self._xx + x.product(x),
            self._xy + x.product(y),
            (self._yy if self._complete else np.diag(self._yy)) + y.product(y),
        )
        return Scatter(x.mean, y.mean, moments)


class _Side:
    """Of one side: a block about its mean, and the means of all blocks."""

    def __init__(self, width: int, number: type[np.floating[Any]]) -> None:
        self._ones = np.ones(ROWS, dtype=number)
        self._block = np.empty((0, width), dtype=number)
        self._origins: list[Matrix] = []
        self._rests: list[Matrix] = []

    def centred(self, X: NDArray[Any]) -> NDArray[Any]:
        """Return a block about its mean, in memory that the next block is written to.

        In float32 what is subtracted is not quite the mean; the rest is made good by `between`.
        """
        if len(self._block) < len(X):
            self._block = np.empty(X.shape, dtype=self._block.dtype)
        block, ones = self._block[: len(X)], self._ones[: len(X)]
        origin = ones @ X.astype(block.dtype, copy=False) / block.dtype.type(len(X))
        np.subtract(X, origin, out=block)
        rest = ones @ block / block.dtype.type(len(X))
        self._origins.append(origin.astype(np.float64))
        self._rests.append(rest.astype(np.float64))
        return block

    def between(self, counts: Matrix) -> _Between:
        """Return how the means of blocks of so many pairs, shape (n_blocks, 1), lie."""
        rests = np.stack(self._rests)
        means = np.stack(self._origins) + rests
        mean = (counts * means).sum(axis=0) / counts.sum()
        root = np.sqrt(counts)
        return _Between(mean, root * (means - mean), root * rests)


@dataclass(frozen=True, slots=True)
class _Between:
    """The mean of all pairs; the blocks' means about it, and about their origins, by weight."""

    mean: Matrix
    means: Matrix
    rests: Matrix

    def product(self, other: _Between) -> Matrix:
        return self.means.T @ other.means - self.rests.T @ other.rests
