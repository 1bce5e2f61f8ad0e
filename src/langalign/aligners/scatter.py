"""Scatter: the means of some pairs, and their moments about these; scatters add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from langalign.aligners.moments import Matrix, Moments

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
