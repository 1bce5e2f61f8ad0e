"""The linear map of low rank: ridge regression through few directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner, centred
from langalign.aligners.base import aligners
from langalign.aligners.canonical import STRENGTHS, Spectrum, check_alpha
from langalign.aligners.linear import CANDIDATE_STRENGTHS
from langalign.aligners.moments import Folds, Matrix, Moments, held_out
from langalign.errors import SettingError
from langalign.vectors import Vectors, penalty_unit

if TYPE_CHECKING:
    from typing import Self


@aligners.register("low-rank")
class LowRank(AffineAligner):
    r"""Reduced-rank ridge regression: the best map of ``rank`` directions, with an intercept.

    .. math:: W = W_0 + B V_r V_r', \qquad B = (X_c'X_c + \alpha I)^{-1} X_c'(Y_c - X_c W_0)

    with centred ``X_c``, ``Y_c`` and ``V_r`` the leading eigenvectors of
    :math:`B'(X_c'X_c + \alpha I)B`. Among all maps of which ``W - W_0`` has that rank it minimises
    :math:`\|X_c W - Y_c\|^2 + \alpha \|W - W_0\|^2`. ``W_0`` is zero, or the identity where both
    spaces have one width and that does better on pairs held out; rank 0 is then allowed, and moves
    the mean.

    Parameters
    ----------
    rank
        ``None`` chooses it by the squared error on pairs held out.
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

    def __init__(self, *, rank: int | None = None, alpha: float | None = None) -> None:
        self.rank = rank
        self.alpha = alpha

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) to ``Y`` of shape (n, d_target).

        Raises
        ------
        SettingError
            If ``alpha`` is not positive, or ``rank`` not from 1 to the smaller width.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        X, Y = self._check_pairs(X, Y)
        check_alpha(self.alpha)
        most = min(X.shape[1], Y.shape[1])
        if self.rank is not None and not 1 <= self.rank <= most:
            raise SettingError(
                f"rank={self.rank!r}: expected 1 to {most} (the smaller width), or None"
            )
        X, x_mean, Y, y_mean = *centred(X), *centred(Y)
        total, folds = held_out(X, Y)
        unit = np.trace(total.xx) / len(total.xx) or 1.0
        alphas = unit * np.asarray(STRENGTHS) if self.alpha is None else np.array([self.alpha])
        self.toward_identity_, self.alpha_, self.rank_ = self._choose(total.n, folds, alphas)
        ridge = _Ridge.of(_started(total, identity=self.toward_identity_))
        coef = ridge.reduced(self.alpha_).of_rank(self.rank_)
        self._set_map(coef + np.eye(*coef.shape) * self.toward_identity_, x_mean, y_mean)
        return self

    def candidates(self, X: Vectors, Y: Vectors) -> list[LowRank]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        unit = penalty_unit(X)
        return [self.fresh(alpha=unit * strength) for strength in CANDIDATE_STRENGTHS]

    def _choose(self, n: int, folds: Folds, alphas: Matrix) -> tuple[bool, float, int]:
        """Return the start, the strength and the rank of least error on pairs held out."""
        width, width_out = folds[0][0].xy.shape
        ranks = np.arange(1, min(width, width_out) + 1) if self.rank is None else [self.rank]
        best, chosen = np.inf, (False, float(alphas[0]), int(ranks[0]))
        for identity in (True, False) if width == width_out else (False,):
            # Beside the identity no direction at all is a map; alone it would be a constant.
            allowed = [0, *ranks] if identity else list(ranks)
            started = [[_started(part, identity=identity) for part in pair] for pair in folds]
            problems = [(_Ridge.of(others), fold) for others, fold in started]
            for alpha in alphas:
                errors = np.zeros(min(width, width_out) + 1)
                for ridge, fold in problems:
                    # Fewer pairs, a weaker ridge: it stays the same beside their X'X.
                    errors += ridge.reduced(alpha * ridge.n / n).errors(fold)
                if errors[allowed].min() < best:
                    best = errors[allowed].min()
                    rank = allowed[int(errors[allowed].argmin())]
                    chosen = identity, float(alpha), int(rank)
        return chosen


@dataclass(frozen=True, slots=True)
class _Ridge:
    """Ridge solutions of all strengths from one eigendecomposition of X'X."""

    n: int
    spectrum: Spectrum
    rotated: Matrix

    @classmethod
    def of(cls, moments: Moments) -> Self:
        """Decompose sums about the means."""
        spectrum = Spectrum.of(moments.xx)
        return cls(moments.n, spectrum, spectrum.vectors.T @ moments.xy)

    def reduced(self, alpha: float) -> _Reduced:
        """Return the solutions of all ranks for one strength."""
        shrunk = self.rotated / (self.spectrum.values + alpha)[:, None]
        _, right = np.linalg.eigh(self.rotated.T @ shrunk)
        right = right[:, ::-1][:, : min(self.rotated.shape)]
        return _Reduced(self.spectrum.vectors @ (shrunk @ right), right)


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


def _started(moments: Moments, *, identity: bool) -> Moments:
    return moments.toward_identity() if identity else moments
