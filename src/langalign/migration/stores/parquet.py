"""A Parquet file with a column of vectors; all other columns are kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from langalign.errors import DataError
from langalign.files.parquet_vectors import open_parquet, vectors_of
from langalign.files.whole_file import whole_file
from langalign.migration.stores.base import Store, file_identity, require_index, stores
from langalign.vectors import Vectors

NAMES = ("vector", "vectors", "embedding", "embeddings")


@stores.register("parquet")
class ParquetStore(Store):
    """Vectors in a column of lists: ``vector`` or ``embedding``, or ``FILE.parquet:COLUMN``."""

    form = "FILE.parquet or FILE.parquet:COLUMN"

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Decide by the suffix."""
        return ".parquet" in Path(place).name

    @property
    def n_rows(self) -> int:
        """Number of vectors."""
        return int(self._file.metadata.num_rows)

    @cached_property
    def width(self) -> int:
        """Numbers in each vector, as the first has."""
        first = next(self._tables(1), None)
        if first is None:
            raise DataError(f"{self}: no rows in it")
        return int(self._vectors(first).shape[1])

    def identity(self) -> str:
        """Return the file's name, size and time, and the column."""
        return f"{file_identity(self.path)} {self.column}"

    def exists(self) -> bool:
        """Return whether there is such a file."""
        return self.path.exists()

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self._parts[0])

    @cached_property
    def column(self) -> str:
        """The column of vectors."""
        asked = self._parts[1].lstrip(":")
        there = list(self._file.schema_arrow.names)
        found = [name for name in ((asked,) if asked else NAMES) if name in there]
        if not found:
            raise DataError(
                f"{self.path}: no column {asked or ' or '.join(NAMES)}, only {', '.join(there)}; "
                f"name it: {self.path}:COLUMN"
            )
        return found[0]

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield vectors from row ``start`` on."""
        skipped = 0
        for table in self._tables(rows):
            if skipped >= start:
                yield self._vectors(table)
            skipped += len(table)

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Write the old table with new vectors, a part a row group."""
        import pyarrow
        import pyarrow.parquet

        kind = pyarrow.list_(pyarrow.float32(), width)
        place = like._file.schema_arrow.get_field_index(like.column)
        schema = like._file.schema_arrow.set(place, pyarrow.field(like.column, kind))
        rows = _Rows(like._tables(_BATCH))
        with (
            whole_file(self.path) as file,
            pyarrow.parquet.ParquetWriter(file, schema) as writer,
        ):
            for part in parts:
                table = rows.take(len(part))
                values = pyarrow.array(np.ascontiguousarray(part).reshape(-1))
                vectors = pyarrow.FixedSizeListArray.from_arrays(values, width)
                writer.write_table(table.set_column(place, schema.field(place), vectors))

    @property
    def _parts(self) -> tuple[str, str]:
        """What is written up to the suffix, and after it."""
        end = self.place.rindex(".parquet") + len(".parquet")
        return self.place[:end], self.place[end:]

    @cached_property
    def _file(self) -> Any:
        return open_parquet(require_index(self.path))

    def _tables(self, rows: int) -> Iterator[Any]:
        """Yield tables of exactly ``rows`` rows, the last one of what is left."""
        import pyarrow

        try:
            held: list[Any] = []
            for batch in self._file.iter_batches(batch_size=rows):
                held.append(pyarrow.Table.from_batches([batch]))
                joined = pyarrow.concat_tables(held)
                while len(joined) >= rows:
                    yield joined.slice(0, rows)
                    joined = joined.slice(rows)
                held = [joined]
            if held and len(held[0]):
                yield held[0]
        except (pyarrow.ArrowException, OSError) as error:
            raise DataError(f"{self.path}: damaged ({error})") from error

    def _vectors(self, table: Any) -> Vectors:
        column = table.column(self.column).combine_chunks()
        return np.asarray(vectors_of(column, name=self.column, path=self.path), dtype=np.float32)


_BATCH = 8192


class _Rows:
    """Tables taken from a stream in pieces of any length."""

    def __init__(self, tables: Iterator[Any]) -> None:
        self.tables = tables
        self.rest: Any = None

    def take(self, rows: int) -> Any:
        import pyarrow

        held = [] if self.rest is None else [self.rest]
        while sum(map(len, held)) < rows:
            held.append(next(self.tables))
        joined = pyarrow.concat_tables(held).combine_chunks()
        self.rest = joined.slice(rows)
        return joined.slice(0, rows)
