"""Two spaces brought into one common space: whiten, turn, re-weight, de-whiten, cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import check_pairs
from langalign.aligners.canonical import (
    Directions,
    Spectrum,
    Whitening,
    check_components,
    directions,
)
from langalign.aligners.moments import Matrix
from langalign.aligners.pair_statistics import PairStatistics
from langalign.errors import SettingError
from langalign.estimator import Estimator
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self


class CommonSpace(Estimator):
    r"""Map both sides into one space in which translations lie close together.

    With the centred sides ``X`` and ``Y``, their whitenings ``A = (C + alpha mu I)^{-1/2}``, the
    decomposition ``A_x C_xy A_y = U S V'`` and ``p`` for ``reweight``,

    .. math:: Z_x = X A_x U S^p \; [U' A_x^{-1} U], \qquad Z_y = Y A_y V S^p \; [V' A_y^{-1} V]

    where the brackets stand for de-whitening, each side by its own covariance. These are the steps
    of the framework: whitening (1), orthogonal mapping (2), re-weighting (3), de-whitening (4) and
    dimensionality reduction (5). Its step 0, normalisation, is left to the caller, because in a
    dictionary it is done with all words and not with the pairs alone: see the transforms
    ``unit-norm``, ``center`` and ``iterative-normalisation``.

    An aligner goes one way, into the target's own space: for that, see ``whitened-procrustes``.

    Parameters
    ----------
    whiten
        Without it the map is orthogonal, and ``alpha`` and ``dewhiten`` have no effect.
    alpha
        Ridge added to each covariance before its root is taken, in mean eigenvalues of it. The
        framework has 0, which needs some pairs per dimension; directions without variance are then
        left out.
    reweight
        ``p``, how much directions count by the correlation of the two sides: 0 for all alike. The
        framework multiplies one side by ``S``; half of that on each side is what its authors did
        later (2018b).
    dewhiten
        Give the directions their own variance back.
    n_components
        Width of the common space: the directions of highest correlation. ``None`` keeps all.

    Attributes
    ----------
    source_map_ : ndarray of shape (d_source, n_components), float32
    target_map_ : ndarray of shape (d_target, n_components), float32
    source_mean_ : ndarray of shape (d_source,), float32
    target_mean_ : ndarray of shape (d_target,), float32
    correlations_ : ndarray of shape (n_components,), float32
        The diagonal of ``S``, falling.

    References
    ----------
    Artetxe, M., Labaka, G. and Agirre, E. (2018). Generalizing and improving bilingual word
    embedding mappings with a multi-step framework of linear transformations. AAAI.
    Artetxe, M., Labaka, G. and Agirre, E. (2018b). A robust self-learning method for fully
    unsupervised cross-lingual mappings of word embeddings. ACL.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 3))
    >>> Y = X @ np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [1.0, 0.0, 0.0]]) + 5
    >>> space = CommonSpace(dewhiten=False).fit(X, Y)
    >>> np.abs(space.transform(X) - space.transform_target(Y)).max() < 1e-5
    np.True_
    """

    source_map_: Vectors
    target_map_: Vectors
    source_mean_: NDArray[np.float32]
    target_mean_: NDArray[np.float32]
    correlations_: NDArray[np.float32]

    def __init__(
        self,
        *,
        whiten: bool = True,
        alpha: float = 0.0,
        reweight: float = 0.5,
        dewhiten: bool = True,
        n_components: int | None = None,
    ) -> None:
        self.whiten = whiten
        self.alpha = alpha
        self.reweight = reweight
        self.dewhiten = dewhiten
        self.n_components = n_components

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn both maps; row i of ``X`` (n, d_source) translates row i of ``Y`` (n, d_target).

        Raises
        ------
        SettingError
            If ``alpha`` or ``reweight`` is negative, or ``n_components`` not from 1 to the smaller
            width.
        DataError
            If there are too few pairs or the rows do not correspond.
        """
        X, Y = check_pairs(X, Y, user=type(self).__name__)
        self._check_weights()
        check_components(self.n_components, (X.shape[1], Y.shape[1]))
        found = self._directions(X, Y)
        weights = found.correlations**self.reweight
        source = found.from_source() * weights
        target = (found.y.forward @ found.right) * weights
        if self.dewhiten:
            source = source @ (found.left.T @ found.x.inverse @ found.left)
            target = target @ (found.right.T @ found.y.inverse @ found.right)
        kept = slice(self.n_components)
        self.source_map_, self.target_map_ = _stored(source[:, kept]), _stored(target[:, kept])
        self.correlations_ = found.correlations[kept].astype(np.float32)
        return self

    def transform(self, X: Any) -> Vectors:
        """Map source vectors (n, d_source) into the common space, shape (n, n_components)."""
        self._require_fitted()
        X = as_vectors(X, name="X", dim=len(self.source_mean_))
        mapped: Vectors = (X - self.source_mean_) @ self.source_map_
        return mapped

    def transform_target(self, Y: Any) -> Vectors:
        """Map target vectors (n, d_target) into the common space, shape (n, n_components)."""
        self._require_fitted()
        Y = as_vectors(Y, name="Y", dim=len(self.target_mean_))
        mapped: Vectors = (Y - self.target_mean_) @ self.target_map_
        return mapped

    def _directions(self, X: Vectors, Y: Vectors) -> Directions:
        pairs = PairStatistics.of(X, Y, n_parts=1).total()
        self.source_mean_, self.target_mean_ = _stored(pairs.x_mean), _stored(pairs.y_mean)
        moments = pairs.moments
        return directions(
            moments, self._whitening(moments.xx, moments.n), self._whitening(moments.yy, moments.n)
        )

    def _whitening(self, sums: Matrix, n: int) -> Whitening:
        return (
            Spectrum.of(sums / n).whitening(self.alpha)
            if self.whiten
            else Whitening.none(len(sums))
        )

    def _check_weights(self) -> None:
        for name in ("alpha", "reweight"):
            value = getattr(self, name)
            if not value >= 0:
                raise SettingError(f"{name}={value!r}: expected a number of at least 0")


def _stored(array: Matrix) -> Vectors:
    return np.ascontiguousarray(array, dtype=np.float32)
