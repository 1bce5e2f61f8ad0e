"""The linear map of low rank: ridge regression through few directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import aligners
from langalign.aligners.canonical import Spectrum, check_alpha
from langalign.aligners.linear import RELATIVE_STRENGTHS, candidate_strengths
from langalign.aligners.moments import Folds, Matrix, Moments, held_out
from langalign.errors import SettingError
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


@aligners.register("low-rank")
class LowRank(AffineAligner):
    r"""Reduced-rank ridge regression: the best map of ``rank`` directions, with an intercept.

    .. math:: W = W_0 + B V_r V_r', \qquad B = (X_c'X_c + \alpha I)^{-1} X_c'(Y_c - X_c W_0)

    with centred ``X_c``, ``Y_c`` and ``V_r`` the leading eigenvectors of
    :math:`B'(X_c'X_c + \alpha I)B`, which minimises :math:`\|X_c W - Y_c\|^2 + \alpha \|W - W_0\|^2`
    over all ``W - W_0`` of that rank. ``W_0`` is zero, or the identity where both spaces have one
    width and that does better on pairs held out; rank 0 is then allowed, and moves the mean.

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
        x_mean, y_mean = X.mean(axis=0, dtype=np.float64), Y.mean(axis=0, dtype=np.float64)
        total, folds = held_out(X - x_mean.astype(np.float32), Y - y_mean.astype(np.float32))
        unit = np.trace(total.xx) / len(total.xx) or 1.0
        alphas = unit * RELATIVE_STRENGTHS if self.alpha is None else np.array([self.alpha])
        self.toward_identity_, self.alpha_, self.rank_ = self._choose(total.n, folds, alphas)
        found = _Reduced.of(_started(total, identity=self.toward_identity_), self.alpha_)
        coef = found.coef[:, : self.rank_] @ found.right[:, : self.rank_].T
        self._set_map(coef + np.eye(*coef.shape) * self.toward_identity_, x_mean, y_mean)
        return self

    def candidates(self, X: Vectors, Y: Vectors) -> list[LowRank]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        return [self.fresh(alpha=alpha) for alpha in candidate_strengths(X)]

    def _choose(self, n: int, folds: Folds, alphas: Matrix) -> tuple[bool, float, int]:
        """Return the start, the strength and the rank of least error on pairs held out."""
        width, width_out = folds[0][0].xy.shape
        best, chosen = np.inf, (False, float(alphas[0]), self.rank or 1)
        for identity in (True, False) if width == width_out else (False,):
            # Beside the identity no direction at all is a map; alone it would be a constant.
            ranks = [0] if identity else []
            ranks += list(range(1, min(width, width_out) + 1)) if self.rank is None else [self.rank]
            for alpha in alphas:
                errors = sum(
                    # Fewer pairs, a weaker ridge: it stays the same beside their X'X.
                    _Reduced.of(_started(others, identity=identity), alpha * others.n / n).errors(
                        _started(fold, identity=identity)
                    )
                    for others, fold in folds
                )[ranks]
                if errors.min() < best:
                    best = errors.min()
                    chosen = identity, float(alpha), ranks[int(errors.argmin())]
        return chosen


@dataclass(frozen=True, slots=True)
class _Reduced:
    """The solutions of all ranks for one strength.

    Parameters
    ----------
    coef
        ``B V``, shape (d_source, k), strongest direction first.
    right
        ``V``, shape (d_target, k).
    """

    coef: Matrix
    right: Matrix

    @classmethod
    def of(cls, moments: Moments, alpha: float) -> Self:
        """Solve from sums about the means."""
        spectrum = Spectrum.of(moments.xx)
        rotated = spectrum.vectors.T @ moments.xy
        shrunk = rotated / (spectrum.values + alpha)[:, None]
        _, right = np.linalg.eigh(rotated.T @ shrunk)
        right = right[:, ::-1][:, : min(moments.xy.shape)]
        return cls(spectrum.vectors @ (shrunk @ right), right)

    def errors(self, fold: Moments) -> Matrix:
        """Return the squared error on a fold for each rank, from 0 up."""
        quadratic = np.einsum("ij,ij->j", self.coef, fold.xx @ self.coef)
        linear = np.einsum("ij,ij->j", self.coef, fold.xy @ self.right)
        gained = np.concatenate([[0.0], np.cumsum(quadratic - 2 * linear)])
        return np.asarray(np.trace(fold.yy) + gained)


def _started(moments: Moments, *, identity: bool) -> Moments:
    return moments.toward_identity() if identity else moments
