"""First guesses which rows belong together, from the shape of each cloud alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval import csls_nearest
from langalign.vectors import Vectors, unit

Matches = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Row numbers of the source and of the target that are taken to belong together."""


def centred_unit(X: Vectors) -> Vectors:
    """Return rows of length one around zero: scaled, centred and scaled again."""
    once = unit(X)
    return unit(once - once.mean(axis=0))


def sorted_similarity_matches(X: Vectors, Y: Vectors) -> Matches:
    r"""Match rows whose sorted similarities to their own side look alike.

    How near a text lies to all others of its language, sorted, does not depend on how the space is
    turned; if two spaces have one shape, a text and its translation have nearly the same such
    profile. As in the paper the similarities are those of the square root of the similarity
    matrix, :math:`U S U'` with :math:`X = U S V'`.

    Parameters
    ----------
    X, Y
        Rows as :func:`centred_unit` returns them, (n, d_source) and (n, d_target): as many of
        each side.

    Returns
    -------
    tuple of ndarray of int64, each of shape (2n,)
        Each row's nearest by profile under CSLS, in both directions.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). A robust self-learning method for fully
    unsupervised cross-lingual mappings of word embeddings. ACL 2018. arXiv 1805.06297, section 3.2.

    Examples
    --------
    >>> X = centred_unit(np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32))
    >>> source, target = sorted_similarity_matches(X, -X)
    >>> bool((source == target).all())
    True
    """
    return matches_both_ways(_profiles(X), _profiles(Y))


def matches_both_ways(A: Vectors, B: Vectors) -> Matches:
    """Return each row's nearest of the other side under CSLS, in both directions."""
    there = csls_nearest(A, B).indices[:, 0]
    back = csls_nearest(B, A).indices[:, 0]
    rows_a, rows_b = np.arange(len(A)), np.arange(len(B))
    return np.concatenate([rows_a, back]), np.concatenate([there, rows_b])


def _profiles(X: Vectors) -> Vectors:
    left, values, _ = np.linalg.svd(X, full_matrices=False)
    similarities = (left * values) @ left.T
    return centred_unit(np.sort(similarities, axis=1))
