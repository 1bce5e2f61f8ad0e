"""Where the right key stands among all, and the mean reciprocal rank."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.retrieval.both_ways import NEIGHBOURHOOD
from langalign.retrieval.neighbours import BLOCK_BYTES, unit_sides
from langalign.retrieval.scoring import scored_blocks

Ranks = NDArray[np.int64]


def answer_ranks(
    queries: Any,
    keys: Any,
    answers: Any = None,
    *,
    scoring: str = "cosine",
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
) -> Ranks:
    """Return the rank of each query's right key among all keys, 1 where it is the nearest.

    Exact at any depth, and a key is never kept: keys that score higher are counted, block by block.
    Among equals the first ranks higher.

    Parameters
    ----------
    queries, keys
        Shapes (n, d) and (m, d).
    answers
        The right key of each query, shape (n,); by default query i asks for key i.
    scoring, neighbourhood, block_bytes
        As in :func:`~langalign.retrieval.both_ways.nearest_both_ways`.

    Raises
    ------
    DataError
        If the answers are not one key a query.

    Examples
    --------
    >>> answer_ranks(np.eye(3), np.eye(3), [0, 1, 0]).tolist()
    [1, 1, 2]
    """
    Q, K = unit_sides(queries, keys, 1)
    expected = np.arange(len(Q)) if answers is None else np.asarray(answers)
    if expected.shape != (len(Q),) or expected.min() < 0 or expected.max() >= len(K):
        raise DataError(
            f"{len(Q)} queries and {len(K)} keys, but answers of shape {expected.shape}; give the "
            "row number of a key for each query"
        )
    ranks = []
    for rows, block in scored_blocks(Q, K, scoring, neighbourhood, block_bytes):
        right = expected[rows, None]
        score = np.take_along_axis(block, right, axis=1)
        ahead = (block > score).sum(axis=1)
        ahead += ((block == score) & (np.arange(len(K)) < right)).sum(axis=1)
        ranks.append(ahead + 1)
    return np.concatenate(ranks).astype(np.int64)


def mean_reciprocal_rank(ranks: Any) -> float:
    """Return the mean of 1 / rank, 1 where every right key is the nearest.

    Parameters
    ----------
    ranks
        Of the right keys, counted from 1, shape (n,).

    Raises
    ------
    DataError
        If there are no ranks, or one is below 1.

    Examples
    --------
    >>> mean_reciprocal_rank([1, 2, 4])
    0.5833333333333334
    """
    found = np.asarray(ranks)
    if found.ndim != 1 or not found.size or found.min() < 1:
        raise DataError(f"ranks of shape {found.shape}: expected (n,), each 1 or more")
    return float((1 / found).mean())
