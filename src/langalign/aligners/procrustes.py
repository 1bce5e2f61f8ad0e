"""The orthogonal map: turn one cloud onto the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import aligners
from langalign.aligners.canonical import singular
from langalign.aligners.moments import Matrix
from langalign.aligners.second_opinion import loses_to_shift

if TYPE_CHECKING:
    from typing import Self


@aligners.register("procrustes")
class Procrustes(AffineAligner):
    """Rotate the centred source onto the centred target (orthogonal Procrustes).

    With the thin SVD of the cross-covariance, ``Xc' Yc = U S V'``, the matrix with orthonormal
    rows or columns that minimises ``|Xc W - Yc|`` is ``W = U V'``. Where the widths differ, ``W``
    is the semi-orthogonal matrix of the same formula. With few pairs, a rotation that fits one half
    of them and not the other is not believed: moving the mean is what remains.

    Parameters
    ----------
    scaling
        Also fit one factor, ``trace(S) / |Xc|^2``, on the rotated vectors.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Schönemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem.
    Psychometrika 31, 1-10.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(50, 2))
    >>> quarter_turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> np.round(np.abs(Procrustes().fit(X, X @ quarter_turn).coef_))
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "rotation"

    def __init__(self, *, scaling: bool = False) -> None:
        self.scaling = scaling

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the rotation of ``X`` of shape (n, d_source) onto ``Y`` of (n, d_target)."""
        X, Y = self._check_pairs(X, Y)
        # 1. Centre both sides.
        x_mean, y_mean = X.mean(axis=0, dtype=np.float64), Y.mean(axis=0, dtype=np.float64)
        centred, target = X.astype(np.float64) - x_mean, Y.astype(np.float64) - y_mean
        # 2. Orthogonal map from the SVD of the cross-covariance.
        self.is_shift_ = loses_to_shift(rotated, centred, target)
        rotation = np.eye(X.shape[1]) if self.is_shift_ else _rotation(centred, target)
        # 3. One factor for the size of the cloud, where asked for.
        energy = float((centred**2).sum())
        factor = np.vdot(centred @ rotation, target) / energy if self.scaling and energy else 1.0
        self._set_map(factor * rotation, x_mean, y_mean)
        return self


def _rotation(X: Matrix, Y: Matrix) -> Matrix:
    left, right, _ = singular(X.T @ Y)
    rotation: Matrix = left @ right.T
    return rotation


def rotated(X: Matrix, Y: Matrix, others: Matrix) -> Matrix:
    """Return ``others`` mapped by the rotation that the pairs alone suggest."""
    x_mean, y_mean = X.mean(axis=0), Y.mean(axis=0)
    mapped: Matrix = (others - x_mean) @ _rotation(X - x_mean, Y - y_mean) + y_mean
    return mapped
