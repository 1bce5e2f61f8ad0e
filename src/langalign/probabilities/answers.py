"""From probabilities to answers: labels, how sure each is, and none where that is not enough."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.errors import SettingError
from langalign.tasks import CLASSIFICATION, Task, joined_rows

Probabilities = NDArray[np.float64]


def decide(probabilities: Probabilities, classes: NDArray[Any], threshold: float) -> NDArray[Any]:
    """Return labels for probabilities; of two classes the second needs ``threshold``."""
    labels: NDArray[Any] = classes[_columns(probabilities, threshold)]
    return labels


def sure_labels(
    probabilities: Probabilities, classes: NDArray[Any], task: Task, threshold: float
) -> tuple[NDArray[Any], Probabilities]:
    """Return labels and the probability of each, both of shape (n,).

    Of a set of labels it is the probability that all of it is right, labels taken as independent
    of each other.

    Parameters
    ----------
    probabilities, classes
        Shape (n, n_classes) and (n_classes,).
    task
        Classification, or multilabel.
    threshold
        Of the second of two classes.

    Examples
    --------
    >>> p, classes = np.array([[0.25, 0.75], [0.75, 0.25]]), np.array(["anger", "joy"])
    >>> sure_labels(p, classes, "classification", 0.5)
    (array(['joy', 'anger'], dtype='<U5'), array([0.75, 0.75]))
    >>> [found.tolist() for found in sure_labels(p, classes, "multilabel", 0.5)]
    [['joy', 'anger'], [0.5625, 0.5625]]
    """
    if task == CLASSIFICATION:
        columns = _columns(probabilities, threshold)
        return classes[columns], probabilities[np.arange(len(columns)), columns]
    labels = joined_rows(probabilities >= 0.5, classes.tolist())
    return labels, confidence_of_sets(probabilities)


def confidence_of_sets(probabilities: ArrayLike) -> Probabilities:
    """Return how sure sets of labels are: the probability that all of a set is right, shape (n,).

    Labels are taken as independent of each other.

    Parameters
    ----------
    probabilities
        Of each label, shape (n, n_labels); those of one half or more are in the set.

    Examples
    --------
    >>> confidence_of_sets([[0.25, 0.75]])
    array([0.5625])
    """
    each = np.asarray(probabilities, dtype=np.float64)
    confidence: Probabilities = np.maximum(each, 1 - each).prod(axis=1)
    return confidence


def abstained(labels: NDArray[Any], confidence: ArrayLike, below: float) -> NDArray[np.object_]:
    """Return labels, and ``None`` where the confidence is below a limit.

    Parameters
    ----------
    labels, confidence
        Shape (n,); confidence between 0 and 1.
    below
        The least confidence that is answered, between 0 and 1.

    Raises
    ------
    SettingError
        If ``below`` is not between 0 and 1.

    Examples
    --------
    >>> abstained(np.array(["good", "bad"]), [0.9, 0.6], 0.8).tolist()
    ['good', None]
    """
    require_limit(below)
    answers = labels.astype(object)
    answers[np.asarray(confidence) < below] = None
    return answers


def require_limit(below: Any) -> None:
    """Raise :class:`SettingError` unless a limit is between 0 and 1."""
    if not isinstance(below, Real) or not 0 <= float(below) <= 1:
        raise SettingError(
            f"abstain_below={below!r}: expected a probability between 0 and 1, such as 0.8"
        )


def _columns(probabilities: Probabilities, threshold: float) -> NDArray[np.int64]:
    if probabilities.shape[1] == 2:
        return (probabilities[:, 1] >= threshold).astype(np.int64)
    most_probable: NDArray[np.int64] = probabilities.argmax(axis=1)
    return most_probable
