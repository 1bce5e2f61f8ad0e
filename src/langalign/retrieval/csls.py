"""CSLS: cosine, corrected for vectors that are near to everything."""

from __future__ import annotations

from typing import Any

from langalign.retrieval.local_means import NEIGHBOURHOOD, local_means
from langalign.retrieval.neighbours import (
    BLOCK_BYTES,
    Neighbours,
    similarity_blocks,
    top_of,
    unit_sides,
)
from langalign.retrieval.scoring import margins, scored_blocks


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
    Q, K = unit_sides(queries, keys, k)
    if among is None:
        return top_of(scored_blocks(Q, K, "csls", neighbourhood, block_bytes), k)
    memory = {"neighbourhood": neighbourhood, "block_bytes": block_bytes}
    of_queries, _ = local_means(Q, K, **memory)
    _, of_keys = local_means(among, K, **memory)
    corrected = (
        (rows, margins(block, of_queries[rows, None], of_keys, "csls"))
        for rows, block in similarity_blocks(Q, K, block_bytes)
    )
    return top_of(corrected, k)
