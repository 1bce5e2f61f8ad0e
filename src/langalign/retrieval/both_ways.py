"""Search in both directions: cosine, CSLS and margins, exact, without the whole matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from langalign.errors import SettingError
from langalign.progress import CountProgress
from langalign.retrieval.both_sides import both_sides
from langalign.retrieval.neighbours import BLOCK_BYTES, Neighbours, unit_sides
from langalign.retrieval.scoring import scored_blocks

NEIGHBOURHOOD = 4
"""As in the paper on margins."""


@dataclass(frozen=True, slots=True)
class BothWays:
    """What is nearest to what, seen from each side.

    Parameters
    ----------
    forward
        The nearest keys of each query, shape (n_queries, k).
    backward
        The nearest queries of each key, shape (n_keys, k).
    """

    forward: Neighbours
    backward: Neighbours


def nearest_both_ways(
    queries: Any,
    keys: Any,
    k: int = 1,
    *,
    scoring: str = "ratio",
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
    progress: CountProgress | None = None,
) -> BothWays:
    r"""Return the ``k`` best keys of each query and the ``k`` best queries of each key.

    .. math::

        \mathrm{ratio}(x, y) = \cos(x, y) / b(x, y) \qquad
        \mathrm{distance}(x, y) = \cos(x, y) - b(x, y) \qquad
        b(x, y) = \tfrac{1}{2} (r_K(x) + r_Q(y))

    where :math:`r_K(x)` is the mean cosine of x to its nearest keys, and :math:`r_Q(y)` that of y
    to its nearest queries. A margin so compares translations with what else is near, which makes
    scores of different texts comparable: one threshold serves all. CSLS is twice the distance.

    Parameters
    ----------
    queries, keys
        Shapes (n_queries, d) and (n_keys, d).
    k
        At most the size of the smaller side.
    scoring
        ``"cosine"``, ``"csls"``, ``"ratio"`` or ``"distance"``.
    neighbourhood
        How many neighbours a mean is taken over; where there are fewer, over all.
    block_bytes
        Memory for similarities: some rows times all keys. About four times as much is used.
    progress
        Called with how many rows are done, over all passes, and how many there are.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``scoring`` is unknown, or ``k`` or ``neighbourhood`` impossible.

    Notes
    -----
    The cosine takes one pass over the similarities for both directions, the others two: the means
    must be known first. Where b is not positive, nothing is near to either, and the ratio is 0.

    References
    ----------
    Artetxe, M. and Schwenk, H. (2019). Margin-based parallel corpus mining with multilingual
    sentence embeddings. arXiv 1811.01136, section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> found = nearest_both_ways(np.eye(3), np.eye(3)[::-1] + 0.1)
    >>> found.forward.indices.ravel(), found.backward.indices.ravel()
    (array([2, 1, 0]), array([2, 1, 0]))
    """
    Q, K = unit_sides(queries, keys, k)
    if k > len(Q):
        raise SettingError(f"k={k}: expected 1 to {len(Q)}, the number of queries")
    blocks = scored_blocks(Q, K, scoring, neighbourhood, block_bytes, progress)
    return BothWays(*both_sides(blocks, len(K), k=k, k_back=k))
