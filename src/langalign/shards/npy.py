"""A shard that is two ``.npy`` files of vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from langalign.encoders.precomputed import fingerprint_beside
from langalign.files.vector_file import VectorFile
from langalign.shards.base import Block, last_written, name_of
from langalign.vectors import require_same_rows


class NpyShard:
    """Row i of one file is the translation of row i of the other.

    Parameters
    ----------
    source, target
        The files. What ``langalign encode`` wrote beside them says which spaces they are of.

    Raises
    ------
    DataError
        If a file is missing or damaged, or they differ in their number of rows.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._files = VectorFile.open(source), VectorFile.open(target)
        require_same_rows(*self._files, names=(str(source), str(target)))
        self.name = name_of((source, target))
        self.modified = last_written((source, target))
        self.reading: Mapping[str, Any] = {}
        self.n = len(self._files[0])
        self.widths = self._files[0].width, self._files[1].width
        self.spaces = fingerprint_beside(source), fingerprint_beside(target)

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield the vectors of both files, so many rows at a time."""
        return zip(*(file.blocks(rows) for file in self._files), strict=True)
