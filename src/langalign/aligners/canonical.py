"""Whitening, and the directions in which two whitened spaces agree.

The common part of canonical correlation analysis and of the framework of Artetxe, Labaka and Agirre
(2018): both are products of the matrices that are found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from langalign.aligners.moments import Matrix, Moments
from langalign.errors import SettingError

if TYPE_CHECKING:
    from typing import Self

STRENGTHS = (10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 1e-4)
"""Ridges to try, in mean eigenvalues of a covariance; the last is for pairs without noise."""


@dataclass(frozen=True, slots=True)
class Whitening:
    r"""The symmetric square roots of a covariance ``C``, regularised.

    .. math:: A = (C + \alpha \mu I)^{-1/2}, \qquad A^{-1} = (C + \alpha \mu I)^{1/2}

    with :math:`\mu` the mean eigenvalue of ``C``. Directions without variance become zero in both
    where ``alpha`` is zero.

    Parameters
    ----------
    forward
        ``A``, shape (d, d): covariance to identity.
    inverse
        Its inverse, shape (d, d).
    """

    forward: Matrix
    inverse: Matrix

    @classmethod
    def none(cls, width: int) -> Self:
        """Return the one that changes nothing."""
        return cls(np.eye(width), np.eye(width))


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Eigenvalues and eigenvectors of a covariance, from which whitenings of any strength come."""

    values: Matrix
    vectors: Matrix

    @classmethod
    def of(cls, covariance: Matrix) -> Self:
        """Decompose a symmetric positive semi-definite matrix of shape (d, d)."""
        values, vectors = np.linalg.eigh(covariance)
        return cls(np.clip(values, 0.0, None), vectors)

    def whitening(self, alpha: float) -> Whitening:
        """Return the whitening with ``alpha`` mean eigenvalues added to each eigenvalue."""
        values = self.values + alpha * self.values.mean()
        resolution = len(values) * np.finfo(np.float64).eps * values.max()
        roots = np.sqrt(np.where(values > resolution, values, 0.0))
        inverse = np.divide(1.0, roots, out=np.zeros_like(roots), where=roots > 0)
        return Whitening(
            (self.vectors * inverse) @ self.vectors.T, (self.vectors * roots) @ self.vectors.T
        )


@dataclass(frozen=True, slots=True)
class Directions:
    """Pairs of orthonormal directions, one in each whitened space, strongest agreement first.

    Parameters
    ----------
    x, y
        Whitening of each side.
    left, right
        ``U`` and ``V`` of the singular value decomposition ``A_x C_xy A_y = U S V'``, shapes
        (d_source, k) and (d_target, k) with k the smaller width.
    correlations
        The diagonal of ``S``, falling: the regularised canonical correlations.
    """

    x: Whitening
    y: Whitening
    left: Matrix
    right: Matrix
    correlations: Matrix

    def from_source(self) -> Matrix:
        """Return the map of source vectors to canonical variates: ``A_x U``."""
        return np.asarray(self.x.forward @ self.left)

    def to_target(self) -> Matrix:
        """Return the map of canonical variates into the target space: ``V' A_y^{-1}``."""
        return np.asarray(self.right.T @ self.y.inverse)


def directions(moments: Moments, x: Whitening, y: Whitening) -> Directions:
    """Return the directions of pairs whose means are removed."""
    cross = x.forward @ (moments.xy / moments.n) @ y.forward
    return Directions(x, y, *singular(cross))


def singular(cross: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return ``U``, ``V`` and the singular values of a cross-covariance.

    Directions that the pairs say nothing about stay where they are: between spaces of one width a
    trace of the identity is added.
    """
    if cross.shape[0] == cross.shape[1]:
        cross = cross + 1e-9 * np.linalg.norm(cross) * np.eye(len(cross))
    left, values, right = np.linalg.svd(cross, full_matrices=False)
    return left, right.T, values


def check_alpha(alpha: float | None) -> None:
    """Raise :class:`SettingError` unless a strength is positive or open."""
    if alpha is not None and not alpha > 0:
        raise SettingError(f"alpha={alpha!r}: expected a number above 0, or None")


def check_components(n_components: int | None, widths: tuple[int, int]) -> None:
    """Raise :class:`SettingError` unless there are so many directions, or the number is open."""
    most = min(widths)
    if n_components is not None and not 1 <= n_components <= most:
        raise SettingError(
            f"n_components={n_components!r}: expected 1 to {most} (the smaller width), or None"
        )
