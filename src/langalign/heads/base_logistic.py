"""What the heads of logistic regression share: settings, strengths to choose from, one layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError
from langalign.heads.affine import affine_scores, folded
from langalign.heads.base import ClassifierHead, Labels
from langalign.heads.logistic_solver import LogisticSolver, Solution
from langalign.heads.weighting import require_class_weights, require_weighting
from langalign.vectors import Vectors, penalty_unit

if TYPE_CHECKING:
    from typing import Self

RELATIVE_PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""In units of penalty, so that one grid suits any encoder and number of rows."""
DEFAULT_PENALTY = 0.1


class BaseLogistic(ClassifierHead):
    """Logistic regression with an L2 penalty; how labels become problems is left open.

    Attributes
    ----------
    C_ : float
        The inverse strength used.
    n_iter_ : int
    coef_ : ndarray of shape (d, n_classes), float32
    intercept_ : ndarray of shape (n_classes,), float32
    """

    tolerance: ClassVar[float]
    """Largest slope at which the solver stops, on vectors of unit variance."""

    C_: float
    n_iter_: int
    coef_: Vectors
    intercept_: NDArray[np.float32]

    def __init__(
        self,
        *,
        C: float | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        max_iter: int = 1000,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.max_iter = max_iter

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and labels, joined or single, of shape (n,).

        Raises
        ------
        DataError
            If there are fewer than two classes, or all rows have the same labels.
        SettingError
            If ``C`` or ``max_iter`` is not positive, or classes cannot be weighted as
            ``class_weight`` says.
        """
        return next(self.fit_path([self], Z, y))

    def fit_path(self, variants: Sequence[Self], Z: Any, y: Any) -> Iterator[Self]:
        """Yield variants that differ in ``C``, each fitted from where the one before ended."""
        for variant in variants:
            variant._check_settings()
        Z, y, classes = self._check_labeled(Z, y)
        if isinstance(self.class_weight, Mapping):
            require_class_weights(self.class_weight, classes)
        strengths = [variant._strength(Z) for variant in variants]
        solver = LogisticSolver(
            Z,
            name=type(self).__name__,
            class_weight=self.class_weight,
            max_iter=self.max_iter,
            tol=self.tolerance,
        )
        solutions = self._solutions(solver, y, classes, strengths)
        for variant, C, solution in zip(variants, strengths, solutions, strict=True):
            fitted = variant if variant is self else variant.fresh()
            fitted.C_ = C
            coef, intercept, fitted.n_iter_ = solution
            fitted.coef_ = np.ascontiguousarray(coef, dtype=np.float32)
            fitted.intercept_ = intercept.astype(np.float32)
            fitted.classes_, fitted.n_features_in_ = classes, Z.shape[1]
            yield fitted

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return ``Z @ coef_ + intercept_``, shape (n, n_classes)."""
        return affine_scores(Z, self.coef_, self.intercept_)

    def absorb(self, weights: NDArray[np.floating], offset: NDArray[np.floating]) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        return folded(self, weights, offset)

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return one variant a penalty, strongest first; a fixed ``C`` stays as it is."""
        if self.C is not None:
            return [self.fresh()]
        unit = penalty_unit(Z)
        return [self.fresh(C=1.0 / (penalty * unit)) for penalty in RELATIVE_PENALTIES]

    def _solutions(
        self, solver: LogisticSolver, y: Labels, classes: Labels, strengths: Sequence[float]
    ) -> Iterator[Solution]:
        """Yield a solution for each strength, with a column per class."""
        raise NotImplementedError

    def _check_settings(self) -> None:
        if self.C is not None and not self.C > 0:
            raise SettingError(f"C={self.C!r}: expected a number above 0, or None")
        if not self.max_iter >= 1:
            raise SettingError(f"max_iter={self.max_iter!r}: expected at least 1")
        if not isinstance(self.class_weight, Mapping):
            require_weighting(self.class_weight)

    def _strength(self, Z: Vectors) -> float:
        return float(self.C) if self.C is not None else 1.0 / (DEFAULT_PENALTY * penalty_unit(Z))
