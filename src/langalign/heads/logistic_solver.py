"""scikit-learn's solver of logistic regression, over a path of strengths."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import FitWarning
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors, mean_variance

_MANY_CLASSES = "The number of unique classes is greater than"
"""Raised for every fold otherwise; the check of the labels reports it once."""
Solution = tuple[NDArray[Any], NDArray[Any], int]
"""Coefficients (d, k), intercepts (k,), iterations."""


class LogisticSolver:
    """Logistic regressions of several strengths on one set of vectors.

    Each starts where the one before ended (Friedman, Hastie and Tibshirani, 2010, section 2.5), and
    the vectors are prepared once: with strengths in order that is several times faster.

    Parameters
    ----------
    Z
        Vectors of shape (n, d).
    name
        Of the head, for warnings.
    class_weight, max_iter
        As in ``sklearn.linear_model.LogisticRegression``.
    tol
        Largest slope at which the solver stops, on vectors of unit variance.

    References
    ----------
    Friedman, J., Hastie, T. and Tibshirani, R. (2010). Regularization paths for generalized linear
    models via coordinate descent. Journal of Statistical Software 33 (1).
    """

    def __init__(
        self,
        Z: Vectors,
        *,
        name: str,
        class_weight: str | Mapping[Any, float] | None,
        max_iter: int,
        tol: float,
    ) -> None:
        self.class_weight, self.max_iter, self.tol = class_weight, max_iter, tol
        # The same problem on centred vectors of unit variance: L-BFGS's tolerance then means the
        # same for every encoder.
        self.mean = Z.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.size = np.float32(np.sqrt(mean_variance(Z)))
        self.scaled = (Z - self.mean) / self.size
        self.name = name

    def solve(self, y: NDArray[Any], strengths: Sequence[float]) -> Iterator[Solution]:
        """Yield a solution a strength; for two classes it has one column."""
        from sklearn.linear_model import LogisticRegression

        solver = LogisticRegression(
            class_weight=self.class_weight, max_iter=self.max_iter, tol=self.tol, warm_start=True
        )
        for C in strengths:
            solver.set_params(C=C * float(self.size) ** 2)
            advice = f"{self.name}(C={C:g}): raise max_iter or lower C"
            with _as_fit_warning(advice), one_blas_thread():
                solver.fit(self.scaled, y)
            coef = solver.coef_.T / self.size
            yield coef, solver.intercept_ - self.mean @ coef, int(solver.n_iter_.max())


@contextlib.contextmanager
def _as_fit_warning(advice: str) -> Iterator[None]:
    """Let scikit-learn's warning that it did not converge come out as ours."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        warnings.filterwarnings("ignore", message=_MANY_CLASSES)
        yield
    for warning in caught:
        if issubclass(warning.category, ConvergenceWarning):
            warnings.warn(f"{advice}, it did not converge", FitWarning, stacklevel=7)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
