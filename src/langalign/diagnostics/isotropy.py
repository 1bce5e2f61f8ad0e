"""Isotropy: how evenly a space uses its directions."""

from __future__ import annotations

from typing import Any

import numpy as np

from langalign.errors import DataError
from langalign.vectors import as_vectors


def iso_score(X: Any) -> float:
    r"""Return how evenly the variance is spread over directions: IsoScore, from 0 to 1.

    0 where all vectors lie on one line, 1 where every direction has the same variance; k equal
    directions of d give (k - 1) / (d - 1). Neither shift, rotation nor scaling changes it.

    Parameters
    ----------
    X
        Shape (n, d). With fewer than some ten times d rows it comes out too low.

    Raises
    ------
    VectorError
        If ``X`` is no array of vectors.
    DataError
        If it has one dimension, or nothing varies.

    Notes
    -----
    The paper's steps (principal axes, normalised variances, isotropy defect, rescaling) come to

    .. math:: \iota = \frac{\rho - 1}{d - 1}, \quad
              \rho = \frac{(\sum_i \lambda_i)^2}{\sum_i \lambda_i^2}

    with the eigenvalues :math:`\lambda` of the covariance; :math:`\rho` is their participation
    ratio, the number of equal directions that would be as even.

    References
    ----------
    Rudman, W., Gillman, N., Rayne, T. and Eickhoff, C. (2022). IsoScore: Measuring the uniformity
    of embedding space utilization. Findings of ACL 2022. arXiv 2108.07344.

    Examples
    --------
    >>> iso_score([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    0.5
    """
    X = as_vectors(X, name="X")
    if X.shape[1] < 2:
        raise DataError("isotropy in 1 dimension: expected at least 2")
    centred = X - X.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64)
    total, squares = np.trace(covariance), float((covariance**2).sum())
    if not squares > 0:
        raise DataError("all vectors are equal: there is no direction to speak of")
    return float((total**2 / squares - 1) / (X.shape[1] - 1))
