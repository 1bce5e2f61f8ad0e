"""Vectors in a column of lists of a Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError


def open_parquet(path: Path) -> Any:
    """Return the file, a ``pyarrow.parquet.ParquetFile``.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: missing, damaged, or not Parquet ({error})") from error


def vectors_of(column: Any, *, name: str, path: Path) -> NDArray[Any]:
    """Return the vectors of one chunk of a column, shape (n, d), in the type they have.

    Parameters
    ----------
    column
        Lists of numbers, a ``pyarrow`` array.
    name, path
        Of the column and its file, for messages.

    Raises
    ------
    DataError
        If there are no lists, or not one of the same length in each row.

    Examples
    --------
    >>> import pyarrow
    >>> vectors_of(pyarrow.array([[1.0, 2.0], [3.0, 4.0]]), name="v", path=Path("a.parquet"))
    array([[1., 2.],
           [3., 4.]])
    """
    try:
        values = column.flatten()
        widths = np.unique(column.value_lengths().to_numpy(zero_copy_only=False))
    except AttributeError as error:
        raise _not_vectors(path, name) from error
    if column.null_count or values.null_count or len(widths) != 1 or not widths[0] >= 1:
        raise _not_vectors(path, name)
    array: NDArray[Any] = values.to_numpy(zero_copy_only=False)
    return array.reshape(len(column), -1)


def _not_vectors(path: Path, name: str) -> DataError:
    return DataError(
        f"{path}: column {name!r} must hold a vector of one width in each row; some row "
        "does not hold a vector like the others: drop such rows"
    )
