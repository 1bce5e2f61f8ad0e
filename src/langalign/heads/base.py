"""What a head is: vectors -> labels, ``fit(Z, y)`` / ``predict`` / ``predict_proba``.

A native head's first layer is affine and can be reached, so that shifts of the vectors before it
are folded into it. A new one is a new file here with ``@heads.register("name")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError, VectorError
from langalign.estimator import Estimator
from langalign.registry import Registry
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
        """Return a label a row."""

    def predict_proba(self, X: Any) -> Probabilities:
        """Return a probability a row and class."""


class Head(Estimator):
    """Base of the native heads.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    """

    classes_: Labels
    n_features_in_: int

    def fit(self, Z: Any, y: Any) -> Self:
        """Learn from vectors ``Z`` of shape (n, d) and labels ``y`` of shape (n,)."""
        raise NotImplementedError

    def decision_scores(self, Z: Vectors) -> NDArray[np.float64]:
        """Return a score a row and class, shape (n, n_classes); softmax makes probabilities."""
        raise NotImplementedError

    def absorb(self, weights: Vectors, offset: Vectors) -> Self:
        """Return a head that does to ``f`` what this one does to ``f @ weights + offset``."""
        raise NotImplementedError

    def candidates(self, Z: Vectors) -> list[Self]:
        """Return unfitted variants of itself to choose from, strongest regularisation first."""
        return [self.fresh()]

    def predict_proba(self, X: Any) -> Probabilities:
        """Return the probability of each class for ``X`` of shape (n, d), shape (n, n_classes)."""
        self._require_fitted()
        scores = self.decision_scores(as_vectors(X, name="X", dim=self.n_features_in_))
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
        return float((self.predict(X) == as_labels(y)).mean())

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that this is a classifier."""
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags()
        tags.target_tags.required = True
        return tags

    def _check_labeled(self, Z: Any, y: Any) -> tuple[Vectors, Labels]:
        if y is None:
            raise VectorError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        Z, y = as_vectors(Z, name="X"), as_labels(y)
        if len(Z) != len(y):
            raise DataError(f"{len(Z)} vectors and {len(y)} labels were given: one label a vector")
        classes = np.unique(y)
        if len(classes) < 2:
            raise DataError(
                f"all {len(y)} labels are {classes[0].item()!r}: a classifier needs examples "
                "of at least two classes (the number of classes has to be greater than one; "
                "got 1 class). Check the label column and the split."
            )
        self.classes_ = classes
        self.n_features_in_ = Z.shape[1]
        return Z, y


def as_labels(y: Any) -> Labels:
    """Return labels as a one-dimensional array of strings, whole numbers or booleans.

    Raises
    ------
    DataError
        If ``y`` has more than one axis, is continuous, mixes kinds, or holds missing values.
    """
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise DataError(f"labels: expected one axis, got shape {labels.shape} (bad input shape)")
    if labels.dtype.kind in "OT":
        labels = _of_one_kind(labels.astype(object))
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError("labels: Input y contains NaN or infinity; drop these rows")
        if (labels != labels.round()).any():
            raise DataError("labels: Unknown label type: continuous; expected classes")
    if labels.dtype.kind not in "Ubiuf":
        raise DataError(
            f"labels: Unknown label type: {labels.dtype}; expected strings, whole numbers or "
            "booleans"
        )
    return labels


def _of_one_kind(labels: Labels) -> Labels:
    """Return an array of Python objects as one of strings, numbers or booleans."""
    missing = [row for row, label in enumerate(labels) if _is_missing(label)]
    if missing:
        raise DataError(f"labels: row {missing[0]} has none (of {len(missing)} such rows)")
    kinds = sorted({type(label).__name__ for label in labels})
    if len({np.asarray(label).dtype.kind for label in labels}) > 1:
        raise DataError(
            f"labels: they mix types ({', '.join(kinds)}); make them all strings or all numbers"
        )
    return np.array(labels.tolist())


def _is_missing(label: Any) -> bool:
    try:
        return label is None or bool(label != label)
    except TypeError:  # pandas.NA is neither equal to itself nor different
        return True


heads: Registry[Head] = Registry("head", "langalign.heads")
