"""Vectors on a plane, by principal components."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import VectorError

Plane = NDArray[np.float64]


def on_a_plane(*spaces: Any) -> tuple[list[Plane], float]:
    """Project arrays of vectors on the two leading principal components of all of them together.

    Parameters
    ----------
    spaces
        Each of shape (n, d), of the same d and of any n of at least one.

    Returns
    -------
    points : list of ndarray of shape (n, 2)
        In the order given. Each axis points to where its largest weight is positive, so that
        the same vectors always give the same picture.
    share : float
        The share of the variance that the plane shows.

    Notes
    -----
    ``X - mean = U S V'``; the coordinates are ``U S`` of the two largest singular values.

    References
    ----------
    Pearson, K. (1901). On lines and planes of closest fit to systems of points in space.
    Philosophical Magazine 2, 559-572.

    Raises
    ------
    VectorError
        If an array is not of shape (n, d), is empty or holds other than finite numbers, or if
        the widths differ.

    Examples
    --------
    >>> points, share = on_a_plane([[0.0, 0.0], [4.0, 0.0]], [[8.0, 0.0]])
    >>> points[0][:, 0].round(6).tolist(), round(share, 6)
    ([-4.0, 0.0], 1.0)
    """
    arrays = [_vectors(space) for space in spaces]
    if len({array.shape[1] for array in arrays}) > 1:
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise VectorError(f"vectors of shapes {shapes}: expected the same width to draw together")
    together = np.concatenate(arrays)
    centered = together - together.mean(axis=0)
    left, spread, axes = np.linalg.svd(centered, full_matrices=False)
    sign = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    flat = (left * spread * sign)[:, :2]
    plane = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    total = float((spread**2).sum())
    share = float((spread[:2] ** 2).sum()) / total if total else 1.0
    ends = np.cumsum([len(array) for array in arrays])[:-1]
    return np.split(plane, ends), share


def _vectors(space: Any) -> Plane:
    array = np.asarray(space, dtype=np.float64)
    if array.ndim != 2 or 0 in array.shape:
        raise VectorError(f"vectors of shape {array.shape}: expected (n, d), neither zero")
    if not np.isfinite(array).all():
        raise VectorError("vectors hold NaN or infinity: expected finite numbers")
    return array
