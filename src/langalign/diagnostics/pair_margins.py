"""How well each pair fits: its similarity, held out, against that of its neighbourhood."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.linear import Linear
from langalign.diagnostics.crosswise import mapped_crosswise
from langalign.retrieval import local_means
from langalign.retrieval.scoring import margins
from langalign.vectors import Vectors, unit

MOST_CANDIDATES = 2000
"""Rows that stand for the neighbourhood; more sharpen it little and take longer."""


def pair_margins(
    X: Vectors, Y: Vectors, groups: NDArray[Any], *, random_state: int = 0
) -> NDArray[np.float32]:
    """Return how much nearer each text lies to its translation than to its neighbourhood.

    The CSLS of each pair (see :func:`langalign.retrieval.csls_nearest`) under a linear map from
    source to target that was fitted on other pairs, plus the same of a map back. A wrong
    translation is no nearer than what else is near: its margin is low. A residual alone says less:
    long or rare texts have large ones, however well they are translated.

    Parameters
    ----------
    X, Y
        Source and target vectors of the pairs, (m, d_source) and (m, d_target).
    groups
        Pairs of equal group are held out together, shape (m,).
    random_state
        Seed of folds and neighbourhood.

    Returns
    -------
    ndarray of float32, shape (m,)
        The lowest belong to the most doubtful pairs.

    Raises
    ------
    DataError
        If the pairs cannot be split.

    References
    ----------
    Artetxe, M. and Schwenk, H. (2019). Margin-based parallel corpus mining with multilingual
    sentence embeddings. ACL 2019. arXiv 1811.01136. CSLS is its margin "distance".

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    >>> Y = -X
    >>> Y[7] = X[7]
    >>> int(pair_margins(X, Y, np.arange(200)).argmin())
    7
    """
    there = mapped_crosswise(Linear(), X, Y, groups, random_state)
    back = mapped_crosswise(Linear(), Y, X, groups, random_state)
    rows = np.random.default_rng(random_state).permutation(len(X))[:MOST_CANDIDATES]
    both_ways: NDArray[np.float32] = _margins(*there, rows) + _margins(*back, rows)
    return both_ways


def _margins(Z: Vectors, T: Vectors, candidates: NDArray[np.int64]) -> NDArray[np.float32]:
    of_mapped, _ = local_means(Z, T[candidates])
    _, of_target = local_means(Z[candidates], T)
    own = (unit(Z) * unit(T)).sum(axis=1)
    return margins(own, of_mapped, of_target, "csls")
