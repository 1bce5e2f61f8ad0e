"""The linear map: ridge regression, its strength chosen in closed form."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner, centred
from langalign.aligners.base import aligners
from langalign.aligners.canonical import check_alpha
from langalign.aligners.moments import Matrix, product
from langalign.vectors import Vectors, penalty_unit

if TYPE_CHECKING:
    from typing import Self

# Strengths are tried as multiples of the mean eigenvalue of Xc'Xc, so that one grid suits any
# encoder, width and number of pairs.
RELATIVE_STRENGTHS = np.logspace(1.0, -4.0, 11)
CANDIDATE_STRENGTHS = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01)


@aligners.register("linear")
class Linear(AffineAligner):
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

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) to ``Y`` of shape (n, d_target).

        Raises
        ------
        SettingError
            If ``alpha`` is not positive.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        return next(self.fit_path([self], X, Y))

    def fit_path(self, variants: Sequence[Self], X: Any, Y: Any) -> Iterator[Self]:
        """Yield variants that differ in ``alpha``, from one eigendecomposition of ``Xc'Xc``."""
        for variant in variants:
            check_alpha(variant.alpha)
        X, Y = self._check_pairs(X, Y)
        X, x_mean, Y, y_mean = *centred(X), *centred(Y)
        energy = float(np.einsum("ij,ij->", Y, Y, dtype=np.float64))
        sums = product(X, X), product(X, Y)
        ridge = _Ridge.of(*sums, energy, len(X))
        for variant in variants:
            fitted = variant if variant is self else variant.fresh()
            fitted.n_features_in_, fitted.n_features_out_ = X.shape[1], Y.shape[1]
            fitted._set_map(fitted._solved(ridge), x_mean, y_mean)
            yield fitted

    def _solved(self, ridge: _Ridge) -> Matrix:
        """Return the coefficients at the own strength, or at the one that is chosen."""
        self.toward_identity_ = False
        if self.alpha is not None:
            self.alpha_ = float(self.alpha)
            return ridge.solve(self.alpha_)
        self.alpha_, score = ridge.choose()
        if self.n_features_in_ == self.n_features_out_:
            shifted = ridge.toward_identity()
            alpha, shifted_score = shifted.choose()
            # Where both scores are infinite, two pairs say nothing: stay with the identity.
            if shifted_score < score or np.isinf(score):
                self.alpha_, self.toward_identity_ = alpha, True
                return shifted.solve(alpha) + np.eye(self.n_features_in_)
        return ridge.solve(self.alpha_)

    def candidates(self, X: Vectors, Y: Vectors) -> list[Linear]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        unit = penalty_unit(X)
        return [self.fresh(alpha=unit * strength) for strength in CANDIDATE_STRENGTHS]


@dataclass(frozen=True)
class _Ridge:
    """Ridge solutions of all strengths from one eigendecomposition of X'X."""

    gram: Matrix
    cross: Matrix
    energy: float
    n: int
    values: Matrix
    vectors: Matrix

    @classmethod
    def of(cls, gram: Matrix, cross: Matrix, energy: float, n: int) -> Self:
        """Decompose the problem of n rows with these sums."""
        values, vectors = np.linalg.eigh(gram)
        return cls(gram, cross, energy, n, np.clip(values, 0.0, None), vectors)

    @functools.cached_property
    def rotated(self) -> Matrix:
        """X'Y in the eigenvectors' coordinates."""
        rotated: Matrix = self.vectors.T @ self.cross
        return rotated

    def toward_identity(self) -> Self:
        """Return the problem of the residual Y - X."""
        energy = self.energy - 2 * np.trace(self.cross) + np.trace(self.gram)
        return replace(self, cross=self.cross - self.gram, energy=float(max(energy, 0.0)))

    def solve(self, alpha: float) -> Matrix:
        """Return the coefficients for one strength."""
        solution: Matrix = self.vectors @ (self.rotated / (self.values + alpha)[:, None])
        return solution

    def choose(self) -> tuple[float, float]:
        """Return the strength with the least generalised cross-validation score, and the score."""
        unit = float(self.values.mean()) or 1.0
        scores = [
            (self._score(unit * strength), unit * strength) for strength in RELATIVE_STRENGTHS
        ]
        score, alpha = min(scores, key=lambda item: (item[0], -item[1]))
        return alpha, score

    def _score(self, alpha: float) -> float:
        shrunk = self.values + alpha
        power = (self.rotated**2).sum(axis=1)
        residual = self.energy - float((power * (self.values + 2 * alpha) / shrunk**2).sum())
        # One degree of freedom goes to the intercept. An interpolating fit says nothing of itself.
        freedom = self.n - 1 - float((self.values / shrunk).sum())
        if freedom < 0.1 * self.n:
            return np.inf
        return max(residual, 0.0) / freedom**2
