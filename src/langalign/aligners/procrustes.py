"""The orthogonal map: turn one cloud onto the other."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from langalign.aligners.base import aligners
from langalign.aligners.canonical import singular
from langalign.aligners.moments import Matrix, Moments, choose
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.second_opinion import PLENTY_OF_PAIRS
from langalign.aligners.statistics_aligner import StatisticsAligner


@aligners.register("procrustes")
class Procrustes(StatisticsAligner):
    """Rotate the centred source onto the centred target (orthogonal Procrustes).

    With the thin SVD of the cross-covariance, ``Xc' Yc = U S V'``, the matrix with orthonormal
    rows or columns that minimises ``|Xc W - Yc|`` is ``W = U V'``. Where the widths differ, ``W``
    is the semi-orthogonal matrix of the same formula. With few pairs, a rotation that fits one half
    of them and not the other is discarded: moving the mean is used instead.

    Parameters
    ----------
    scaling
        Also fit one factor, ``trace(S) / |Xc|^2``, on the rotated vectors.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Schönemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem.
    Psychometrika 31, 1-10.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(50, 2))
    >>> quarter_turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> np.round(np.abs(Procrustes().fit(X, X @ quarter_turn).coef_))
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "rotation"
    n_parts: ClassVar[int] = 2

    def __init__(self, *, scaling: bool = False) -> None:
        self.scaling = scaling

    def _learn(self, statistics: PairStatistics) -> None:
        total = statistics.total()
        xx, xy = total.moments.xx, total.moments.xy
        self.is_shift_ = self._loses_to_shift(statistics)
        # Orthogonal map from the SVD of the cross-covariance.
        rotation = np.eye(len(xx)) if self.is_shift_ else _rotation(xy)
        # One factor for the size of the cloud, where asked for.
        energy = float(np.trace(xx))
        factor = np.vdot(rotation, xy) / energy if self.scaling and energy else 1.0
        self._set_map(factor * rotation, total.x_mean, total.y_mean)

    def _loses_to_shift(self, statistics: PairStatistics) -> bool:
        """Return whether few pairs bring the other half no nearer than moving the mean does."""
        if statistics.n >= PLENTY_OF_PAIRS * statistics.widths[0]:
            return False

        def error(others: Moments, fold: Moments) -> list[float]:
            return [fold.error(_rotation(others.xy))]

        return choose(statistics.held_out(), error, n_candidates=1)[1]


def _rotation(cross: Matrix) -> Matrix:
    left, right, _ = singular(cross)
    rotation: Matrix = left @ right.T
    return rotation
