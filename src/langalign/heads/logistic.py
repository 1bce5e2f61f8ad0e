"""Logistic regression: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import FitWarning, SettingError
from langalign.heads.base import Head, heads
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

# Penalties per row and unit of variance, so that one grid suits any encoder and number of rows.
RELATIVE_PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
DEFAULT_PENALTY = 0.1


@heads.register("logistic")
class LogisticHead(Head):
    """Multinomial logistic regression with an L2 penalty.

    Parameters
    ----------
    C
        Inverse strength of the penalty, as in ``sklearn.linear_model.LogisticRegression``.
        ``None`` leaves it to whoever chooses among :meth:`candidates`; a plain ``fit`` then takes
        a tenth of a unit of penalty per row and unit of variance.
    class_weight
        ``None`` or ``"balanced"``, as in scikit-learn.
    max_iter
        Iterations of the solver at the most.

    Attributes
    ----------
    C_ : float
        The inverse strength used.
    n_iter_ : int
        Iterations that L-BFGS took.
    coef_ : ndarray of shape (d, n_classes), float32
    intercept_ : ndarray of shape (n_classes,), float32
        For two classes the first column is zero: its score is the reference.
    classes_ : ndarray of shape (n_classes,)

    Examples
    --------
    >>> import numpy as np
    >>> head = LogisticHead().fit(np.array([[-1.0], [1.0]]), ["bad", "good"])
    >>> head.predict(np.array([[2.0]])).tolist()
    ['good']
    """

    def __init__(
        self, *, C: float | None = None, class_weight: str | None = None, max_iter: int = 1000
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.max_iter = max_iter

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and labels ``y`` of shape (n,).

        Raises
        ------
        DataError
            If there are fewer than two classes.
        SettingError
            If ``C`` is not positive.
        """
        from sklearn.linear_model import LogisticRegression

        if self.C is not None and not self.C > 0:
            raise SettingError(f"C={self.C!r}: expected a number above 0, or None")
        Z, y = self._check_labeled(Z, y)
        self.C_ = float(self.C) if self.C is not None else _inverse_strength(Z, DEFAULT_PENALTY)
        # The same problem on centred vectors of unit variance: L-BFGS's tolerance then means the
        # same for every encoder.
        mean = Z.mean(axis=0, dtype=np.float64).astype(np.float32)
        size = np.float32(np.sqrt(_variance(Z)))
        solver = LogisticRegression(
            C=self.C_ * float(size) ** 2,
            class_weight=self.class_weight,
            max_iter=self.max_iter,
            tol=1e-3,
        )
        advice = f"LogisticHead(C={self.C_:g}): raise max_iter or lower C"
        with _as_fit_warning(advice), one_blas_thread():
            solver.fit((Z - mean) / size, y)
        self.n_iter_ = int(solver.n_iter_.max())
        coef = solver.coef_.T / size
        intercept = solver.intercept_ - mean @ coef
        if len(self.classes_) == 2:
            coef = np.hstack([np.zeros_like(coef), coef])
            intercept = np.array([0.0, intercept[0]])
        self.coef_ = np.ascontiguousarray(coef, dtype=np.float32)
        self.intercept_ = intercept.astype(np.float32)
        return self

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return ``Z @ coef_ + intercept_``, shape (n, n_classes)."""
        scores: NDArray[np.float64] = (Z @ self.coef_).astype(np.float64) + self.intercept_
        return scores

    def absorb(self, weights: Vectors, offset: Vectors) -> LogisticHead:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        folded = self.fresh()
        folded.classes_ = self.classes_
        folded.n_features_in_ = len(weights)
        folded.C_, folded.n_iter_ = self.C_, self.n_iter_
        folded.coef_ = weights @ self.coef_
        folded.intercept_ = (offset @ self.coef_ + self.intercept_).astype(np.float32)
        return folded

    def candidates(self, Z: Vectors) -> list[LogisticHead]:
        """Return one variant a penalty, strongest first; a fixed ``C`` stays as it is."""
        if self.C is not None:
            return [self.fresh()]
        return [self.fresh(C=_inverse_strength(Z, penalty)) for penalty in RELATIVE_PENALTIES]


def _inverse_strength(Z: Vectors, penalty: float) -> float:
    return 1.0 / (penalty * len(Z) * _variance(Z))


def _variance(Z: Vectors) -> float:
    return float(Z.var(axis=0, dtype=np.float64).mean()) or 1.0


@contextlib.contextmanager
def _as_fit_warning(advice: str) -> Iterator[None]:
    """Let scikit-learn's warning that it did not converge come out as ours."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, ConvergenceWarning):
            warnings.warn(f"{advice}, it did not converge", FitWarning, stacklevel=4)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
