"""The linear map of low rank: ridge regression through few directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from langalign.aligners.base import aligners
from langalign.aligners.canonical import STRENGTHS, check_alpha
from langalign.aligners.moments import Folds, Matrix, Moments
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.ridge import CANDIDATE_STRENGTHS, Ridge
from langalign.aligners.statistics_aligner import StatisticsAligner
from langalign.errors import SettingError
from langalign.vectors import Vectors, penalty_unit


@aligners.register("low-rank")
class LowRank(StatisticsAligner):
    r"""Reduced-rank ridge regression: the best map of ``rank`` directions, with an intercept.

    .. math:: W = W_0 + B V_r V_r', \qquad B = (X_c'X_c + \alpha I)^{-1} X_c'(Y_c - X_c W_0)

    with centred ``X_c``, ``Y_c`` and ``V_r`` the leading eigenvectors of
    :math:`B'(X_c'X_c + \alpha I)B`. Among all maps of which ``W - W_0`` has that rank it minimises
    :math:`\|X_c W - Y_c\|^2 + \alpha \|W - W_0\|^2`. ``W_0`` is zero, or the identity where both
    spaces have one width and that does better on held-out pairs; rank 0 is then allowed, and moves
    the mean.

    Parameters
    ----------
    rank
        ``None`` chooses it by the squared error on held-out pairs.
    alpha
        Strength, as in ``linear``; ``None`` chooses it in the same way as the rank.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    rank_ : int
        The rank used, beside the identity where that is the start.
    alpha_ : float
        The strength used.
    toward_identity_ : bool
        Whether ``W_0`` is the identity.

    References
    ----------
    Mukherjee, A. and Zhu, J. (2011). Reduced rank ridge regression and its kernel extensions.
    Statistical Analysis and Data Mining 4, 612-622.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(200, 4))
    >>> W = np.outer([1.0, 2.0, 0.0, 1.0], [1.0, 0.0, 3.0])
    >>> LowRank().fit(X, X @ W).rank_
    1
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "linear"
    n_parts: ClassVar[int] = 3

    def __init__(self, *, rank: int | None = None, alpha: float | None = None) -> None:
        self.rank = rank
        self.alpha = alpha

    def _check_settings(self, d_source: int, d_target: int) -> None:
        check_alpha(self.alpha)
        most = min(d_source, d_target)
        if self.rank is not None and not 1 <= self.rank <= most:
            raise SettingError(
                f"rank={self.rank!r}: expected 1 to {most} (the smaller width), or None"
            )

    def _learn(self, statistics: PairStatistics) -> None:
        total = statistics.total()
        unit = np.trace(total.moments.xx) / len(total.x_mean) or 1.0
        alphas = unit * np.asarray(STRENGTHS) if self.alpha is None else np.array([self.alpha])
        self.toward_identity_, self.alpha_, self.rank_ = self._choose(
            total.n, statistics.held_out(), alphas
        )
        ridge = Ridge.of(_started(total.moments, identity=self.toward_identity_))
        coef = _reduced(ridge, self.alpha_).of_rank(self.rank_)
        identity = np.eye(*coef.shape) * self.toward_identity_
        self._set_map(coef + identity, total.x_mean, total.y_mean)

    def candidates(self, X: Vectors, Y: Vectors) -> list[LowRank]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        unit = penalty_unit(X)
        return [self.fresh(alpha=unit * strength) for strength in CANDIDATE_STRENGTHS]

    def _choose(self, n: int, folds: Folds, alphas: Matrix) -> tuple[bool, float, int]:
        """Return the start, the strength and the rank of least error on held-out pairs."""
        width, width_out = folds[0][0].xy.shape
        ranks = np.arange(1, min(width, width_out) + 1) if self.rank is None else [self.rank]
        best, chosen = np.inf, (False, float(alphas[0]), int(ranks[0]))
        for identity in (True, False) if width == width_out else (False,):
            # Beside the identity no direction at all is a map; alone it would be a constant.
            allowed = [0, *ranks] if identity else list(ranks)
            started = [[_started(part, identity=identity) for part in pair] for pair in folds]
            problems = [(Ridge.of(others), fold) for others, fold in started]
            for alpha in alphas:
                errors = np.zeros(min(width, width_out) + 1)
                for ridge, fold in problems:
                    # Fewer pairs, a weaker ridge: it stays the same beside their X'X.
                    own_alpha = alpha * ridge.moments.n / n
                    errors += _reduced(ridge, own_alpha).errors(fold)
                if errors[allowed].min() < best:
                    best = errors[allowed].min()
                    rank = allowed[int(errors[allowed].argmin())]
                    chosen = identity, float(alpha), int(rank)
        return chosen


@dataclass(frozen=True, slots=True)
class _Reduced:
    """The solutions of all ranks: ``B V``, shape (d_source, k), and ``V``, shape (d_target, k)."""

    coef: Matrix
    right: Matrix

    def of_rank(self, rank: int) -> Matrix:
        """Return ``B V_r V_r'``."""
        return np.asarray(self.coef[:, :rank] @ self.right[:, :rank].T)

    def errors(self, fold: Moments) -> Matrix:
        """Return the squared error on a fold for each rank, from 0 up."""
        quadratic = np.einsum("ij,ij->j", self.coef, fold.xx @ self.coef)
        linear = np.einsum("ij,ij->j", self.coef, fold.xy @ self.right)
        gained = np.concatenate([[0.0], np.cumsum(quadratic - 2 * linear)])
        return np.asarray(np.trace(fold.yy) + gained)


def _reduced(ridge: Ridge, alpha: float) -> _Reduced:
    """Return the solutions of all ranks for one strength."""
    shrunk = ridge.shrunk(alpha)
    _, right = np.linalg.eigh(ridge.rotated.T @ shrunk)
    right = right[:, ::-1][:, : min(shrunk.shape)]
    return _Reduced(ridge.spectrum.vectors @ (shrunk @ right), right)


def _started(moments: Moments, *, identity: bool) -> Moments:
    return moments.toward_identity() if identity else moments
