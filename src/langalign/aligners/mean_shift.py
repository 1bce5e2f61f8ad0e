"""The smallest map: move the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from langalign.aligners.base import aligners
from langalign.aligners.moments import Matrix
from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.statistics_aligner import StatisticsAligner

if TYPE_CHECKING:
    from typing import Self


@aligners.register("mean-shift")
class MeanShift(StatisticsAligner):
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
        # The means alone are a small part of the work that all sums are.
        X, Y = self._check_pairs(X, Y)
        self._statistics = None
        self._shift(X.mean(axis=0, dtype=np.float64), Y.mean(axis=0, dtype=np.float64))
        return self

    def _learn(self, statistics: PairStatistics) -> None:
        total = statistics.total()
        self._shift(total.x_mean, total.y_mean)

    def _shift(self, x_mean: Matrix, y_mean: Matrix) -> None:
        self._set_map(np.eye(len(x_mean)), x_mean, y_mean)
