"""One logistic regression a label: fitted by scikit-learn, run in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.heads.base import Labels, Probabilities, heads
from langalign.heads.base_logistic import BaseLogistic
from langalign.heads.logistic_solver import LogisticSolver, Solution
from langalign.heads.weighting import require_weighting
from langalign.tasks import MULTILABEL, Task, atomic_labels, indicator, joined_rows
from langalign.vectors import Vectors


@heads.register("multilabel")
class MultiLabelHead(BaseLogistic):
    """Any number of labels per text: an independent logistic regression for each label.

    Parameters
    ----------
    C
        Inverse strength of the penalty, the same for all labels, as in
        ``sklearn.linear_model.LogisticRegression``. ``None`` leaves it open to be chosen among
        :meth:`candidates`; a plain ``fit`` then takes a tenth of a unit of penalty per row and
        unit of variance.
    class_weight
        ``None``, or ``"balanced"`` to find more of the rare labels, at the price of false ones.
    max_iter
        Iterations of each solver at most.

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
    is_default: ClassVar[bool] = True

    # The slope is a mean over rows: of a label that few rows have it is small from the start.
    tolerance: ClassVar[float] = 1e-4

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each label for ``X`` of shape (n, d), shape (n, n_labels).

        They are independent of each other: a row of them need not sum to one.
        """
        probabilities: Probabilities = 0.5 * (1.0 + np.tanh(0.5 * self._scores(X)))
        return probabilities

    def predict(self, X: Any) -> NDArray[np.str_]:
        """Return the labels of each row with a probability of one half or more, joined by ``|``."""
        return joined_rows(self.predict_proba(X) >= 0.5, self.classes_.tolist())

    def _check_settings(self) -> None:
        require_weighting(self.class_weight)  # rows have several labels, so no label's weight
        super()._check_settings()

    def _check_labeled(self, Z: Any, y: Any) -> tuple[Vectors, Labels, Labels]:
        Z, y = self._check_rows(Z, y)
        if len(np.unique(y)) < 2:
            raise DataError(
                f"all {len(y)} labels are {y[0].item()!r}: a classifier needs examples with and "
                "without a label (at least two classes; got 1 class). Check the label column and "
                "the split."
            )
        return Z, y, np.array(atomic_labels(y.tolist()))

    def _solutions(
        self, solver: LogisticSolver, y: Labels, classes: Labels, strengths: Sequence[float]
    ) -> Iterator[Solution]:
        marked = indicator(y.tolist(), classes.tolist())
        for labels in zip(*(_solved(solver, has, strengths) for has in marked.T), strict=True):
            coefs, intercepts, n_iters = zip(*labels, strict=True)
            yield np.hstack(coefs), np.concatenate(intercepts), max(n_iters)


def _solved(
    solver: LogisticSolver, has: NDArray[np.bool_], strengths: Sequence[float]
) -> Iterator[Solution]:
    """Yield the one column of one label at each strength."""
    if not has.all():
        yield from solver.solve(has, strengths)
        return
    # Nothing to learn it from: its odds, a half of a row counted as without it.
    odds = np.array([np.log(2 * len(has) + 1)])
    for _ in strengths:
        yield np.zeros((solver.scaled.shape[1], 1)), odds, 0
