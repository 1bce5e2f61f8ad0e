"""Probabilities for given class shares, which differ from those of the training labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TINY = 1e-300
"""Stands for zero, so that a row in which a class of share 0 was certain can still sum to 1."""


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
    shares: Mapping[Any, float], y: NDArray[Any], classes: NDArray[Any], *, balanced: bool
) -> Floats:
    """Return the share of each class among the texts to be classified over its share in training.

    Parameters
    ----------
    shares
        Of each class, among the texts to be classified.
    y
        Training labels, shape (n,).
    classes
        In the order wanted, shape (n_classes,).
    balanced
        Whether training weighted rows so that all classes counted alike.

    Examples
    --------
    >>> y, classes = np.array(["a", "b", "b", "b"]), np.array(["a", "b"])
    >>> class_factors({"a": 0.5, "b": 0.5}, y, classes, balanced=False)
    array([2.        , 0.66666667])
    >>> class_factors({"a": 0.5, "b": 0.5}, y, classes, balanced=True)
    array([1., 1.])
    """
    wanted = np.array([shares[label] for label in classes.tolist()], dtype=np.float64)
    if balanced:
        return wanted * len(classes)
    trained: Floats = np.array([(y == label).mean() for label in classes.tolist()])
    return wanted / trained
