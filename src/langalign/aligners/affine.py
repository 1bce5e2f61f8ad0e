"""What all affine aligners share: ``transform(X) = X @ coef_ + intercept_``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.vectors import Vectors


class AffineAligner(Aligner):
    """An aligner that is one matrix and one shift once it is fitted.

    Attributes
    ----------
    coef_ : ndarray of shape (d_source, d_target), float32
    intercept_ : ndarray of shape (d_target,), float32
    """

    coef_: Vectors
    intercept_: NDArray[np.float32]

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to ``X @ coef_ + intercept_``."""
        X = self._check_source(X)
        mapped: Vectors = X @ self.coef_ + self.intercept_
        return mapped

    def _set_map(self, coef: NDArray[Any], x_mean: NDArray[Any], y_mean: NDArray[Any]) -> None:
        """Store ``y_mean + (x - x_mean) @ coef``, which ends a fit."""
        self.coef_ = np.ascontiguousarray(coef, dtype=np.float32)
        self.intercept_ = (y_mean - x_mean @ coef).astype(np.float32)
        self._set_widths(*self.coef_.shape)


def centred(X: Vectors) -> tuple[Vectors, NDArray[np.float64]]:
    """Return vectors of shape (n, d) around zero, and their mean of shape (d,).

    The mean is exact, what is subtracted is float32 as the vectors are.

    Examples
    --------
    >>> centred(np.array([[1.0, 2.0], [3.0, 2.0]], dtype=np.float32))[0].tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    mean = X.mean(axis=0, dtype=np.float64)
    return X - mean.astype(np.float32), mean
