"""Ridge regression of a number, in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.correlation import spearman
from langalign.errors import DataError, SettingError
from langalign.heads.affine import affine_scores, folded
from langalign.heads.base import Head, heads
from langalign.tasks import SIMILARITY, Numbers, Task, as_numbers
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors, penalty_unit

if TYPE_CHECKING:
    from typing import Self

    from sklearn.utils import Tags

RELATIVE_STRENGTHS = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""In units of penalty, so that one grid suits any encoder and number of rows."""
DEFAULT_STRENGTH = 0.1


@heads.register("ridge")
class RidgeHead(Head):
    r"""A number per text or pair of texts: least squares with an L2 penalty.

    .. math:: w = \arg\min_w \|Z_c w - y_c\|^2 + \alpha \|w\|^2
              = (Z_c'Z_c + \alpha I)^{-1} Z_c'y_c = Z_c'(Z_c Z_c' + \alpha I)^{-1} y_c

    with centred ``Z_c``, ``y_c``; the smaller of the two systems is solved.

    Parameters
    ----------
    alpha
        Strength, as in ``sklearn.linear_model.Ridge``. ``None`` leaves it open to be chosen among
        :meth:`candidates`; a plain ``fit`` then takes a tenth per row and unit of variance.

    Attributes
    ----------
    alpha_ : float
        The strength used.
    coef_ : ndarray of shape (d, 1), float32
    intercept_ : ndarray of shape (1,), float32

    References
    ----------
    Hoerl, A. E. and Kennard, R. W. (1970). Ridge regression: biased estimation for nonorthogonal
    problems. Technometrics 12, 55-67.

    Examples
    --------
    >>> import numpy as np
    >>> Z = np.array([[0.0], [1.0], [2.0]])
    >>> RidgeHead(alpha=1e-6).fit(Z, [1.0, 3.0, 5.0]).predict(np.array([[4.0]])).round(3)
    array([9.])
    """

    task: ClassVar[Task] = SIMILARITY
    is_default: ClassVar[bool] = True

    def __init__(self, *, alpha: float | None = None) -> None:
        self.alpha = alpha

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and numbers ``y`` of shape (n,).

        Raises
        ------
        DataError
            If all numbers are the same, or one is no number.
        SettingError
            If ``alpha`` is not positive.
        """
        if self.alpha is not None and not self.alpha > 0:
            raise SettingError(f"alpha={self.alpha!r}: expected a number above 0, or None")
        Z, y = self._check_rows(Z, y)
        if len(np.unique(y)) < 2:
            raise DataError(
                f"all {len(y)} labels are {y[0]:g}: nothing can be learned from one number (1 "
                "sample, or 1 class). Check the label column and the split."
            )
        self.alpha_ = float(self.alpha) if self.alpha is not None else _strength(Z)
        mean = Z.mean(axis=0, dtype=np.float64)
        with one_blas_thread():
            coef = _solve(Z - mean, y - y.mean(), self.alpha_)
        self.coef_ = coef[:, None].astype(np.float32)
        self.intercept_ = np.array([y.mean() - mean @ coef], dtype=np.float32)
        self.n_features_in_ = Z.shape[1]
        return self

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return ``Z @ coef_ + intercept_``, shape (n, 1)."""
        return affine_scores(Z, self.coef_, self.intercept_)

    def predict(self, X: Any) -> Numbers:
        """Return a number for each row of ``X`` of shape (n, d)."""
        return self._scores(X)[:, 0]

    def score(self, X: Any, y: Any) -> float:
        """Return Spearman's correlation on ``X`` of shape (n, d) and ``y`` of shape (n,)."""
        return float(spearman(self.predict(X), as_numbers(y))[0])

    def absorb(self, weights: NDArray[np.floating], offset: NDArray[np.floating]) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        return folded(self, weights, offset)

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return one variant a strength, strongest first; a fixed ``alpha`` stays as it is."""
        if self.alpha is not None:
            return [self.fresh()]
        return [self.fresh(alpha=_strength(Z, relative)) for relative in RELATIVE_STRENGTHS]

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that this is a regressor."""
        from sklearn.utils import RegressorTags

        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
        tags.target_tags.required = True
        return tags


def _strength(Z: Vectors, relative: float = DEFAULT_STRENGTH) -> float:
    return relative * penalty_unit(Z)


def _solve(Z: NDArray[np.float64], y: Numbers, alpha: float) -> NDArray[np.float64]:
    """Return ridge coefficients of shape (d,) for centred data."""
    n, width = Z.shape
    if n < width:
        return np.asarray(Z.T @ np.linalg.solve(Z @ Z.T + alpha * np.eye(n), y), dtype=np.float64)
    return np.asarray(np.linalg.solve(Z.T @ Z + alpha * np.eye(width), Z.T @ y), dtype=np.float64)
