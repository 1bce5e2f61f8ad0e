"""Pairs of texts as one vector each: siamese features and what centring does to them.

A pair is carried as two vectors, array shape (n, 2, d), through centring and aligning, which act on
each text; only in front of the head it becomes ``[u, v, |u - v|, u * v]``. Single texts, and pairs
that an encoder read together, pass through unchanged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from langalign.vectors import Vectors


def features(Z: Vectors) -> Vectors:
    """Return what the head sees: ``Z`` itself, or ``[u, v, |u - v|, u * v]`` for pairs.

    Parameters
    ----------
    Z
        Shape (n, d) or (n, 2, d).

    Returns
    -------
    ndarray of shape (n, d) or (n, 4 d), float32

    References
    ----------
    Conneau, A. et al. (2017). Supervised learning of universal sentence representations from
    natural language inference data. arXiv 1705.02364, section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> features(np.array([[[1.0, 2.0], [3.0, 0.0]]], dtype=np.float32))
    array([[1., 2., 3., 0., 2., 2., 3., 0.]], dtype=float32)
    """
    if Z.ndim == 2:
        return Z
    u, v = Z[:, 0], Z[:, 1]
    return np.hstack([u, v, np.abs(u - v), u * v])


def shift_of_features(shift: Vectors, *, pairs: bool) -> tuple[Vectors, Vectors]:
    """Return ``weights, offset`` with ``features(Z + shift) == features(Z) @ weights + offset``.

    The product ``(u + s)(v + s) = uv + su + sv + ss`` is affine in the features, so that a shift of
    the vectors can be folded into the first layer of a head, for pairs as well.

    Parameters
    ----------
    shift
        Added to every text's vector, shape (d,).
    pairs
        Whether rows are siamese pairs.
    """
    width = len(shift)
    if not pairs:
        return np.eye(width, dtype=np.float32), shift.astype(np.float32)
    weights = np.eye(4 * width, dtype=np.float32)
    weights[:width, 3 * width :] = np.diag(shift)
    weights[width : 2 * width, 3 * width :] = np.diag(shift)
    offset = np.concatenate([shift, shift, np.zeros_like(shift), shift**2])
    return weights, offset.astype(np.float32)


def pair_up(X: Vectors, rng: np.random.Generator) -> NDArray[np.int64]:
    """Make pairs of single texts, so that a pair classifier can be compared across languages.

    Each row is paired with its nearest neighbour and with a random row: the first may entail or
    contradict, the second rarely does.

    Returns
    -------
    ndarray of shape (2 n, 2), int64
        Row numbers of premise and hypothesis.
    """
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    unit = X / np.where(lengths > 0, lengths, 1.0)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -np.inf)
    rows = np.arange(len(X))
    near = np.column_stack([rows, similarity.argmax(axis=1)])
    far = np.column_stack([rows, rng.permutation(len(X))])
    return np.vstack([near, far])
