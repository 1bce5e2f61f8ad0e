"""Parts of the rows to hold out, so that nothing stands on both sides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.vectors import Vectors

Integers = NDArray[np.int64]


def grouped_folds(groups: NDArray[Any], n_folds: int, random_state: int) -> list[Integers]:
    """Part rows into folds so that no group stands in two; one fold means a held-out fifth."""
    _, codes = np.unique(groups, return_inverse=True)
    shuffled = np.random.default_rng(random_state).permutation(codes.max() + 1)
    parts = max(n_folds, 1) if n_folds > 1 else 5
    fold_of = shuffled[codes] % parts
    folds = [np.flatnonzero(fold_of == fold) for fold in range(parts if n_folds > 1 else 1)]
    return [fold for fold in folds if 0 < len(fold) < len(groups)]


def evenly(rows: Integers, most: int) -> Integers:
    """Return at most so many of the rows, evenly from all: pairs often stand ordered by source.

    Examples
    --------
    >>> evenly(np.arange(10, 20), 4)
    array([10, 13, 16, 19])
    """
    chosen: Integers = rows[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64)]
    return chosen


def row_groups(Z: Vectors) -> Integers:
    """Return a number for each row, the same for equal vectors."""
    _, groups = np.unique(Z, axis=0, return_inverse=True)
    return np.asarray(groups, dtype=np.int64).reshape(-1)


def linked_rows(keys: Iterable[Iterable[Hashable]]) -> Integers:
    """Give rows that share a key, or hang together through others, the same number, from 0.

    Examples
    --------
    >>> linked_rows([["a", 1], ["b", 2], ["c", 1], ["c"]])
    array([0, 1, 0, 0])
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    numbers: dict[Hashable, int] = {}
    rows, ends, n_rows = [], [], 0
    for row, of_row in enumerate(keys):
        n_rows += 1
        for key in of_row:
            rows.append(row)
            ends.append(numbers.setdefault(key, len(numbers)))
    columns = n_rows + np.asarray(ends, dtype=np.int64)
    size = n_rows + len(numbers)
    links = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), (size, size))
    _, groups = connected_components(links, directed=False)
    _, compact = np.unique(groups[:n_rows], return_inverse=True)
    return np.asarray(compact, dtype=np.int64)


def pair_groups(X: Vectors, Y: Vectors) -> Integers:
    """Give pairs of vectors that share a side the same number."""
    rows = zip(X + np.float32(0), Y + np.float32(0), strict=True)  # -0.0 becomes 0.0
    return linked_rows((("x", x.tobytes()), ("y", y.tobytes())) for x, y in rows)
