"""Which single texts to pair, where pairs are needed and only single texts are available.

Each text is paired with its nearest neighbour and with a random other: the first may entail or
contradict it, the second rarely does. Row numbers only, so that both languages get the same pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from langalign.vectors import Vectors, unit

Integers = NDArray[np.int64]

N_PARTS = 5
"""As many as the largest number of folds that settings are chosen by."""
BLOCK_VALUES = 2**23
"""Similarities held at once: 32 MiB."""


def pair_up(X: Vectors, *, random_state: int) -> Integers:
    """Pair each row with its nearest other row, by cosine, and with a random other row.

    Parameters
    ----------
    X
        Shape (n, d), n of 2 or more.
    random_state
        Seed of the random others.

    Returns
    -------
    ndarray of shape (2 n, 2), int64
        Row numbers of the first and the second text. The upper half are the nearest ones; in each
        half every row is once the first, in the lower one also once the second.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1, 0], [0, 1], [2, 1]], dtype=np.float32)
    >>> pair_up(X, random_state=0)[:3].tolist()
    [[0, 2], [1, 2], [2, 0]]
    """
    rows = np.arange(len(X))
    # Each is followed by the next of a random circle, which is never itself.
    circle = np.random.default_rng(random_state).permutation(len(X))
    others = np.empty_like(rows)
    others[circle] = np.roll(circle, -1)
    near = np.column_stack([rows, _nearest_others(X)])
    return np.vstack([near, np.column_stack([rows, others])])


def pair_up_in_parts(
    X: Vectors, groups: NDArray[np.generic], *, most: int, random_state: int
) -> tuple[Integers, Integers]:
    """Pair rows up within parts that share no text, so that whole parts can be held out.

    Neighbours of neighbours would soon link all pairs, and none could be held out to choose
    settings by. So rows are first dealt into five parts (fewer where there are under ten rows), and
    both texts of a pair are of one part. Of each group one row is taken: the nearest neighbour of a
    text that repeats would be itself.

    Parameters
    ----------
    X
        Shape (n, d).
    groups
        Rows with a text in common have the same number, shape (n,); two different ones at least.
    most
        The largest number of pairs to make, 4 or more. Where rows would give more, a random sample
        of half as many rows is paired, each row twice.
    random_state
        Seed of the sample, of the parts and of the random others.

    Returns
    -------
    pairs : ndarray of shape (m, 2), int64
        Row numbers.
    parts : ndarray of shape (m,), int64
        The part of each pair.
    """
    rng = np.random.default_rng(random_state)
    _, firsts = np.unique(groups, return_index=True)
    rows = rng.permutation(firsts)[: most // 2]
    n_parts = max(1, min(N_PARTS, len(rows) // 2))
    members = [np.sort(rows[part::n_parts]) for part in range(n_parts)]
    pairs = [part[pair_up(X[part], random_state=random_state)] for part in members]
    return np.vstack(pairs), np.repeat(np.arange(n_parts), [len(made) for made in pairs])


def _nearest_others(X: Vectors) -> Integers:
    """Return the row number of each row's nearest other row, a block of rows at a time."""
    units = unit(X)
    nearest = np.empty(len(X), dtype=np.int64)
    block = max(1, BLOCK_VALUES // len(X))
    for start in range(0, len(X), block):
        similarity = units[start : start + block] @ units.T
        own = np.arange(len(similarity))
        similarity[own, start + own] = -np.inf
        nearest[start : start + block] = similarity.argmax(axis=1)
    return nearest
