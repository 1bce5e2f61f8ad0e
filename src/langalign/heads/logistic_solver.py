"""What heads of logistic regression share: scikit-learn's solver, and strengths to choose from."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import FitWarning, SettingError
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors, mean_variance

# Penalties per row and unit of variance, so that one grid suits any encoder and number of rows.
RELATIVE_PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
DEFAULT_PENALTY = 0.1

Solution = tuple[NDArray[Any], NDArray[Any], int]


def inverse_strengths(Z: Vectors) -> list[float]:
    """Return the values of ``C`` to choose from for vectors of shape (n, d), strongest first."""
    unit = len(Z) * mean_variance(Z)
    return [1.0 / (penalty * unit) for penalty in RELATIVE_PENALTIES]


class LogisticSolver:
    """Logistic regressions of several strengths on one set of vectors.

    Each starts where the one before ended (Friedman, Hastie and Tibshirani, 2010, section 2.5), and
    the vectors are prepared once: with strengths in order that is several times faster.

    Parameters
    ----------
    Z
        Vectors of shape (n, d).
    head
        Named in warnings, by its class.
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
        head: Any,
        *,
        class_weight: str | None,
        max_iter: int,
        tol: float = 1e-3,
    ) -> None:
        self.class_weight, self.max_iter, self.tol = class_weight, max_iter, tol
        # The same problem on centred vectors of unit variance: L-BFGS's tolerance then means the
        # same for every encoder.
        self.mean = Z.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.variance = mean_variance(Z)
        self.size = np.float32(np.sqrt(self.variance))
        self.scaled = (Z - self.mean) / self.size
        self.name = type(head).__name__

    def strength(self, C: float | None) -> float:
        """Return ``C``, or for ``None`` a tenth of a unit of penalty per row and unit of variance.

        Raises
        ------
        SettingError
            If ``C`` is not positive.
        """
        if C is not None and not C > 0:
            raise SettingError(f"C={C!r}: expected a number above 0, or None")
        return float(C) if C is not None else 1.0 / self.per_row(DEFAULT_PENALTY)

    def per_row(self, penalty: float) -> float:
        """Return a penalty per row and unit of variance as one for all rows."""
        return penalty * len(self.scaled) * self.variance

    def solve(self, y: NDArray[Any], strengths: Sequence[float]) -> Iterator[Solution]:
        """Yield coefficients (d, k), intercepts (k,) and iterations; k is 1 for two classes."""
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
        yield
    for warning in caught:
        if issubclass(warning.category, ConvergenceWarning):
            warnings.warn(f"{advice}, it did not converge", FitWarning, stacklevel=5)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
