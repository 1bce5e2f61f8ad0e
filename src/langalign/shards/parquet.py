"""A shard that is a Parquet file with two columns of vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langalign.errors import DataError
from langalign.files.parquet_vectors import open_parquet, vectors_of
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
        self.reading = {"columns": list(columns)}
        self.spaces = None, None
        self.n = open_parquet(self.path).metadata.num_rows
        if not self.n:
            raise DataError(f"{path}: no rows; leave this shard out")
        first = next(self.blocks(1))
        self.widths = first[0].shape[1], first[1].shape[1]

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield the vectors of both columns, at most so many rows at a time."""
        import pyarrow

        try:
            for batch in open_parquet(self.path).iter_batches(
                batch_size=rows, columns=list(self.columns)
            ):
                source, target = (
                    vectors_of(batch.column(name), name=name, path=self.path)
                    for name in self.columns
                )
                yield source, target
        except pyarrow.ArrowException as error:
            raise DataError(f"{self.path}: damaged, or not Parquet ({error})") from error


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
