"""Parts of the rows to hold out, so that nothing stands on both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.vectors import Vectors

Integers = NDArray[np.int64]


def grouped_folds(groups: NDArray[Any], n_folds: int, random_state: int) -> list[Integers]:
    """Part rows into folds so that no group stands in two; one fold means a held-out fifth."""
    _, codes = np.unique(groups, return_inverse=True)
    shuffled = np.random.default_rng(random_state).permutation(codes.max() + 1)
    parts = max(n_folds, 1) if n_folds > 1 else 5
    fold_of = shuffled[codes] % parts
    folds = [np.flatnonzero(fold_of == fold) for fold in range(parts if n_folds > 1 else 1)]
    return [fold for fold in folds if 0 < len(fold) < len(groups)]


def row_groups(Z: Vectors) -> Integers:
    """Return a number for each row, the same for equal vectors."""
    _, groups = np.unique(Z, axis=0, return_inverse=True)
    return np.asarray(groups, dtype=np.int64).reshape(-1)
