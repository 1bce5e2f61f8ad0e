"""The largest of each column of a matrix that is only ever seen a few rows at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval.neighbours import Neighbours
from langalign.vectors import Vectors

Rows = NDArray[np.int64]

ENTRIES = 2**15
"""Entries that are sorted at a time, or one row's where that is more: a few megabytes."""


class ColumnTop:
    """The ``k`` largest entries of each column so far, largest first; among equals the first.

    Parameters
    ----------
    n_columns
        Width of the matrix.
    k
        Entries kept of each column.

    Examples
    --------
    >>> top = ColumnTop(2, k=1)
    >>> top.offer(0, np.array([[1.0, 5.0], [3.0, 4.0]], dtype=np.float32))
    >>> top.neighbours().indices.tolist()
    [[1], [0]]
    """

    def __init__(self, n_columns: int, k: int) -> None:
        self._scores = np.full((n_columns, k), -np.inf, dtype=np.float32)
        self._rows = np.full((n_columns, k), -1, dtype=np.int64)

    def offer(self, first: int, block: Vectors) -> None:
        """Take in rows ``first``, ``first + 1``, ..., which must follow those seen before.

        What does not exceed the least entry kept of its column is passed over at once. Where too
        much does, as at the beginning, half the rows raise that bar for the other half.
        """
        exceeds = block > self._scores[:, -1]
        if len(block) > 1 and np.count_nonzero(exceeds) > max(ENTRIES, block.shape[1]):
            half = len(block) // 2
            self.offer(first, block[:half])
            self.offer(first + half, block[half:])
            return
        rows, columns = np.divmod(np.flatnonzero(exceeds), block.shape[1])
        if len(rows):
            self._merge(rows + first, columns, block[rows, columns])

    def neighbours(self) -> Neighbours:
        """Return row numbers and entries, shape (n_columns, k) each."""
        return Neighbours(self._rows, self._scores)

    def _merge(self, rows: Rows, columns: Rows, scores: Vectors) -> None:
        k = self._scores.shape[1]
        touched = np.unique(columns)
        all_columns = np.concatenate([np.repeat(touched, k), columns])
        all_scores = np.concatenate([self._scores[touched].ravel(), scores])
        all_rows = np.concatenate([self._rows[touched].ravel(), rows])
        # The sort is stable, and what was kept stands first: among equals the first row wins.
        order = np.lexsort((-all_scores, all_columns))
        starts = np.searchsorted(all_columns[order], touched)
        kept = order[(starts[:, None] + np.arange(k)).ravel()]
        self._scores[touched] = all_scores[kept].reshape(-1, k)
        self._rows[touched] = all_rows[kept].reshape(-1, k)
