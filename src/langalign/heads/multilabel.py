"""One logistic regression a label: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.heads.affine import affine_scores, folded
from langalign.heads.base import ClassifierHead, Probabilities, heads
from langalign.heads.logistic_solver import LogisticSolver, inverse_strengths
from langalign.tasks import MULTILABEL, Task, atomic_labels, indicator, joined_rows
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

# The slope is a mean over rows: of a label that few rows have it is small from the start.
TOLERANCE = 1e-4


@heads.register("multilabel")
class MultiLabelHead(ClassifierHead):
    """Any number of labels a text: an independent logistic regression for each label.

    Parameters
    ----------
    C
        Inverse strength of the penalty, the same for all labels, as in
        ``sklearn.linear_model.LogisticRegression``. ``None`` leaves it to whoever chooses among
        :meth:`candidates`; a plain ``fit`` then takes a tenth of a unit of penalty per row and
        unit of variance.
    class_weight
        ``None``, or ``"balanced"`` to find more of the rare labels, at the price of false ones.
    max_iter
        Iterations of each solver at the most.

    Attributes
    ----------
    C_ : float
        The inverse strength used.
    n_iter_ : int
        Iterations that the slowest label took.
    coef_ : ndarray of shape (d, n_labels), float32
    intercept_ : ndarray of shape (n_labels,), float32
    classes_ : ndarray of shape (n_labels,)
        The single labels; rows are labelled with several of them, joined by ``|``.

    Examples
    --------
    >>> import numpy as np
    >>> corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]] * 5)
    >>> head = MultiLabelHead().fit(corners, ["anger|joy", "anger", "joy", "|"] * 5)
    >>> head.classes_.tolist(), head.predict(np.array([[2.0, 2.0], [2.0, -2.0]])).tolist()
    (['anger', 'joy'], ['anger|joy', 'anger'])
    """

    task: ClassVar[Task] = MULTILABEL

    C_: float
    n_iter_: int
    coef_: Vectors
    intercept_: Vectors

    def __init__(
        self, *, C: float | None = None, class_weight: str | None = None, max_iter: int = 1000
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.max_iter = max_iter

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and joined labels ``y`` of shape (n,).

        Raises
        ------
        DataError
            If all rows have the same labels.
        SettingError
            If ``C`` is not positive.
        """
        return next(self.fit_path([self], Z, y))

    def fit_path(self, variants: Sequence[Self], Z: Any, y: Any) -> Iterator[Self]:
        """Yield variants that differ in ``C``, each fitted from where the one before ended."""
        Z, y = self._check_rows(Z, y)
        if len(np.unique(y)) < 2:
            raise DataError(
                f"all {len(y)} labels are {y[0].item()!r}: a classifier needs examples with and "
                "without a label (at least two classes; got 1 class). Check the label column and "
                "the split."
            )
        solver = LogisticSolver(
            Z, self, class_weight=self.class_weight, max_iter=self.max_iter, tol=TOLERANCE
        )
        strengths = [solver.strength(variant.C) for variant in variants]
        classes = atomic_labels(y.tolist())
        marked = indicator(y.tolist(), classes)
        paths = [_solved(solver, marked[:, column], strengths) for column in range(len(classes))]
        for index, (variant, C) in enumerate(zip(variants, strengths, strict=True)):
            fits = [path[index] for path in paths]
            fitted = variant if variant is self else variant.fresh()
            fitted.classes_, fitted.n_features_in_ = np.array(classes), Z.shape[1]
            fitted.C_, fitted.n_iter_ = C, max(n_iter for _, _, n_iter in fits)
            fitted.coef_ = np.stack([coef for coef, _, _ in fits], axis=1).astype(np.float32)
            intercepts = [intercept for _, intercept, _ in fits]
            fitted.intercept_ = np.array(intercepts, dtype=np.float32)
            yield fitted

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return ``Z @ coef_ + intercept_``, shape (n, n_labels)."""
        return affine_scores(Z, self.coef_, self.intercept_)

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each label for ``X`` of shape (n, d), shape (n, n_labels).

        They are independent of each other: a row of them need not sum to one.
        """
        probabilities: Probabilities = 0.5 * (1.0 + np.tanh(0.5 * self._scores(X)))
        return probabilities

    def predict(self, X: Any) -> NDArray[np.str_]:
        """Return the labels of each row with a probability of one half or more, joined by ``|``."""
        return joined_rows(self.predict_proba(X) >= 0.5, self.classes_.tolist())

    def absorb(self, weights: Vectors, offset: Vectors) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        return folded(self, weights, offset)

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return one variant a penalty, strongest first; a fixed ``C`` stays as it is."""
        if self.C is not None:
            return [self.fresh()]
        return [self.fresh(C=strength) for strength in inverse_strengths(Z)]


def _solved(
    solver: LogisticSolver, has: NDArray[np.bool_], strengths: Sequence[float]
) -> list[tuple[NDArray[np.float64], float, int]]:
    """Return coefficients (d,), intercept and iterations of one label at each strength."""
    if has.all():  # nothing to tell it by: its odds, a half of a row counted as without it
        odds = float(np.log(2 * len(has) + 1))
        return [(np.zeros(solver.scaled.shape[1]), odds, 0) for _ in strengths]
    return [
        (coef[:, 0], float(intercept[0]), n_iter)
        for coef, intercept, n_iter in solver.solve(has, strengths)
    ]
