"""A number measured on held-out pairs, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.evaluation.intervals import LEVEL, percentile_interval

N_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and its 95 % bootstrap interval over held-out pairs.

    Examples
    --------
    >>> print(Measured(0.5, 0.4, 0.6))
    0.500 (0.400 to 0.600)
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Show value and interval."""
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def ratio(over: NDArray[Any], under: NDArray[Any], *, random_state: int) -> Measured:
    """Return ``sum(over) / sum(under)`` with its percentile bootstrap interval over rows.

    Parameters
    ----------
    over, under
        One number per row, shape (n,); none of ``under`` is negative.
    random_state
        Seed of the resamples.

    References
    ----------
    Efron, B. and Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman & Hall.

    Examples
    --------
    >>> import numpy as np
    >>> ratio(np.ones(5), np.full(5, 2), random_state=0)
    Measured(value=0.5, low=0.5, high=0.5)
    """
    n, rng = len(over), np.random.default_rng(random_state)
    draws = rng.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES).astype(np.float32)
    parts = np.column_stack([over, under]).astype(np.float32)
    sums = (draws @ parts).astype(np.float64)
    value = float(over.sum() / (under.sum() or 1.0))
    values = sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], 1.0)
    interval = percentile_interval(values, value, LEVEL)
    return Measured(value, interval.low, interval.high)
