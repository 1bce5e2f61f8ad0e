"""What a head is: vectors -> labels, ``fit(Z, y)`` / ``predict``.

A native head's first layer is affine and accessible, so that shifts of its input can be folded into
it. It states its kind of task; one that classifies is a :class:`ClassifierHead` and also has
``predict_proba`` and ``classes_``. A new one is a new file here with ``@heads.register("name")``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError, VectorError
from langalign.estimator import Estimator
from langalign.heads.labels import read_labels, require_comparable
from langalign.registry import Registry
from langalign.tasks import CLASSIFICATION, Task
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self

    from sklearn.utils import Tags

Labels = NDArray[Any]
Probabilities = NDArray[np.float64]


@runtime_checkable
class Classifier(Protocol):
    """Anything fitted that classifies vectors: a native head or a scikit-learn classifier."""

    @property
    def classes_(self) -> Labels:
        """The labels, in the order of the columns of ``predict_proba``."""

    def predict(self, X: Any) -> Labels:
        """Return a label per row."""

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each class for each row."""


H = TypeVar("H", bound="Head")


class Head(Estimator):
    """Base of the native heads.

    Attributes
    ----------
    n_features_in_ : int
    """

    task: ClassVar[Task]
    is_default: ClassVar[bool] = False
    """Whether it, but no subclass, is the default of its task."""
    n_features_in_: int

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and labels ``y`` of shape (n,)."""
        raise NotImplementedError

    def fit_path(self, variants: Sequence[Self], Z: Any, y: Any) -> Iterator[Self]:
        """Yield variants of this head, each fitted on the same rows.

        Overridden by heads that can do this with less work than one fit each.
        """
        for variant in variants:
            yield variant.fresh().fit(Z, y)

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return the last layer's output, shape (n, n_outputs): one per class, or one."""
        raise NotImplementedError

    def absorb(self, weights: NDArray[np.floating], offset: NDArray[np.floating]) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        raise NotImplementedError

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return unfitted variants of itself to choose from, strongest regularisation first."""
        return [self.fresh()]

    def predict(self, X: Any) -> Labels:
        """Return a label, joined labels or a number for each row of ``X`` of shape (n, d)."""
        raise NotImplementedError

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether a fit has come to its end."""
        return hasattr(self, "n_features_in_")

    def _scores(self, X: Any) -> NDArray[np.float64]:
        self._require_fitted()
        return self.decision_scores(as_vectors(X, name="X", dim=self.n_features_in_))

    def _check_rows(self, Z: Any, y: Any) -> tuple[Vectors, Labels]:
        """Return vectors, and labels as this head's kind of task reads them."""
        if y is None:
            raise VectorError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        Z, y = as_vectors(Z, name="X"), read_labels(y, self.task)
        if len(Z) != len(y):
            raise DataError(
                f"{len(Z)} vectors and {len(y)} labels were given; give one label per vector"
            )
        return Z, y


class ClassifierHead(Head):
    """Base of the native heads that give probabilities of classes; here of exclusive ones.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    """

    task: ClassVar[Task] = CLASSIFICATION
    classes_: Labels

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each class for ``X`` of shape (n, d), shape (n, n_classes)."""
        scores = self._scores(X)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities: Probabilities = scores / scores.sum(axis=1, keepdims=True)
        return probabilities

    def predict(self, X: Any) -> Labels:
        """Return the most probable label for each row of ``X`` of shape (n, d)."""
        columns = self.predict_proba(X).argmax(axis=1)
        labels: Labels = self.classes_[columns]
        return labels

    def score(self, X: Any, y: Any) -> float:
        """Return the accuracy on ``X`` of shape (n, d) and ``y`` of shape (n,)."""
        predicted, expected = self.predict(X), read_labels(y, self.task)
        require_comparable(expected, predicted)
        return float((predicted == expected).mean())

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that this is a classifier."""
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags()
        tags.target_tags.required = True
        return tags

    def _check_labeled(self, Z: Any, y: Any) -> tuple[Vectors, Labels, Labels]:
        """Return vectors, their labels and the classes; what is learned is set when it is known."""
        Z, y = self._check_rows(Z, y)
        classes = np.unique(y)
        if len(classes) < 2:
            raise DataError(
                f"all {len(y)} labels are {classes[0].item()!r}: a classifier needs examples "
                "of at least two classes (the number of classes has to be greater than one; "
                "got 1 class). Check the label column and the split."
            )
        return Z, y, classes


def fit_each(variants: Sequence[H], Z: Any, y: Any) -> Iterator[H]:
    """Yield copies of unfitted variants of one head, each fitted on the same rows."""
    yield from variants[0].fresh().fit_path(variants, Z, y)


heads: Registry[Head] = Registry("head", "langalign.heads")
