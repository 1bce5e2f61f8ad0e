"""A ``.npy`` file, whose header may say anything."""

from __future__ import annotations

import tokenize
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


def read_npy(path: Path, *, mmap_mode: Literal["r"] | None = None) -> NDArray[Any]:
    """Return the array in a file, as ``numpy.load`` does; never unpickle.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is damaged, or its header promises what no array can be; NumPy itself raises half a
        dozen kinds of error then.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode=mmap_mode, allow_pickle=False)
    except (EOFError, OverflowError, MemoryError, SyntaxError, tokenize.TokenError) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    return array
