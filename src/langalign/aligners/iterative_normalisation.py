"""The orthogonal map between spaces that were normalised in turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner, aligners
from langalign.aligners.canonical import singular
from langalign.aligners.moments import product
from langalign.aligners.nearest_factor import nearest_factor
from langalign.aligners.second_opinion import loses_to_shift
from langalign.transforms.iterative_normalisation import IterativeNormalisation, normalised
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


@aligners.register("iterative-normalisation")
class IterativeNormalisationProcrustes(Aligner):
    r"""Normalise length and mean of both sides iteratively, rotate, restore the target's.

    .. math:: f(x) = \bar y + c \, T_x(x) \, U V', \qquad T_x(X)' T_y(Y) = U S V'

    with ``T`` the iterative normalisation of each side, learned from the pairs, and ``c`` the
    factor that brings ``T_y(Y)`` nearest to the centred ``Y``: the output has the target's mean and
    about its length. All outputs are about equally long, as the normalised source vectors are.

    With few pairs, a map that fits one half of them and not the other is discarded: moving the mean
    is used instead.

    Parameters
    ----------
    n_iterations
        Iterations of the normalisation.

    Attributes
    ----------
    means_ : ndarray of shape (n_iterations, d_source), float32
        What each iteration subtracts; none where the fallback is in force.
    coef_ : ndarray of shape (d_source, d_target), float32
        Rotation and factor, of normalised vectors.
    intercept_ : ndarray of shape (d_target,), float32
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.

    References
    ----------
    Zhang, M., Xu, K., Kawarabayashi, K., Jegelka, S. and Boyd-Graber, J. (2019). Are girls neko or
    shōjo? Cross-lingual alignment of non-isomorphic embeddings with iterative normalization. ACL.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> X /= np.linalg.norm(X, axis=1, keepdims=True)
    >>> swapped = X[:, [1, 0, 2]]
    >>> aligner = IterativeNormalisationProcrustes().fit(X, swapped)
    >>> np.abs(aligner.transform(X) - swapped).max() < 0.05
    np.True_
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = None
    means_: Vectors
    coef_: Vectors
    intercept_: NDArray[np.float32]

    def __init__(self, *, n_iterations: int = 5) -> None:
        self.n_iterations = n_iterations

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the map from ``X`` of shape (n, d_source) to ``Y`` of shape (n, d_target).

        Raises
        ------
        SettingError
            If ``n_iterations`` is below 1.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        X, Y = self._check_pairs(X, Y)
        self.is_shift_ = loses_to_shift(self._mapped, X, Y)
        found = _shift(X, Y) if self.is_shift_ else self._map(X, Y)
        self.means_, self.coef_, self.intercept_ = found.means, found.coef, found.intercept
        self._set_widths(*self.coef_.shape)
        return self

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to shape (n, d_target)."""
        X = self._check_source(X)
        return _Map(self.means_, self.coef_, self.intercept_)(X)

    def _mapped(self, X: Vectors, Y: Vectors, others: Vectors) -> Vectors:
        return self._map(X, Y)(others)

    def _map(self, X: Vectors, Y: Vectors) -> _Map:
        x = IterativeNormalisation(n_iterations=self.n_iterations).fit(X)
        y = IterativeNormalisation(n_iterations=self.n_iterations).fit(Y)
        source, target = x.transform(X), y.transform(Y)
        left, right, _ = singular(product(source, target))
        y_mean = _mean(Y)
        rotation = nearest_factor(target, Y - y_mean) * (left @ right.T)
        return _Map(x.means_, np.ascontiguousarray(rotation, dtype=np.float32), y_mean)


@dataclass(frozen=True, slots=True)
class _Map:
    means: Vectors
    coef: Vectors
    intercept: NDArray[np.float32]

    def __call__(self, X: Vectors) -> Vectors:
        mapped: Vectors = normalised(X, self.means) @ self.coef + self.intercept
        return mapped


def _shift(X: Vectors, Y: Vectors) -> _Map:
    width = X.shape[1]
    none = np.empty((0, width), dtype=np.float32)
    return _Map(none, np.eye(width, dtype=np.float32), _mean(Y) - _mean(X))


def _mean(X: Vectors) -> NDArray[np.float32]:
    return np.asarray(X.mean(axis=0, dtype=np.float64), dtype=np.float32)
