"""Variance matching: an aligner's output gets the spread of the real target vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError
from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self

Matrix = NDArray[np.float64]


@transforms.register("match-spread")
class MatchSpread(Transform):
    r"""Rescale centred vectors to a reference's standard deviation: ``x * std(Y) / std(X)``.

    A map fitted by squared error shrinks: it predicts the mean wherever it is unsure. A head
    trained on shrunk vectors and served unshrunk ones is over-confident.

    With ``how="covariance"`` the whole covariance becomes the reference's, by the one matrix that
    does so and moves the vectors least, the optimal transport map between normal distributions:

    .. math:: A = S_X^{-1/2} (S_X^{1/2} S_Y S_X^{1/2})^{1/2} S_X^{-1/2}

    Both covariances are shrunk towards a multiple of the identity by as much as the number of rows
    requires (Ledoit and Wolf): with few rows ``A`` approaches the one factor of ``"scale"``.

    Parameters
    ----------
    how
        ``"scale"``: one factor for all dimensions, which keeps all angles;
        ``"dimension"``: one factor for each;
        ``"covariance"``: one matrix.

    Attributes
    ----------
    scale_ : ndarray of shape (d,), or (d, d) for ``"covariance"``, float32

    References
    ----------
    Olkin, I. and Pukelsheim, F. (1982). The distance between two random vectors with given
    dispersion matrices. Linear Algebra and its Applications 48, 257-263.

    Ledoit, O. and Wolf, M. (2004). A well-conditioned estimator for large-dimensional covariance
    matrices. Journal of Multivariate Analysis 88, 365-411.

    Examples
    --------
    >>> import numpy as np
    >>> narrow = np.array([[-1.0, 1.0], [1.0, -1.0]])
    >>> MatchSpread().fit(narrow, 2 * narrow).scale_
    array([2., 2.], dtype=float32)
    """

    affine: ClassVar[bool] = True

    def __init__(self, *, how: str = "scale") -> None:
        self.how = how

    def fit(self, X: Any, Y: Any = None) -> Self:
        """Learn the factors from ``X`` and the reference ``Y``, both of shape (n, d).

        Rows need not correspond. Without ``Y`` the factors are one.

        Raises
        ------
        SettingError
            If ``how`` is unknown.
        """
        if self.how not in ("scale", "dimension", "covariance"):
            raise SettingError(f"how={self.how!r}: expected 'scale', 'dimension' or 'covariance'")
        X = as_vectors(X, name="X")
        Y = X if Y is None else as_vectors(Y, name="Y", dim=X.shape[1])
        matched = _transport(X, Y) if self.how == "covariance" else self._factors(X, Y)
        self.scale_ = matched.astype(np.float32)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> Vectors:
        """Return ``X`` of shape (n, d) times ``scale_``."""
        self._require_fitted()
        X = as_vectors(X, name="X", dim=self.n_features_in_)
        scaled: Vectors = X @ self.scale_ if self.scale_.ndim == 2 else X * self.scale_
        return scaled

    def _factors(self, X: Vectors, Y: Vectors) -> Matrix:
        """Return the quotients of standard deviations, shape (d,)."""
        have, want = X.var(axis=0, dtype=np.float64), Y.var(axis=0, dtype=np.float64)
        if self.how == "scale":
            have, want = np.full_like(have, have.mean()), np.full_like(want, want.mean())
        varies = have > _resolution(X)
        factors: Matrix = np.sqrt(np.divide(want, have, out=np.ones_like(have), where=varies))
        return factors


def _resolution(X: Vectors) -> float:
    """Return the variance that float32 resolves; what varies by less is constant.

    There is then nothing to rescale.
    """
    return float((np.finfo(np.float32).eps * float(np.abs(X).max())) ** 2)


def _transport(X: Vectors, Y: Vectors) -> Matrix:
    """Return the symmetric matrix that gives ``X`` the covariance of ``Y`` and moves it least."""
    from sklearn.covariance import ledoit_wolf

    have, want = (ledoit_wolf(side.astype(np.float64))[0] for side in (X, Y))
    sizes, axes = np.linalg.eigh(have)
    varies = sizes > _resolution(X)
    roots = np.sqrt(sizes[varies])
    kept = axes[:, varies]
    half = kept * roots
    squares, turn = np.linalg.eigh(half.T @ want @ half)
    whitened = (kept / roots) @ turn
    still = axes[:, ~varies]
    moved: Matrix = (whitened * np.sqrt(np.clip(squares, 0.0, None))) @ whitened.T
    moved += still @ still.T
    return moved
