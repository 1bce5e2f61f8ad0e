"""Vectors on a plane, by principal components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import VectorError

if TYPE_CHECKING:
    from typing import Self

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane of the two leading principal components of some vectors.

    Parameters
    ----------
    mean
        Where it lies, shape (d,).
    axes
        Orthonormal, shape (2, d), or fewer rows where the vectors span less. Each points to where
        its largest weight is positive, so that the same vectors always give the same picture.
    share
        The share of the variance that it shows.

    Examples
    --------
    >>> plane = Plane.of([[0.0, 0.0], [4.0, 0.0], [8.0, 0.0]])
    >>> plane.place([[12.0, 7.0]]).round(6)[:, 0].tolist(), round(plane.share, 6)
    ([8.0], 1.0)
    """

    mean: Points
    axes: Points
    share: float

    @classmethod
    def of(cls, vectors: Any) -> Self:
        """Return the plane of vectors of shape (n, d).

        Raises
        ------
        VectorError
            If they are not of shape (n, d), empty, or other than finite numbers.
        """
        array = _vectors(vectors)
        mean = array.mean(axis=0)
        _, spread, axes = np.linalg.svd(array - mean, full_matrices=False)
        sign = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
        total = float((spread**2).sum())
        share = float((spread[:2] ** 2).sum()) / total if total else 1.0
        return cls(mean, (axes * sign[:, None])[:2], share)

    def place(self, vectors: Any) -> Points:
        """Return where vectors of shape (n, d) lie on the plane, shape (n, 2)."""
        flat = (_vectors(vectors) - self.mean) @ self.axes.T
        return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def on_a_plane(*spaces: Any) -> tuple[list[Points], float]:
    """Project arrays of vectors on the two leading principal components of all of them together.

    Parameters
    ----------
    spaces
        Each of shape (n, d), of the same d and of any n of at least one.

    Returns
    -------
    points : list of ndarray of shape (n, 2)
        In the order given.
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
    plane = Plane.of(together)
    ends = np.cumsum([len(array) for array in arrays])[:-1]
    return np.split(plane.place(together), ends), plane.share


def _vectors(space: Any) -> Points:
    array = np.asarray(space, dtype=np.float64)
    if array.ndim != 2 or 0 in array.shape:
        raise VectorError(f"vectors of shape {array.shape}: expected (n, d), neither zero")
    if not np.isfinite(array).all():
        raise VectorError("vectors hold NaN or infinity: expected finite numbers")
    return array
