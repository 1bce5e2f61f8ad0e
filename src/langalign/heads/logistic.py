"""Logistic regression: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from langalign.heads.base import Labels, heads
from langalign.heads.base_logistic import BaseLogistic
from langalign.heads.logistic_solver import LogisticSolver, Solution


@heads.register("logistic")
class LogisticHead(BaseLogistic):
    """Multinomial logistic regression with an L2 penalty.

    Parameters
    ----------
    C
        Inverse strength of the penalty, as in ``sklearn.linear_model.LogisticRegression``.
        ``None`` leaves it open to be chosen among :meth:`candidates`; a plain ``fit`` then takes
        a tenth of a unit of penalty per row and unit of variance.
    class_weight
        ``None``, ``"balanced"`` or a weight a class (a missing one is 1), as in scikit-learn.
    max_iter
        Iterations of the solver at most.

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

    is_default: ClassVar[bool] = True
    tolerance: ClassVar[float] = 1e-3

    def _solutions(
        self, solver: LogisticSolver, y: Labels, classes: Labels, strengths: Sequence[float]
    ) -> Iterator[Solution]:
        solutions = solver.solve(y, strengths)
        return map(_with_reference, solutions) if len(classes) == 2 else solutions


def _with_reference(solution: Solution) -> Solution:
    """Give the first of two classes a column as well: zeros, which the second is compared to."""
    coef, intercept, n_iter = solution
    return np.hstack([np.zeros_like(coef), coef]), np.append(0.0, intercept), n_iter
