"""Temperature: one number that makes probabilities as sure as they are right.

Probabilities only are needed, not the scores behind them: the softmax of ``scores / T`` is
``p ** (1 / T)``, normalised. The order of the classes stays as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Probabilities = NDArray[np.float64]

LEAST, MOST = 0.1, 100.0
"""Temperatures tried."""
TINY = 1e-300
HALVINGS = 60


def tempered(
    probabilities: ArrayLike, temperature: float, *, exclusive: bool = True
) -> Probabilities:
    """Return probabilities at a temperature: above 1 they are less sure, below 1 surer.

    Parameters
    ----------
    probabilities
        Shape (n, n_classes).
    temperature
        Above 0; 1 changes nothing.
    exclusive
        Whether each row sums to 1; where not, each probability stands for itself.

    Examples
    --------
    >>> tempered([[0.8, 0.2]], 2.0).round(3)
    array([[0.667, 0.333]])
    >>> tempered([[0.8, 0.5]], 2.0, exclusive=False).round(3)
    array([[0.667, 0.5  ]])
    """
    found = np.asarray(probabilities, dtype=np.float64)
    if temperature == 1:
        return found
    if exclusive:
        return _softmax(_logs(found) / temperature)
    return _softmax(_logs(_with_and_without(found)) / temperature)[:, 1].reshape(found.shape)


def tempered_threshold(threshold: float, temperature: float) -> float:
    """Return the threshold that parts tempered probabilities of two classes as before.

    Examples
    --------
    >>> round(tempered_threshold(0.8, 2.0), 3)
    0.667
    """
    return float(tempered([[1 - threshold, threshold]], temperature)[0, 1])


def fit_temperature(
    probabilities: ArrayLike, expected: ArrayLike, *, exclusive: bool = True
) -> float:
    """Return the temperature of least cross-entropy with what is expected.

    Parameters
    ----------
    probabilities
        Shape (n, n_classes), of texts that were not learned from.
    expected
        The same shape: the truth as zeros and ones, or probabilities to come near to.
    exclusive
        Whether each row sums to 1.

    Notes
    -----
    In ``1 / T`` the cross-entropy is convex, so that its slope is halved in on. Where no
    temperature is best (a classifier that is always right), it is an end of the range tried.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural
    networks. ICML. arXiv 1706.04599.

    Examples
    --------
    Ninety per cent sure, and right in three of four cases:

    >>> round(fit_temperature([[0.9, 0.1]] * 4, [[1, 0], [1, 0], [1, 0], [0, 1]]), 6)
    2.0
    """
    found = np.asarray(probabilities, dtype=np.float64)
    wanted = np.asarray(expected, dtype=np.float64)
    if not exclusive:
        found, wanted = _with_and_without(found), _with_and_without(wanted)
    logs = _logs(found)
    low, high = np.log(1 / MOST), np.log(1 / LEAST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = float((logs * (_softmax(logs * np.exp(middle)) - wanted)).sum())
        low, high = (middle, high) if slope < 0 else (low, middle)
    return float(np.exp(-(low + high) / 2))


def _with_and_without(probabilities: Probabilities) -> Probabilities:
    """Return one row of two exclusive classes for each probability."""
    flat = probabilities.ravel()
    return np.column_stack([1 - flat, flat])


def _logs(probabilities: Probabilities) -> Probabilities:
    logs: Probabilities = np.log(np.maximum(probabilities, TINY))
    return logs


def _softmax(scores: Probabilities) -> Probabilities:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares
