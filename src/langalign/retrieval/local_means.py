"""How near each vector's nearest neighbours across the two sides are, in the mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langalign.errors import SettingError
from langalign.retrieval.both_sides import both_sides
from langalign.retrieval.neighbours import BLOCK_BYTES, Block, similarity_blocks, unit_sides
from langalign.vectors import Vectors

NEIGHBOURHOOD = 10
"""As in the paper on CSLS; the measure hardly depends on it."""


def local_means(
    queries: Any,
    keys: Any,
    *,
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
) -> tuple[Vectors, Vectors]:
    """Return the mean cosine of each query to its nearest keys, and of each key to its queries.

    One pass over the similarities serves both.

    Parameters
    ----------
    queries, keys
        Shapes (n_queries, d) and (n_keys, d).
    neighbourhood
        How many neighbours a mean is taken over; where there are fewer, over all.
    block_bytes
        Memory for similarities: some rows times all keys.

    Returns
    -------
    tuple of ndarray, shapes (n_queries,) and (n_keys,)

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``neighbourhood`` is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> local_means(np.eye(2), np.eye(2), neighbourhood=2)[0].tolist()
    [0.5, 0.5]
    """
    Q, K = unit_sides(queries, keys, 1)
    return means_of(similarity_blocks(Q, K, block_bytes), len(Q), len(K), neighbourhood)


def means_of(
    blocks: Iterable[Block], n_queries: int, n_keys: int, neighbourhood: int
) -> tuple[Vectors, Vectors]:
    """Do the work of :func:`local_means` on cosines, some rows at a time."""
    require_neighbourhood(neighbourhood)
    k, k_back = min(neighbourhood, n_keys), min(neighbourhood, n_queries)
    forward, backward = both_sides(blocks, n_keys, k=k, k_back=k_back)
    return forward.scores.mean(axis=1), backward.scores.mean(axis=1)


def require_neighbourhood(neighbourhood: int) -> None:
    """Raise :class:`SettingError` unless a mean is taken over one neighbour at least."""
    if neighbourhood < 1:
        raise SettingError(
            f"neighbourhood={neighbourhood}: expected at least 1 (10 is usual for CSLS, 4 for "
            "margins)"
        )
