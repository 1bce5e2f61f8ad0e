"""How often the right key is among the nearest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.retrieval.neighbours import nearest


def precision_at_k(indices: Any, answers: Any = None) -> float:
    """Return the share of queries whose answer is among their ``k`` nearest keys.

    With one right answer a query, as translation has, it is what others call recall at k.

    Parameters
    ----------
    indices
        Row numbers of keys, shape (n, k).
    answers
        The right key of each query, shape (n,); by default query i asks for key i.

    Raises
    ------
    DataError
        If the shapes do not fit.

    Examples
    --------
    >>> precision_at_k([[0, 1], [2, 0], [0, 2]])
    0.6666666666666666
    """
    return float(hits_at_k(indices, answers).mean())


def hits_at_k(indices: Any, answers: Any = None) -> NDArray[np.bool_]:
    """Return for each query whether its answer is among its nearest keys, shape (n,).

    Takes and raises what :func:`precision_at_k` does.
    """
    found = np.asarray(indices)
    if found.ndim != 2 or not found.size:
        raise DataError(f"indices of shape {found.shape}: expected (n, k), nearest first")
    expected = np.arange(len(found)) if answers is None else np.asarray(answers)
    if expected.shape != (len(found),):
        raise DataError(
            f"{len(found)} queries, but answers of shape {expected.shape}; give the row number of "
            "a key for each query"
        )
    return np.asarray((found == expected[:, None]).any(axis=1))


def hits_both_ways(queries: Any, keys: Any) -> NDArray[np.float64]:
    """Return for each pair in how many of both directions its sides are nearest by cosine.

    Parameters
    ----------
    queries, keys
        Shape (n, d) each; query i belongs to key i.

    Returns
    -------
    ndarray of float64, shape (n,)
        0, 0.5 or 1: the mean of the hits of the query among the keys and of the key among the
        queries.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    DataError
        If the sides are not equally many.

    Examples
    --------
    >>> hits_both_ways(np.eye(2), [[1.0, 0.0], [1.0, 0.5]]).tolist()
    [1.0, 0.5]
    """
    if len(queries) != len(keys):
        raise DataError(
            f"{len(queries)} queries and {len(keys)} keys; give as many, row i of one for row i of "
            "the other"
        )
    there, back = (
        hits_at_k(nearest(*sides).indices) for sides in ((queries, keys), (keys, queries))
    )
    return (there + back.astype(np.float64)) / 2
