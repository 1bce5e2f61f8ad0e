"""Centring and length normalisation in turn, until both hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from langalign.errors import SettingError
from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors, as_vectors, unit

if TYPE_CHECKING:
    from typing import Self


@transforms.register("iterative-normalisation")
class IterativeNormalisation(Transform):
    r"""Scale vectors to length one and shift them to mean zero, in turn, until both nearly hold.

    .. math:: x \leftarrow x / \|x\|, \qquad x \leftarrow x - m_t \qquad (t = 1, \dots, T)

    with :math:`m_t` the mean of the sample at that point. A rotation can align two spaces only
    where translations have the same length and the means coincide: this makes it so, for each side
    by itself. New vectors go through the same steps with the learned means.

    Not affine, so it cannot be folded away: it belongs to an encoder's space.

    Parameters
    ----------
    n_iterations
        ``T``. Lengths and means hardly move after five.

    Attributes
    ----------
    means_ : ndarray of shape (n_iterations, d), float32

    References
    ----------
    Zhang, M., Xu, K., Kawarabayashi, K., Jegelka, S. and Boyd-Graber, J. (2019). Are girls neko or
    shōjo? Cross-lingual alignment of non-isomorphic embeddings with iterative normalization. ACL.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 5)) + 1
    >>> Z = IterativeNormalisation().fit(X).transform(X)
    >>> np.allclose(Z.mean(axis=0), 0, atol=1e-6), np.allclose((Z**2).sum(axis=1), 1, atol=0.01)
    (True, True)
    """

    affine: ClassVar[bool] = False
    means_: Vectors

    def __init__(self, *, n_iterations: int = 5) -> None:
        self.n_iterations = n_iterations

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn the means of ``X`` of shape (n, d).

        Raises
        ------
        SettingError
            If ``n_iterations`` is below 1.
        """
        if self.n_iterations < 1:
            raise SettingError(f"n_iterations={self.n_iterations!r}: expected at least 1")
        X = as_vectors(X, name="X")
        self.n_features_in_ = X.shape[1]
        means = []
        for _ in range(self.n_iterations):
            X = unit(X)
            means.append(X.mean(axis=0, dtype=np.float64).astype(np.float32))
            X = X - means[-1]
        self.means_ = np.stack(means)
        return self

    def transform(self, X: Any) -> Vectors:
        """Return the normalised vectors, shape (n, d)."""
        self._require_fitted()
        return normalised(as_vectors(X, name="X", dim=self.n_features_in_), self.means_)


def normalised(X: Vectors, means: Vectors) -> Vectors:
    """Give vectors length one and subtract a mean, once for each of ``means``, shape (T, d)."""
    for mean in means:
        X = unit(X) - mean
    return X
