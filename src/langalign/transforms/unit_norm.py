"""Length normalisation: every vector gets length one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors, as_vectors, unit

if TYPE_CHECKING:
    from typing import Self


@transforms.register("unit-norm")
class UnitNorm(Transform):
    """Divide each vector by its Euclidean length; a zero vector stays zero.

    Not affine, so it cannot be folded away: it belongs to an encoder's space.

    Examples
    --------
    >>> import numpy as np
    >>> UnitNorm().fit(np.array([[3.0, 4.0]])).transform(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]], dtype=float32)
    """

    affine: ClassVar[bool] = False

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn the width of ``X`` of shape (n, d), nothing else."""
        self.n_features_in_ = as_vectors(X, name="X").shape[1]
        return self

    def transform(self, X: Any) -> Vectors:
        """Return ``X / |X|``, shape (n, d)."""
        self._require_fitted()
        return unit(as_vectors(X, name="X", dim=self.n_features_in_))
