"""Rows of two sides that are each other's nearest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def mutual_nearest(there: Rows, back: Rows) -> tuple[Rows, Rows]:
    """Return the pairs of rows of which each is the other's nearest.

    Parameters
    ----------
    there
        Row number of the nearest key of each query, shape (n_queries,).
    back
        Row number of the nearest query of each key, shape (n_keys,).

    Returns
    -------
    tuple of ndarray of int64, both (n_pairs,)
        Queries, rising, and their keys.

    Examples
    --------
    >>> queries, keys = mutual_nearest(np.array([1, 1, 0]), np.array([2, 0]))
    >>> queries.tolist(), keys.tolist()
    ([0, 2], [1, 0])
    """
    queries = np.flatnonzero(back[there] == np.arange(len(there)))
    return queries, there[queries]
