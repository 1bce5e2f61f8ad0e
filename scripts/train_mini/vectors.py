"""Token vectors: counts of neighbours, positive pointwise mutual information, truncated SVD."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from .corpus import LINE_END, Ids

Matrix = NDArray[np.float32]

ROWS_PER_BLOCK = 1000


def count_neighbours(ids: Ids, tokens: NDArray[np.intp], n_vocab: int, *, window: int) -> Matrix:
    """Count how often two tokens stand at most ``window`` places apart in a line.

    Parameters
    ----------
    ids
        Token ids with ``LINE_END`` after each line.
    tokens
        Ids of the m tokens that are counted; others keep their place and count nowhere.
    n_vocab
        Size of the vocabulary.
    window
        Largest distance; every distance weighs the same.

    Returns
    -------
    ndarray of shape (m, m)
        Symmetric counts.
    """
    position = np.full(
        n_vocab + 1, -1, dtype=np.int32
    )  # the last entry serves LINE_END, that is -1
    position[tokens] = np.arange(len(tokens), dtype=np.int32)
    local = position[ids]
    line = np.cumsum(ids == LINE_END, dtype=np.int32)
    counts = np.zeros((len(tokens), len(tokens)), dtype=np.float32)
    for distance in range(1, window + 1):
        left, right = local[:-distance], local[distance:]
        pair = (left >= 0) & (right >= 0) & (line[:-distance] == line[distance:])
        ones = np.ones(int(pair.sum()), dtype=np.float32)
        found = sp.coo_matrix((ones, (left[pair], right[pair])), shape=counts.shape).tocsr()
        for start in range(0, len(tokens), ROWS_PER_BLOCK):
            block = slice(start, start + ROWS_PER_BLOCK)
            counts[block] += found[block].toarray()
    counts += counts.T.copy()
    return counts


def to_ppmi(counts: Matrix, *, smoothing: float) -> Matrix:
    r"""Turn counts, in place, into :math:`\max(0, \log p(i, j) / (p(i) q(j)))`.

    :math:`q(j) \propto n_j^{smoothing}`; below 1 it keeps rare contexts from standing out.
    """
    totals = counts.sum(axis=1, dtype=np.float64)
    share = np.maximum(totals / totals.sum(), 1e-12)
    context = share**smoothing / (share**smoothing).sum()
    row = (np.log(share) + np.log(totals.sum())).astype(np.float32)
    column = np.log(context).astype(np.float32)
    for start in range(0, len(counts), ROWS_PER_BLOCK):
        block = slice(start, start + ROWS_PER_BLOCK)
        with np.errstate(divide="ignore"):
            association = np.log(counts[block]) - row[block, None] - column
        counts[block] = np.maximum(association, 0)
    return counts


def factorise(ppmi: Matrix, *, dim: int, power: float, seed: int) -> Matrix:
    r"""Return :math:`U_d S_d^{power}` of the truncated SVD, scaled to mean square norm 1."""
    left, values, _ = randomized_svd(
        ppmi,
        n_components=dim,
        n_oversamples=40,
        n_iter=4,
        power_iteration_normalizer="QR",
        random_state=seed,
    )
    vectors: Matrix = (left * values**power).astype(np.float32)
    scale = np.sqrt((vectors**2).sum(axis=1, dtype=np.float64).mean())
    vectors /= np.float32(scale)
    return vectors


def centre(vectors: Matrix, shares: Matrix) -> Matrix:
    """Subtract the mean vector of running text, in which row i has the share ``shares[i]``.

    All vectors of a language have a large part in common, which would hide their differences from
    a cosine.
    """
    return vectors - np.average(vectors, axis=0, weights=shares).astype(np.float32)
