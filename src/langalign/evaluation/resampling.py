"""The bootstrap over counted rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from langalign.errors import SettingError
from langalign.evaluation.cells import Cells, Floats

BLOCK = 2_000_000
"""Counts held in memory at a time."""


def bootstrap(
    cells: Cells, statistic: Callable[[Floats], Floats], *, n_resamples: int, random_state: int
) -> Floats:
    """Return a statistic of resampled rows, shape (n_resamples,).

    Parameters
    ----------
    cells
        The rows, counted.
    statistic
        From counts of shape (b, n_cells) to values of shape (b,).
    n_resamples, random_state
        How many resamples, and their seed.

    Notes
    -----
    Drawing n rows with replacement and counting them by cell gives counts that are multinomial
    with the cells' shares. A statistic that depends on the counts only therefore has exactly the
    distribution of the row bootstrap when the counts are drawn at once, at a cost that depends on
    the number of cells and not of rows.

    References
    ----------
    Efron, B. and Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman & Hall.

    Raises
    ------
    SettingError
        If ``n_resamples`` is below 1.
    """
    if n_resamples < 1:
        raise SettingError(f"n_resamples={n_resamples}: expected at least 1")
    rng = np.random.default_rng(random_state)
    shares = cells.counts / cells.n
    block = max(1, BLOCK // len(shares))
    sizes = [min(block, n_resamples - start) for start in range(0, n_resamples, block)]
    draws = (rng.multinomial(cells.n, shares, size=size).astype(np.float64) for size in sizes)
    return np.concatenate([statistic(counts) for counts in draws])
