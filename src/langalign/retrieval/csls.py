"""CSLS: cosine, corrected for vectors that are near to everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from langalign.errors import SettingError
from langalign.retrieval.neighbours import (
    BLOCK_BYTES,
    Block,
    Neighbours,
    similarity_blocks,
    top_of,
    unit_sides,
)
from langalign.vectors import Vectors

NEIGHBOURHOOD = 10
"""As in the paper; the measure hardly depends on it."""


def csls_nearest(
    queries: Any,
    keys: Any,
    k: int = 1,
    *,
    neighbourhood: int = NEIGHBOURHOOD,
    among: Any = None,
    block_bytes: int = BLOCK_BYTES,
) -> Neighbours:
    r"""Return the ``k`` keys of highest CSLS for each query.

    .. math:: \mathrm{CSLS}(x, y) = 2 \cos(x, y) - r_K(x) - r_Q(y)

    where :math:`r_K(x)` is the mean cosine of x to its nearest keys, and :math:`r_Q(y)` that of y
    to its nearest queries. Hubs, keys that are near to many queries, are so pushed back.

    Parameters
    ----------
    queries, keys
        Shapes (n_queries, d) and (n_keys, d).
    k
        At most n_keys.
    neighbourhood
        How many neighbours a mean is taken over; where there are fewer, over all.
    among
        Vectors among which the neighbours of keys are sought, shape (m, d), where the queries are
        only some of their space; by default the queries.
    block_bytes
        Memory for similarities: some rows times all keys.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``k`` or ``neighbourhood`` is below 1, or ``k`` above the number of keys.

    References
    ----------
    Conneau, A. et al. (2018). Word translation without parallel data. arXiv 1710.04087,
    section 2.3.

    Examples
    --------
    >>> import numpy as np
    >>> csls_nearest(np.eye(3), np.eye(3) + 0.1).indices.ravel()
    array([0, 1, 2])
    """
    near_queries, near_keys = local_means(
        queries, keys, neighbourhood=neighbourhood, block_bytes=block_bytes
    )
    if among is not None:
        near_keys = local_means(among, keys, neighbourhood=neighbourhood, block_bytes=block_bytes)[
            1
        ]
    Q, K = unit_sides(queries, keys, k)

    def corrected() -> Iterator[Block]:
        for rows, block in similarity_blocks(Q, K, block_bytes):
            yield rows, 2 * block - near_queries[rows, None] - near_keys

    return top_of(corrected(), k)


def local_means(
    queries: Any,
    keys: Any,
    *,
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
) -> tuple[Vectors, Vectors]:
    """Return the mean cosine of each query to its nearest keys, and of each key to its queries.

    One pass over the similarities: a row's nearest keys stand in one block, while each key's
    nearest queries are kept as a running top.

    Returns
    -------
    tuple of ndarray, shapes (n_queries,) and (n_keys,)

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``neighbourhood`` is below 1.
    """
    if neighbourhood < 1:
        raise SettingError(f"neighbourhood={neighbourhood}: expected at least 1 (10 is usual)")
    Q, K = unit_sides(queries, keys, 1)
    of_queries, best = [], np.empty((0, len(K)), dtype=np.float32)
    for _, block in similarity_blocks(Q, K, block_bytes):
        of_queries.append(_largest(block.T, neighbourhood).mean(axis=0))
        best = _largest(np.vstack([best, block]), neighbourhood)
    return np.concatenate(of_queries), best.mean(axis=0)


def _largest(columns: Vectors, count: int) -> Vectors:
    """Return the ``count`` largest of each column, in no order; all where there are fewer."""
    if len(columns) <= count:
        return columns
    return np.partition(columns, len(columns) - count, axis=0)[-count:]
