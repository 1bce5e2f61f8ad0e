"""From what a user writes to a shard."""

from __future__ import annotations

from pathlib import Path

from langalign.errors import DataError, SettingError
from langalign.shards.base import Shard
from langalign.shards.npy import NpyShard
from langalign.shards.parquet import ParquetShard, vector_columns
from langalign.shards.text import TextReading, TextShard

COLUMNS = ("source", "target")


def open_shard(
    given: str, *, columns: tuple[str, str] = COLUMNS, reading: TextReading | None = None
) -> Shard:
    """Return the shard that is meant.

    Parameters
    ----------
    given
        ``SOURCE.npy,TARGET.npy`` with a comma between them; a Parquet file with two columns of
        vectors; or parallel text: one file, or two with a comma between them.
    columns
        Names of the columns of vectors in Parquet files.
    reading
        How parallel text is read and encoded; without it only vectors are.

    Raises
    ------
    DataError
        If it cannot be read.
    SettingError
        If it is text, and nothing says how to read it.
    """
    paths = [Path(name) for name in given.split(",") if name]
    if not 1 <= len(paths) <= 2:
        raise DataError(f"{given!r}: expected one file, or two with a comma between them")
    suffixes = {path.suffix.lower() for path in paths}
    if suffixes == {".npy"}:
        if len(paths) == 1:
            raise DataError(
                f"{given}: vectors of one side; give both files with a comma between them: "
                "source.npy,target.npy"
            )
        return NpyShard(*paths)
    if suffixes == {".parquet"} and set(columns) <= vector_columns(paths[0]):
        if len(paths) == 2:
            raise DataError(
                f"{given}: two Parquet files of vectors; give each as a shard of its own"
            )
        return ParquetShard(paths[0], columns)
    if reading is None:
        raise SettingError(
            f"{given}: not two .npy files, and no columns of vectors {columns[0]!r} and "
            f"{columns[1]!r} in it; name the columns (--columns), or for texts their language "
            "(--target-lang)"
        )
    return TextShard(paths, reading)
