"""A NumPy file: one array of shape (n, d)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.files.vector_file import VectorFile
from langalign.files.whole_file import whole_file
from langalign.migration.stores.base import Store, file_identity, stores
from langalign.vectors import Vectors


@stores.register("npy")
class NpyStore(Store):
    """Vectors in a ``.npy`` file; read in blocks, written in the old file's number type."""

    form = "FILE.npy"

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Decide by the suffix."""
        return place.endswith(".npy")

    @property
    def n_rows(self) -> int:
        """Number of vectors."""
        return self._file.n

    @property
    def width(self) -> int:
        """Numbers in each of them."""
        return self._file.width

    def identity(self) -> str:
        """Return the file's name, size and time."""
        return file_identity(Path(self.place))

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield rows from ``start`` on."""
        for block in self._file.blocks(rows, start=start):
            yield np.array(block, dtype=np.float32)  # the file reads the next one over it

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Write one array; the header goes first, and the parts after it.

        Raises
        ------
        DataError
            If the old file's number type cannot hold the new vectors.
        """
        old = like._file.dtype
        kind = old if old.kind == "f" else np.dtype(np.float32)
        header = {"descr": kind.str, "fortran_order": False, "shape": (like.n_rows, width)}
        with whole_file(Path(self.place)) as file:
            np.lib.format.write_array_header_2_0(file, header)
            for part in parts:
                file.write(self._as_stored(part, kind).tobytes())

    def _as_stored(self, part: Vectors, kind: np.dtype[Any]) -> NDArray[Any]:
        with np.errstate(over="ignore"):  # half precision ends at 65,504
            stored: NDArray[Any] = part.astype(kind)
        if not np.isfinite(stored).all():
            raise DataError(
                f"{self}: the new vectors hold {float(np.abs(part).max()):g}, which the old file's "
                f"type, {kind}, cannot hold; save the old vectors as float32 and migrate that file"
            )
        return stored

    @cached_property
    def _file(self) -> VectorFile:
        return VectorFile.open(self.place)
