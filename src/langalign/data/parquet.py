"""Parquet, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from langalign.data.files import require_file
from langalign.data.table import Row, Table, named_columns
from langalign.errors import DataError

_BATCH = 4096


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; rows are counted from 1.

    Raises
    ------
    DataError
        If the file is missing or, at once or while rows are read, turns out to be damaged.

    Examples
    --------
    >>> import pyarrow.parquet, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.parquet")
    ...     pyarrow.parquet.write_table(pyarrow.table({"en": ["Hello"], "ko": ["안녕"]}), path)
    ...     list(read_parquet(path).rows)
    [(1, {'en': 'Hello', 'ko': '안녕'})]
    """
    import pyarrow
    import pyarrow.parquet

    require_file(path)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, error) from error
    return Table(path, named_columns(names, path), _rows(path), unit="row")


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    for batch in _batches(path):
        for row in batch:
            number += 1
            yield number, row


def _batches(path: Path) -> Iterator[list[dict[str, object]]]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                yield batch.to_pylist()
    except (pyarrow.ArrowException, ArithmeticError, LookupError, OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DataError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return DataError(f"{path}: damaged, or not Parquet ({reason}); copy or download it again")
