"""Pairs of texts as one vector each: siamese features and what centring does to them.

A pair is carried as two vectors, array shape (n, 2, d), through centring and aligning, which act on
each text; only in front of the head it becomes ``[u, v, |u - v|, u * v]``. Single texts, and pairs
that an encoder read together, pass through unchanged.
"""

from __future__ import annotations

import numpy as np

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


def once_each(source: Vectors, target: Vectors) -> tuple[Vectors, Vectors]:
    """Return one row per text, for the two sides of parallel rows that are texts or pairs.

    A premise stands in several pairs, with several hypotheses; of pairs, each different text is
    returned once, so that a map fitted on them does not count premises several times.

    Parameters
    ----------
    source, target
        Shape (n, d), which are returned as they are, or (n, 2, d).

    Examples
    --------
    >>> import numpy as np
    >>> source = np.array([[[1.0], [2.0]], [[1.0], [3.0]]], dtype=np.float32)
    >>> once_each(source, -source)[1].ravel()
    array([-1., -2., -3.], dtype=float32)
    """
    if source.ndim == 2:
        return source, target
    source, target = (side.reshape(-1, side.shape[-1]) for side in (source, target))
    first: dict[bytes, int] = {}
    for row, (x, y) in enumerate(zip(source, target, strict=True)):
        first.setdefault(x.tobytes() + y.tobytes(), row)
    rows = list(first.values())
    return source[rows], target[rows]
