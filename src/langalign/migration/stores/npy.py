"""A NumPy file: one array of shape (n, d)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.migration.stores.base import Store, file_identity, require_index, stores
from langalign.vectors import Vectors
from langalign.whole_file import whole_file


@stores.register("npy")
class NpyStore(Store):
    """Vectors in a ``.npy`` file; read by memory map, written in the old file's number type."""

    form = "FILE.npy"

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Tell by the suffix."""
        return place.endswith(".npy")

    @property
    def n_rows(self) -> int:
        """Number of vectors."""
        return int(self._array.shape[0])

    @property
    def width(self) -> int:
        """Numbers in each of them."""
        return int(self._array.shape[1])

    def identity(self) -> str:
        """Return the file's name, size and time."""
        return file_identity(Path(self.place))

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield rows from ``start`` on."""
        for first in range(start, self.n_rows, rows):
            yield np.asarray(self._array[first : first + rows], dtype=np.float32)

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Write one array; the header goes first, and the parts after it."""
        kind = like._array.dtype
        header = {"descr": kind.str, "fortran_order": False, "shape": (like.n_rows, width)}
        with whole_file(Path(self.place)) as file:
            np.lib.format.write_array_header_2_0(file, header)
            for part in parts:
                file.write(part.astype(kind).tobytes())

    @cached_property
    def _array(self) -> NDArray[Any]:
        path = require_index(Path(self.place))
        try:
            array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DataError(f"{path}: damaged, or no array ({error}); copy it again") from error
        if getattr(array, "ndim", 0) != 2 or array.dtype.kind != "f":
            raise DataError(
                f"{path}: expected floating numbers of shape (n, d), found another array"
            )
        return array
