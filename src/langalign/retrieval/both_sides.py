"""The nearest keys of each query and the nearest queries of each key, from one pass."""

from __future__ import annotations

from collections.abc import Iterable

from langalign.retrieval.column_top import ColumnTop
from langalign.retrieval.neighbours import Block, Neighbours, joined, largest


def both_sides(
    blocks: Iterable[Block], n_keys: int, *, k: int, k_back: int
) -> tuple[Neighbours, Neighbours]:
    """Return the ``k`` largest of each row and the ``k_back`` largest of each column.

    Parameters
    ----------
    blocks
        Scores of some queries with all keys, in order.
    n_keys
        Number of columns.
    k, k_back
        At most the number of keys, and of queries.

    Returns
    -------
    forward, backward : Neighbours
        Of queries, (n_queries, k), and of keys, (n_keys, k_back).
    """
    columns = ColumnTop(n_keys, k_back)

    def rows() -> Iterable[Neighbours]:
        for place, block in blocks:
            columns.offer(place.start, block)
            yield largest(block, k)

    return joined(rows()), columns.neighbours()
