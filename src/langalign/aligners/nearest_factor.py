"""The one factor that brings a mapped cloud nearest to its target."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def nearest_factor(mapped: NDArray[Any], Y: NDArray[Any]) -> float:
    """Return the factor ``c`` that minimises ``|c mapped - Y|^2``; 1 where nothing is mapped.

    Parameters
    ----------
    mapped, Y
        Both around zero, shape (n, d).

    Examples
    --------
    >>> nearest_factor(np.eye(2), 3 * np.eye(2))
    3.0
    """
    energy = float(np.einsum("ij,ij->", mapped, mapped, dtype=np.float64))
    return float(np.einsum("ij,ij->", mapped, Y, dtype=np.float64)) / energy if energy else 1.0
