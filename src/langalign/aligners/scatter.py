"""Scatter: the means of some pairs, and their moments about these; scatters add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.moments import Matrix, Moments
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class Scatter:
    r"""How pairs lie around their own means.

    Of two scatters, with the difference :math:`\delta` of their means,

    .. math:: S = S_1 + S_2 + \frac{n_1 n_2}{n_1 + n_2} \, \delta \delta'

    in which nothing large is subtracted: no digits are lost however far from the origin they lie.

    Parameters
    ----------
    x_mean, y_mean
        Shapes (d_source,) and (d_target,).
    moments
        About these means.

    References
    ----------
    Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample
    variance: analysis and recommendations. The American Statistician 37, 242-247.
    """

    x_mean: Matrix
    y_mean: Matrix
    moments: Moments

    @classmethod
    def none(cls, d_source: int, d_target: int) -> Self:
        """Return the scatter of no pairs."""
        shapes = (d_source, d_source), (d_source, d_target), (d_target, d_target)
        moments = Moments(0, *(np.zeros(shape) for shape in shapes))
        return cls(np.zeros(d_source), np.zeros(d_target), moments)

    @classmethod
    def of(cls, X: Vectors, Y: Vectors, *, exact: bool, complete: bool = True) -> Self:
        """Return the scatter of a block of pairs.

        Parameters
        ----------
        X, Y
            Shapes (n, d_source) and (n, d_target), n at least 1.
        exact
            Multiply in float64. Otherwise in float32, after the means were subtracted.
        complete
            Otherwise of Y'Y the diagonal alone.
        """
        if exact:
            X, Y = X.astype(np.float64), Y.astype(np.float64)
        means = X.mean(axis=0, dtype=np.float64), Y.mean(axis=0, dtype=np.float64)
        # In float32 what is subtracted is not quite the mean; the rest of it is made good below.
        x_origin, y_origin = (mean.astype(X.dtype) for mean in means)
        x, y = X - x_origin, Y - y_origin
        yy = y.T @ y if complete else np.diag((y * y).sum(axis=0, dtype=np.float64))
        about = Moments(len(X), *(_float64(sums) for sums in (x.T @ x, x.T @ y, yy)))
        return cls(*means, about.spread(-len(X), means[0] - x_origin, means[1] - y_origin))

    @property
    def n(self) -> int:
        """Number of pairs."""
        return self.moments.n

    def __add__(self, other: Scatter) -> Scatter:
        """Return the scatter of the pairs of both."""
        if not self.n or not other.n:
            return self if self.n else other
        x, y = other.x_mean - self.x_mean, other.y_mean - self.y_mean
        share = other.n / (self.n + other.n)
        moments = (self.moments + other.moments).spread(self.n * share, x, y)
        return Scatter(self.x_mean + share * x, self.y_mean + share * y, moments)

    def about(self, x: Matrix, y: Matrix) -> Moments:
        """Return the moments about other means, those of the pairs that a map was fitted on."""
        return self.moments.spread(self.n, self.x_mean - x, self.y_mean - y)


def _float64(sums: NDArray[Any]) -> Matrix:
    return sums.astype(np.float64, copy=False)
