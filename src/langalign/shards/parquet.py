"""A shard that is a Parquet file with two columns of vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.shards.base import Block, last_written, name_of


class ParquetShard:
    """Each row holds two lists of numbers: the vector of a text, and of its translation.

    Parameters
    ----------
    path
        The file.
    columns
        Names of the source and of the target column.

    Raises
    ------
    DataError
        If the file is missing or damaged, or has no such columns of lists.
    """

    def __init__(self, path: Path, columns: tuple[str, str]) -> None:
        self.path = path
        self.columns = columns
        self.name = name_of((path,))
        self.modified = last_written((path,))
        self.spaces = None, None
        self.n = self._open().metadata.num_rows
        if not self.n:
            raise DataError(f"{path}: no rows; leave this shard out")
        first = next(self.blocks(1))
        self.widths = first[0].shape[1], first[1].shape[1]

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield the vectors of both columns, at most so many rows at a time."""
        import pyarrow

        try:
            for batch in self._open().iter_batches(batch_size=rows, columns=list(self.columns)):
                source, target = (self._vectors(batch.column(name), name) for name in self.columns)
                yield source, target
        except pyarrow.ArrowException as error:
            raise DataError(f"{self.path}: damaged, or not Parquet ({error})") from error

    def _vectors(self, column: Any, name: str) -> NDArray[Any]:
        values = column.flatten()
        widths = np.unique(column.value_lengths().to_numpy(zero_copy_only=False))
        if column.null_count or values.null_count or len(widths) != 1 or not widths[0] >= 1:
            raise DataError(
                f"{self.path}: column {name!r} must hold a vector of one width in each row; drop "
                "the rows that have none"
            )
        array: NDArray[Any] = values.to_numpy(zero_copy_only=False)
        return array.reshape(len(column), -1)

    def _open(self) -> Any:
        import pyarrow
        import pyarrow.parquet

        try:
            return pyarrow.parquet.ParquetFile(self.path)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise DataError(f"{self.path}: missing, damaged, or not Parquet ({error})") from error


def vector_columns(path: Path) -> set[str]:
    """Return the columns of a Parquet file that hold lists of numbers.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: missing, damaged, or not Parquet ({error})") from error
    is_list = (
        pyarrow.types.is_list,
        pyarrow.types.is_large_list,
        pyarrow.types.is_fixed_size_list,
    )
    return {
        field.name
        for field in schema
        if any(test(field.type) for test in is_list) and _is_number(field.type.value_type)
    }


def _is_number(kind: Any) -> bool:
    import pyarrow

    return bool(pyarrow.types.is_floating(kind) or pyarrow.types.is_integer(kind))
