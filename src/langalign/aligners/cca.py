"""Canonical correlation analysis as a map: regression through the directions that correlate."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from langalign.aligners.base import aligners
from langalign.aligners.canonical import (
    STRENGTHS,
    Directions,
    Spectrum,
    check_alpha,
    check_components,
    directions,
)
from langalign.aligners.moments import Matrix, Moments, choose
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.ridge import CANDIDATE_STRENGTHS
from langalign.aligners.statistics_aligner import StatisticsAligner
from langalign.vectors import Vectors


@aligners.register("cca")
class CCA(StatisticsAligner):
    r"""Predict the target through the ``k`` pairs of directions of highest correlation.

    .. math:: W_k = A_x U_k S_k V_k' A_y^{-1}, \qquad A = (C + \alpha \mu I)^{-1/2}, \qquad
              A_x C_{xy} A_y = U S V'

    with the covariances ``C`` of the centred sides and their mean eigenvalues :math:`\mu`. The
    source's canonical variates ``X A_x U_k`` are shrunk by the canonical correlations ``S_k``: the
    least squares prediction of the target's variates. These are then brought back into the
    target's space. With all directions it is ridge regression; with fewer, reduced-rank
    regression in which every direction of the (regularised) whitened target counts alike. Compare
    ``low-rank``, in which directions count by their variance.

    Where both spaces have one width and the map loses to moving the mean on held-out pairs, moving
    the mean is used instead.

    Parameters
    ----------
    n_components
        ``k``; ``None`` chooses it by the squared error on held-out pairs.
    alpha
        Ridge added to each covariance, in mean eigenvalues of it; ``None`` chooses it in the same
        way.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    correlations_ : ndarray of shape (n_components_,), float32
        The regularised canonical correlations used, falling.
    n_components_ : int
    alpha_ : float
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Vinod, H. D. (1976). Canonical ridge and econometrics of joint production. Journal of
    Econometrics 4, 147-166.
    Izenman, A. J. (1975). Reduced-rank regression for the multivariate linear model. Journal of
    Multivariate Analysis 5, 248-264.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> fitted = CCA().fit(X, X[:, :1] @ np.array([[1.0, -1.0]]))
    >>> fitted.n_components_, np.abs(np.round(fitted.coef_[0], 2))
    (1, array([1., 1.], dtype=float32))
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "linear"
    n_parts: ClassVar[int] = 3
    whitens_target: ClassVar[bool] = True

    def __init__(self, *, n_components: int | None = None, alpha: float | None = None) -> None:
        self.n_components = n_components
        self.alpha = alpha

    def _check_settings(self, d_source: int, d_target: int) -> None:
        check_alpha(self.alpha)
        check_components(self.n_components, (d_source, d_target))

    def _learn(self, statistics: PairStatistics) -> None:
        total = statistics.total()
        strengths = STRENGTHS if self.alpha is None else (self.alpha,)
        sizes = (
            range(1, min(statistics.widths) + 1)
            if self.n_components is None
            else (self.n_components,)
        )
        candidates = [(strength, size) for strength in strengths for size in sizes]
        rows = np.asarray(sizes) - 1

        def errors(others: Moments, fold: Moments) -> Matrix:
            return np.concatenate([_errors(found, fold)[rows] for found in _all(others, strengths)])

        folds = statistics.held_out()
        chosen, self.is_shift_ = choose(folds, errors, n_candidates=len(candidates))
        strength, self.n_components_ = candidates[chosen]
        self.alpha_ = float(strength)
        found, kept = _all(total.moments, (strength,))[0], slice(self.n_components_)
        self.correlations_ = found.correlations[kept].astype(np.float32)
        source, target = _factors(found)
        coef = source[:, kept] @ target[kept]
        coef = np.eye(len(coef)) if self.is_shift_ else coef
        self._set_map(coef, total.x_mean, total.y_mean)

    def candidates(self, X: Vectors, Y: Vectors) -> list[CCA]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        return [self.fresh(alpha=strength) for strength in CANDIDATE_STRENGTHS]


def _all(moments: Moments, strengths: tuple[float, ...]) -> list[Directions]:
    x, y = Spectrum.of(moments.xx / moments.n), Spectrum.of(moments.yy / moments.n)
    return [directions(moments, x.whitening(each), y.whitening(each)) for each in strengths]


def _factors(found: Directions) -> tuple[Matrix, Matrix]:
    """Return P and Q such that the map through k directions is the product of their first k."""
    return found.from_source() * found.correlations, found.to_target()


def _errors(found: Directions, fold: Moments) -> Matrix:
    """Return the squared error on a fold for each number of directions, from 1 up.

    ``|X P_k Q_k - Y|^2 = sum_ij<=k (P'X'XP)_ij (QQ')_ij - 2 sum_i<=k (P'X'YQ')_ii + |Y|^2``.
    """
    P, Q = _factors(found)
    quadratic = (P.T @ fold.xx @ P) * (Q @ Q.T)
    linear = np.einsum("ij,ij->i", P.T @ fold.xy, Q)
    leading = np.diag(quadratic.cumsum(axis=0).cumsum(axis=1))
    return np.asarray(leading - 2 * np.cumsum(linear) + np.trace(fold.yy))
