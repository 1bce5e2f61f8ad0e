"""A ``.npy`` file of vectors, read in blocks: memory stays that of a block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError, VectorError
from langalign.files.npy_reading import read_npy
from langalign.vectors import as_array

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class VectorFile:
    """Rows of a ``.npy`` file; they are read, not mapped, so that none stays in memory.

    Parameters
    ----------
    path
        The file.
    n, width
        Shape of the array in it.
    dtype
        Its type.
    offset
        Bytes before its first row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/v.npy", np.arange(10.0).reshape(5, 2))
    ...     [len(block) for block in VectorFile.open(f"{folder}/v.npy").blocks(2)]
    [2, 2, 1]
    """

    path: Path
    n: int
    width: int
    dtype: np.dtype[Any]
    offset: int

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Read what the file says of itself.

        Raises
        ------
        DataError
            If it is missing or damaged.
        VectorError
            If its array has another number of axes, no rows, or no numbers.
        """
        path = Path(path)
        if not path.is_file():
            raise DataError(f"{path}: there is no such file")
        try:
            mapped: Any = read_npy(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise DataError(
                f"{path}: not a .npy file of numbers, or a damaged one ({error}); write it with "
                "'langalign encode' or numpy.save"
            ) from error
        n, width = as_array(mapped, name=str(path)).shape
        if not mapped.flags.c_contiguous:
            raise VectorError(
                f"{path}: its columns lie together, not its rows; save "
                "numpy.ascontiguousarray(array)"
            )
        return cls(path, n, width, mapped.dtype, int(mapped.offset))

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.n

    def blocks(self, rows: int, *, start: int = 0) -> Iterator[NDArray[Any]]:
        """Yield the rows from ``start`` in order, so many at a time, in the type they have.

        A block is valid until the next one is asked for, which is read into the same memory:
        fresh memory for each would take longer than the reading. Copy what is to be kept.

        Raises
        ------
        DataError
            If the file ends before its last row.
        """
        memory = np.empty((min(rows, self.n), self.width), dtype=self.dtype)
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.offset + start * self.width * self.dtype.itemsize)
            for first in range(start, self.n, rows):
                block = memory[: self.n - first]
                _fill(block, file, self.path)
                yield block

    def take(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Return some rows, by their numbers."""
        return np.array(read_npy(self.path, mmap_mode="r")[numbers])


def _fill(block: NDArray[Any], file: FileIO, path: Path) -> None:
    """Read until the block is full; the system gives at most two gigabytes at once."""
    rest = block.data.cast("B")
    while len(rest):
        count = file.readinto(rest)
        if not count:
            raise DataError(f"{path}: cut off; copy it again, or make it anew")
        rest = rest[count:]
