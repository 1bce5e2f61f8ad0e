"""The smallest map: move the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import aligners

if TYPE_CHECKING:
    from typing import Self


@aligners.register("mean-shift")
class MeanShift(AffineAligner):
    """Add the difference of the means: ``x + mean(Y) - mean(X)``.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 0.0], [2.0, 2.0]])
    >>> MeanShift().fit(X, X + 5).intercept_
    array([5., 5.], dtype=float32)
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = "shift"
    same_width: ClassVar[bool] = True
    learns_map: ClassVar[bool] = False

    def fit(self, X: Any, Y: Any) -> Self:
        """Learn the shift from ``X`` to ``Y``, both of shape (n, d)."""
        X, Y = self._check_pairs(X, Y)
        means = X.mean(axis=0, dtype=np.float64), Y.mean(axis=0, dtype=np.float64)
        self._set_map(np.eye(X.shape[1]), *means)
        return self
