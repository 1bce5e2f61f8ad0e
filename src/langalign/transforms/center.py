"""Centring: the mean of a sample becomes the origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from langalign.transforms.base import Transform, transforms
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self


@transforms.register("center")
class Center(Transform):
    """Subtract the mean of the sample it was fitted on: ``x - mean``.

    Texts of another domain or length differ from the parallel text mostly by a shift of the mean;
    centring each side on its own unlabelled sample removes that shift.

    Attributes
    ----------
    mean_ : ndarray of shape (d,), float32

    Examples
    --------
    >>> import numpy as np
    >>> Center().fit(np.array([[1.0, 2.0], [3.0, 4.0]])).transform(np.array([[2.0, 3.0]]))
    array([[0., 0.]], dtype=float32)
    """

    affine: ClassVar[bool] = True
    mean_: Vectors

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn the mean of ``X`` of shape (n, d)."""
        X = as_vectors(X, name="X")
        self.mean_ = X.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> Vectors:
        """Return ``X - mean_``, shape (n, d)."""
        self._require_fitted()
        X = as_vectors(X, name="X", dim=self.n_features_in_)
        centred: Vectors = X - self.mean_
        return centred
