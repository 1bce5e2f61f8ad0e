"""The linear map: ridge regression, its strength chosen in closed form."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from langalign.aligners.base import aligners
from langalign.aligners.canonical import check_alpha
from langalign.aligners.moments import Matrix, Moments
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.ridge import CANDIDATE_STRENGTHS, Ridge, solution
from langalign.aligners.statistics_aligner import StatisticsAligner
from langalign.vectors import Vectors, penalty_unit


@aligners.register("linear")
class Linear(StatisticsAligner):
    r"""Ridge regression from source to target vectors, with an intercept.

    .. math:: W = \arg\min_W \|X_c W - Y_c\|^2 + \alpha \|W - W_0\|^2
              = W_0 + (X_c'X_c + \alpha I)^{-1} X_c'(Y_c - X_c W_0)

    with centred ``X_c``, ``Y_c``. ``W_0`` is zero, or the identity where both spaces have one width
    and generalised cross-validation prefers it: with few pairs the map then falls back to moving
    the mean rather than to a constant.

    Parameters
    ----------
    alpha
        Strength, as in ``sklearn.linear_model.Ridge`` (``W_0`` is then zero); ``None`` chooses it
        together with ``W_0`` by generalised cross-validation, from the sums alone.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    alpha_ : float
        The strength used.
    toward_identity_ : bool
        Whether ``W_0`` is the identity.

    References
    ----------
    Golub, G., Heath, M. and Wahba, G. (1979). Generalized cross-validation as a method for
    choosing a good ridge parameter. Technometrics 21, 215-223.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 3))
    >>> W = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]])
    >>> np.abs(np.round(Linear(alpha=1e-6).fit(X, X @ W + 1).coef_))
    array([[1., 2.],
           [0., 1.],
           [3., 0.]], dtype=float32)
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "linear"

    def __init__(self, *, alpha: float | None = None) -> None:
        self.alpha = alpha

    def _learn(self, statistics: PairStatistics) -> None:
        total = statistics.total()
        self._set_map(self._solved(total.moments), total.x_mean, total.y_mean)

    def _check_settings(self, d_source: int, d_target: int) -> None:
        check_alpha(self.alpha)

    def _solved(self, moments: Moments) -> Matrix:
        """Return the coefficients at the own strength, or at the one that is chosen."""
        self.toward_identity_ = False
        if self.alpha is not None:
            self.alpha_ = float(self.alpha)
            return solution(moments, self.alpha_)
        ridge = Ridge.of(moments)
        self.alpha_, score = ridge.choose()
        d_source, d_target = moments.xy.shape
        if d_source == d_target:
            shifted = ridge.toward_identity()
            alpha, shifted_score = shifted.choose()
            # Where both scores are infinite, two pairs say nothing: stay with the identity.
            if shifted_score < score or np.isinf(score):
                self.alpha_, self.toward_identity_ = alpha, True
                return shifted.solve(alpha) + np.eye(d_source)
        return ridge.solve(self.alpha_)

    def candidates(self, X: Vectors, Y: Vectors) -> list[Linear]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        unit = penalty_unit(X)
        return [self.fresh(alpha=unit * strength) for strength in CANDIDATE_STRENGTHS]
