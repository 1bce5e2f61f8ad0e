"""Whether confidences mean what they say: reliability, calibration error and Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.errors import DataError, SettingError
from langalign.evaluation.cells import Floats
from langalign.evaluation.labels import encode_labels

N_BINS = 15


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions of similar confidence.

    Parameters
    ----------
    low, high
        The least and the greatest confidence among them.
    confidence
        Their mean confidence.
    accuracy
        Share of them that is right.
    count
        How many they are.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def reliability_table(
    y_true: Any, predicted: Any, confidence: ArrayLike, *, n_bins: int = N_BINS
) -> list[ReliabilityBin]:
    """Return accuracy by confidence, in bins of about equally many predictions.

    Parameters
    ----------
    y_true, predicted
        Labels of shape (n,).
    confidence
        Probability given to the label predicted, shape (n,), between 0 and 1.
    n_bins
        Bins wanted. Equal confidences stay together, so bins may be uneven and fewer.

    Returns
    -------
    list of ReliabilityBin
        By rising confidence.

    Raises
    ------
    DataError
        If the arguments do not fit together, or a confidence is not between 0 and 1.
    SettingError
        If ``n_bins`` is below 1.

    Examples
    --------
    >>> table = reliability_table([1, 1, 0, 1], [1, 0, 0, 1], [0.6, 0.6, 0.9, 0.9], n_bins=2)
    >>> [(row.confidence, row.accuracy, row.count) for row in table]
    [(0.6, 0.5, 2), (0.9, 1.0, 2)]
    """
    if n_bins < 1:
        raise SettingError(f"n_bins={n_bins}: expected at least 1")
    right, shares = right_and_confidence(y_true, predicted, confidence)
    ordered = np.sort(shares)
    # The place of the first equal value decides, so that the order of rows does not matter.
    bins = np.searchsorted(ordered, shares) * n_bins // len(shares)
    return [_bin(right[bins == place], shares[bins == place]) for place in np.unique(bins)]


def expected_calibration_error(
    y_true: Any, predicted: Any, confidence: ArrayLike, *, n_bins: int = N_BINS
) -> float:
    """Return how far confidence and accuracy lie apart, on average.

    Parameters
    ----------
    y_true, predicted, confidence, n_bins
        As in :func:`reliability_table`.

    Notes
    -----
    ``sum_b n_b / n * |accuracy_b - confidence_b|`` over bins of about equal mass, which are
    steadier than bins of equal width where most confidences are high. Of finite samples it is
    above zero even for perfect calibration, the more so the more bins there are.

    References
    ----------
    Naeini, M. P. et al. (2015). Obtaining well calibrated probabilities using Bayesian binning.
    AAAI.
    Nixon, J. et al. (2019). Measuring calibration in deep learning. arXiv 1904.01685.

    Raises
    ------
    DataError
        If the arguments do not fit together, or a confidence is not between 0 and 1.
    SettingError
        If ``n_bins`` is below 1.

    Examples
    --------
    >>> error = expected_calibration_error([1, 1, 0, 1], [1, 0, 0, 1], [0.6, 0.6, 0.9, 0.9])
    >>> round(error, 3)
    0.1
    """
    table = reliability_table(y_true, predicted, confidence, n_bins=n_bins)
    n = sum(row.count for row in table)
    return sum(row.count / n * abs(row.accuracy - row.confidence) for row in table)


def brier_score(y_true: Any, probabilities: ArrayLike, classes: Sequence[Any]) -> float:
    """Return the mean squared distance of probabilities from the truth; 0 is best, 2 worst.

    Parameters
    ----------
    y_true
        Labels of shape (n,).
    probabilities
        Shape (n, n_classes), each row summing to 1.
    classes
        The label of each column.

    Notes
    -----
    ``mean_i sum_k (p_ik - [y_i = k])**2``, the form for any number of classes; with two classes
    it is twice the one-column form.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.

    Raises
    ------
    DataError
        If a label is not among the classes, shapes do not fit, or rows are no probabilities.

    Examples
    --------
    >>> round(brier_score(["a", "b"], [[0.8, 0.2], [0.4, 0.6]], ["a", "b"]), 3)
    0.2
    """
    (truth,), known = encode_labels(y_true, classes=classes)
    table = np.asarray(probabilities, dtype=np.float64)
    if table.shape != (len(truth), len(known)):
        raise DataError(
            f"probabilities of shape {table.shape}: expected one row per label and one column per "
            f"class, ({len(truth)}, {len(known)})"
        )
    if not ((table >= 0).all() and np.allclose(table.sum(axis=1), 1, atol=1e-4)):
        raise DataError("probabilities: expected numbers from 0 to 1, each row summing to 1")
    return float(((table - np.eye(len(known))[truth]) ** 2).sum(axis=1).mean())


def right_and_confidence(
    y_true: Any, predicted: Any, confidence: ArrayLike
) -> tuple[NDArray[np.bool_], Floats]:
    """Return which predictions are right, and their confidence, both of shape (n,).

    Raises
    ------
    DataError
        If the arguments do not fit together, or a confidence is not between 0 and 1.
    """
    (truth, labels), _ = encode_labels(y_true, predicted)
    shares = np.asarray(confidence, dtype=np.float64)
    if shares.shape != truth.shape:
        raise DataError(
            f"confidence of shape {shares.shape} for {len(truth)} predictions: expected one each"
        )
    if not ((shares >= 0) & (shares <= 1)).all():
        raise DataError("confidence: expected numbers between 0 and 1, such as probabilities")
    return truth == labels, shares


def _bin(right: NDArray[np.bool_], shares: Floats) -> ReliabilityBin:
    return ReliabilityBin(
        low=float(shares.min()),
        high=float(shares.max()),
        confidence=float(shares.mean()),
        accuracy=float(right.mean()),
        count=len(right),
    )
