"""Exact nearest neighbours by cosine, a block of rows at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError
from langalign.vectors import Vectors, as_vectors, unit

BLOCK_BYTES = 2**26
"""Similarities held in memory at a time, unless one row alone is larger."""

Block = tuple[slice, Vectors]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest keys of each query, nearest first.

    Parameters
    ----------
    indices
        Row numbers of keys, shape (n_queries, k).
    scores
        Cosine, or what else the search ranks by, shape (n_queries, k).
    """

    indices: NDArray[np.int64]
    scores: Vectors


def nearest(queries: Any, keys: Any, k: int = 1, *, block_bytes: int = BLOCK_BYTES) -> Neighbours:
    """Return the ``k`` keys of highest cosine for each query.

    Parameters
    ----------
    queries, keys
        Shapes (n_queries, d) and (n_keys, d). A vector of zeros is as near to all as to none.
    k
        At most n_keys.
    block_bytes
        Memory for similarities: some rows times all keys.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``k`` is below 1 or above the number of keys.

    Examples
    --------
    >>> import numpy as np
    >>> nearest(np.array([[1.0, 0.1]]), np.eye(2), k=2).indices
    array([[0, 1]])
    """
    Q, K = unit_sides(queries, keys, k)
    return top_of(similarity_blocks(Q, K, block_bytes), k)


def unit_sides(queries: Any, keys: Any, k: int) -> tuple[Vectors, Vectors]:
    """Return both sides checked, every row of length one."""
    K = as_vectors(keys, name="keys")
    Q = as_vectors(queries, name="queries", dim=K.shape[1])
    if not 1 <= k <= len(K):
        raise SettingError(f"k={k}: expected 1 to {len(K)}, the number of keys")
    return unit(Q), unit(K)


def similarity_blocks(Q: Vectors, K: Vectors, block_bytes: int) -> Iterator[Block]:
    """Yield some rows' numbers, and their products with all keys."""
    rows = max(1, block_bytes // (K.itemsize * len(K)))
    for start in range(0, len(Q), rows):
        yield slice(start, start + rows), Q[start : start + rows] @ K.T


def top_of(blocks: Iterable[Block], k: int) -> Neighbours:
    """Return the ``k`` largest of each row; among equals the first."""
    return joined(largest(block, k) for _, block in blocks)


def joined(parts: Iterable[Neighbours]) -> Neighbours:
    """Return the neighbours of consecutive rows as one."""
    indices, scores = zip(*((part.indices, part.scores) for part in parts), strict=True)
    return Neighbours(np.concatenate(indices), np.concatenate(scores))


def largest(block: Vectors, k: int) -> Neighbours:
    """Return the ``k`` largest of each row, largest first; among equals the first.

    The k-th largest of a few columns bounds the k-th largest of all from below, so that only what
    reaches it is sorted: of 100,000 columns some hundreds.

    Parameters
    ----------
    block
        Shape (n, m), float32.
    k
        At most m.
    """
    if k == 1:
        indices = block.argmax(axis=1)[:, None]
    else:
        step = block.shape[1] // max(k, math.isqrt(k * block.shape[1]))
        few = block[:, ::step]
        floors = np.partition(few, few.shape[1] - k, axis=1)[:, few.shape[1] - k]
        indices = np.stack(
            [_first(row, k, floor) for row, floor in zip(block, floors, strict=True)]
        )
    return Neighbours(indices, np.take_along_axis(block, indices, axis=1))


def _first(row: Vectors, k: int, floor: np.float32) -> NDArray[np.int64]:
    reached = np.flatnonzero(row >= floor)
    return reached[np.argsort(-row[reached], kind="stable")[:k]]
