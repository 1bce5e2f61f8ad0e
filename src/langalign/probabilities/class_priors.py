"""Probabilities for given class shares, which differ from those of the training labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.errors import SettingError

Floats = NDArray[np.float64]
TINY = 1e-300
"""Stands for zero, so that a row in which a class of share 0 was certain can still sum to 1."""
_BALANCED = ("balanced", "balanced_subsample")
"""What scikit-learn calls it where all classes count alike; the second is of random forests."""


def with_class_factors(probabilities: ArrayLike, factors: ArrayLike) -> Floats:
    """Return probabilities with each class's multiplied by a factor, and rows that sum to 1.

    Parameters
    ----------
    probabilities
        Shape (n, n_classes).
    factors
        Shape (n_classes,): how much more frequent a class is than it was in training.

    References
    ----------
    Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to
    new a priori probabilities: a simple procedure. Neural Computation 14, 21-41 (equation 2.4).

    Examples
    --------
    A class that had a half of the labels and has a tenth of the texts:

    >>> with_class_factors([[0.5, 0.5]], [0.1 / 0.5, 0.9 / 0.5])
    array([[0.1, 0.9]])
    """
    found = np.maximum(np.asarray(probabilities, dtype=np.float64), TINY)
    weighted = found * np.asarray(factors, dtype=np.float64)
    shares: Floats = weighted / weighted.sum(axis=1, keepdims=True)
    return shares


def class_factors(
    shares: Mapping[Any, float],
    y: NDArray[Any],
    classes: NDArray[Any],
    *,
    class_weight: str | Mapping[Any, float] | None = None,
) -> Floats:
    """Return the share of each class among the texts to be classified over its share in training.

    The latter is the one that probabilities rest on: of the rows as they were weighted.

    Parameters
    ----------
    shares
        Of each class, among the texts to be classified.
    y
        Training labels, shape (n,).
    classes
        In the order wanted, shape (n_classes,).
    class_weight
        How training weighted rows, as scikit-learn's classifiers have it: ``"balanced"`` so that
        all classes counted alike, or by a weight a class, of which a missing one is 1.

    Raises
    ------
    SettingError
        If there are classes that training labels do not have, or that weighed nothing in training.

    Examples
    --------
    >>> y, classes = np.array(["a", "b", "b", "b"]), np.array(["a", "b"])
    >>> class_factors({"a": 0.5, "b": 0.5}, y, classes)
    array([2.        , 0.66666667])
    >>> class_factors({"a": 0.5, "b": 0.5}, y, classes, class_weight="balanced")
    array([1., 1.])
    >>> class_factors({"a": 0.5, "b": 0.5}, y, classes, class_weight={"a": 9.0})
    array([0.66666667, 2.        ])
    """
    labels = classes.tolist()
    weighted = np.array([(y == label).sum() for label in labels], dtype=np.float64)
    if isinstance(class_weight, Mapping):
        weighted *= [class_weight.get(label, 1.0) for label in labels]
    if not (weighted > 0).all():
        missing = [label for label, weight in zip(labels, weighted, strict=True) if not weight > 0]
        raise SettingError(
            f"class_shares: the head was trained without {missing[0]!r}, by the labels and "
            "class_weight that are given, so its probabilities cannot be weighed; give the labels "
            "that it was trained on, or leave class_shares out"
        )
    wanted = np.array([shares[label] for label in labels], dtype=np.float64)
    if class_weight in _BALANCED:
        return wanted * len(labels)
    factors: Floats = wanted / (weighted / weighted.sum())
    return factors
