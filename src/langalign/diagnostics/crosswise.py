"""Every pair seen by a map that was not fitted on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import MINIMUM_PAIRS, Aligner
from langalign.errors import DataError
from langalign.folds import grouped_folds
from langalign.vectors import Vectors

N_FOLDS = 5


def mapped_crosswise(
    aligner: Aligner, X: Vectors, Y: Vectors, groups: NDArray[Any], random_state: int
) -> tuple[Vectors, Vectors]:
    """Map each row by a map fitted on the other folds.

    Parameters
    ----------
    aligner
        Unfitted.
    X, Y
        Source and target vectors of the pairs, (m, d_source) and (m, d_target).
    groups
        Pairs of equal group are held out together, shape (m,).
    random_state
        Seed of the folds.

    Returns
    -------
    tuple of ndarray, both (m, d_target)
        The mapped source and the target, around the mean of the target rows fitted on.

    Raises
    ------
    DataError
        If the pairs cannot be split.

    Examples
    --------
    >>> from langalign.aligners.linear import Linear
    >>> X = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    >>> Z, T = mapped_crosswise(Linear(), X, 2 * X, np.arange(200), 0)
    >>> bool(np.abs(Z - T).max() < 0.01)
    True
    """
    mapped, target = np.empty_like(Y), np.empty_like(Y)
    folds = grouped_folds(groups, N_FOLDS, random_state)
    if len(folds) < 2 or len(X) - max(map(len, folds)) < MINIMUM_PAIRS:
        raise DataError(
            f"{len(X)} pairs cannot be divided into some to fit on and some to hold out: too few, "
            "or they hang together by equal texts. Give more pairs, of different texts."
        )
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(X)), fold)
        mean = Y[rest].mean(axis=0)
        mapped[fold] = aligner.fresh().fit(X[rest], Y[rest]).transform(X[fold]) - mean
        target[fold] = Y[fold] - mean
    return mapped, target
