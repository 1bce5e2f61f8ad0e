"""CSLS: cosine, corrected for vectors that are near to everything."""

from __future__ import annotations

from typing import Any

from langalign.retrieval.local_means import NEIGHBOURHOOD
from langalign.retrieval.neighbours import BLOCK_BYTES, Neighbours, top_of, unit_sides
from langalign.retrieval.scoring import scored_blocks


def csls_nearest(
    queries: Any,
    keys: Any,
    k: int = 1,
    *,
    neighbourhood: int = NEIGHBOURHOOD,
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
    return top_of(scored_blocks(Q, K, "csls", neighbourhood, block_bytes), k)
