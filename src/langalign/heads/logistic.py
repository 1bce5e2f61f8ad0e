"""Logistic regression: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.heads.affine import affine_scores, folded
from langalign.heads.base import ClassifierHead, heads
from langalign.heads.logistic_solver import LogisticSolver, inverse_strengths
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


@heads.register("logistic")
class LogisticHead(ClassifierHead):
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

    C_: float
    n_iter_: int

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
        return next(self.fit_path([self], Z, y))

    def fit_path(self, variants: Sequence[Self], Z: Any, y: Any) -> Iterator[Self]:
        """Yield variants that differ in ``C``, each fitted from where the one before ended."""
        Z, y = self._check_labeled(Z, y)
        solver = LogisticSolver(Z, self, class_weight=self.class_weight, max_iter=self.max_iter)
        strengths = [solver.strength(variant.C) for variant in variants]
        solutions = solver.solve(y, strengths)
        for variant, C, (coef, intercept, n_iter) in zip(
            variants, strengths, solutions, strict=True
        ):
            fitted = variant if variant is self else variant.fresh()
            fitted.classes_, fitted.n_features_in_ = self.classes_, Z.shape[1]
            fitted.C_, fitted.n_iter_ = C, n_iter
            fitted._set_map(coef, intercept)
            yield fitted

    def _set_map(self, coef: NDArray[Any], intercept: NDArray[Any]) -> None:
        if len(self.classes_) == 2:
            coef = np.hstack([np.zeros_like(coef), coef])
            intercept = np.array([0.0, intercept[0]])
        self.coef_ = np.ascontiguousarray(coef, dtype=np.float32)
        self.intercept_ = intercept.astype(np.float32)

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return ``Z @ coef_ + intercept_``, shape (n, n_classes)."""
        return affine_scores(Z, self.coef_, self.intercept_)

    def absorb(self, weights: Vectors, offset: Vectors) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        return folded(self, weights, offset)

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return one variant a penalty, strongest first; a fixed ``C`` stays as it is."""
        if self.C is not None:
            return [self.fresh()]
        return [self.fresh(C=strength) for strength in inverse_strengths(Z)]
