"""Inverted softmax: cosine, corrected for keys that many queries would choose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

BETA = 30.0
"""Usual for cosines; the paper learns it on the training pairs."""


def inverted_softmax_nearest(
    queries: Any,
    keys: Any,
    k: int = 1,
    *,
    beta: float = BETA,
    among: Any = None,
    block_bytes: int = BLOCK_BYTES,
) -> Neighbours:
    r"""Return the ``k`` keys that are most probable for each query by the inverted softmax.

    .. math:: \log P(x, y) = \beta \cos(x, y) - \log \sum_{x'} e^{\beta \cos(x', y)}

    The softmax of a key runs over all queries instead of over all keys, so that a key that is near
    to many queries is probable for none. The paper's normalisation over the keys of a query, which
    does not change their order, is left out.

    Parameters
    ----------
    queries, keys
        Shapes (n_queries, d) and (n_keys, d).
    k
        At most n_keys.
    beta
        Inverse temperature; the higher, the fewer queries count for a key.
    among
        Vectors that the sum runs over, shape (m, d), where the queries are only some of their
        space; by default the queries.
    block_bytes
        Memory for similarities: some rows times all keys.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``beta`` is not positive, or ``k`` not from 1 to the number of keys.

    References
    ----------
    Smith, S. L. et al. (2017). Offline bilingual word vectors, orthogonal transformations and the
    inverted softmax. ICLR, section 2.4. arXiv 1702.03859.

    Examples
    --------
    >>> import numpy as np
    >>> inverted_softmax_nearest(np.eye(3), np.eye(3) + 0.1).indices.ravel()
    array([0, 1, 2])
    """
    if not beta > 0:
        raise SettingError(f"beta={beta!r}: expected a number above 0 (30 is usual)")
    Q, K = unit_sides(queries, keys, k)
    A = Q if among is None else unit_sides(among, keys, 1)[0]
    mass = _log_mass(A, K, beta, block_bytes).astype(np.float32)

    def corrected() -> Iterator[Block]:
        for rows, block in similarity_blocks(Q, K, block_bytes):
            yield rows, beta * block - mass

    return top_of(corrected(), k)


def _log_mass(Q: Vectors, K: Vectors, beta: float, block_bytes: int) -> NDArray[np.float64]:
    """Return the logarithm of the sum over queries of each key, shape (n_keys,)."""
    # Counted from each key's own highest cosine: from 1, the terms of a key that is far from all
    # queries would vanish for a large beta, and such a key would be the best of all.
    highest = np.full(len(K), -np.inf, dtype=np.float32)
    total = np.zeros(len(K))
    for _, block in similarity_blocks(Q, K, block_bytes):
        above = np.maximum(highest, block.max(axis=0))
        total *= np.exp(beta * (highest - above))
        total += np.exp(beta * (block - above), dtype=np.float32).sum(axis=0, dtype=np.float64)
        highest = above
    return np.asarray(beta * highest.astype(np.float64) + np.log(total))
