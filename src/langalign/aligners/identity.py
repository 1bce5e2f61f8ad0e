"""No map at all: the English-only baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import aligners

if TYPE_CHECKING:
    from typing import Self


@aligners.register("identity")
class Identity(AffineAligner):
    """Leave vectors as they are; both spaces must have the same width.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.eye(2)
    >>> bool((Identity().fit(X, X + 1).transform(X) == X).all())
    True
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = None
    same_width: ClassVar[bool] = True
    learns_map: ClassVar[bool] = False

    def fit(self, X: Any, Y: Any) -> Self:
        """Check ``X`` and ``Y``, both of shape (n, d), and learn their width."""
        X, Y = self._check_pairs(X, Y)
        width = X.shape[1]
        self._set_map(np.eye(width), np.zeros(width), np.zeros(width))
        return self
