"""Correlation of numbers and of their ranks, weighted, for many weightings at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pearson(x: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Return Pearson's correlation of ``x`` and ``y``; zero where one of them is constant.

    Parameters
    ----------
    x, y
        Numbers of shape (n,), or (b, n) for one correlation a row.
    weights
        How often each row counts, shape (b, n); once, by default.

    Returns
    -------
    ndarray of shape (b,), float64

    Examples
    --------
    >>> pearson(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 8.0]))
    array([1.])
    """
    counts = np.ones((1, x.shape[-1])) if weights is None else weights
    x, x_size = _centred(x, counts)
    y, y_size = _centred(y, counts)
    covariance = (counts * x * y).sum(axis=1)
    sizes = x_size * y_size
    found: Floats = np.where(sizes > 0, covariance / np.where(sizes > 0, sizes, 1.0), 0.0)
    return np.clip(found, -1.0, 1.0)


def spearman(x: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Return Spearman's rank correlation; equal numbers share the mean of their ranks.

    Parameters
    ----------
    x, y
        Numbers of shape (n,).
    weights
        How often each row counts, shape (b, n); once, by default.

    Returns
    -------
    ndarray of shape (b,), float64

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things. The American
    Journal of Psychology 15, 72-101.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 9.0]), np.array([1.0, 10.0, 100.0]))
    array([1.])
    """
    counts = np.ones((1, len(x))) if weights is None else weights
    return pearson(_ranks(x, counts), _ranks(y, counts), counts)


def standard_ranks(x: Floats) -> Floats:
    """Return ranks with mean zero and variance one; zeros where all numbers are equal.

    The mean product of two such columns is :func:`spearman`'s correlation.

    Examples
    --------
    >>> standard_ranks(np.array([3.0, 1.0, 2.0])).round(3)
    array([ 1.225, -1.225,  0.   ])
    """
    counts = np.ones((1, len(x)))
    ranks, size = _centred(_ranks(x, counts), counts)
    standard: Floats = ranks[0] / size * np.sqrt(len(x)) if size[0] else np.zeros(len(x))
    return standard


def _centred(x: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return numbers without their mean, and their length: zero where they are constant."""
    unit = np.abs(x).max(axis=-1)
    x = x - (counts * x).sum(axis=1, keepdims=True) / counts.sum(axis=1, keepdims=True)
    size = np.sqrt((counts * x**2).sum(axis=1))
    # Rounding leaves a constant with a length that is not quite zero.
    return x, np.where(size > 1e-12 * unit * np.sqrt(counts.sum(axis=1)), size, 0.0)


def _ranks(values: Floats, counts: Floats) -> Floats:
    """Return mean ranks of values that occur ``counts`` times, up to a constant, shape (b, n)."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=-np.inf))
    of_value = np.add.reduceat(counts[:, order], starts, axis=1)
    ranks = np.cumsum(of_value, axis=1) - of_value / 2
    found = np.empty_like(counts, dtype=np.float64)
    found[:, order] = np.repeat(ranks, np.diff(starts, append=len(values)), axis=1)
    return found
