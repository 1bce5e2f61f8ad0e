"""An index that faiss wrote: flat, with or without identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from langalign.errors import DataError
from langalign.files.whole_file import whole_file
from langalign.migration.stores.base import Store, file_identity, require_index, stores
from langalign.optional import require
from langalign.vectors import Vectors


@stores.register("faiss")
class FaissStore(Store):
    """A flat index (``IndexFlatIP``, ``IndexFlatL2``), also inside ``IndexIDMap``.

    faiss holds it in memory. Other kinds are built from vectors, with settings that a map cannot
    know: build them again from the flat one.
    """

    form = "FILE.faiss"

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Decide by the suffix."""
        return place.endswith((".faiss", ".index"))

    @property
    def n_rows(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        """Numbers in each of them."""
        return int(self._index.d)

    def identity(self) -> str:
        """Return the file's name, size and time."""
        return file_identity(Path(self.place))

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield vectors in the order in which they were added."""
        flat = self._flat
        for first in range(start, self.n_rows, rows):
            yield flat.reconstruct_n(first, min(rows, self.n_rows - first))

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Write a flat index of the same metric, with the same identifiers."""
        faiss = _faiss()
        index = faiss.IndexFlat(width, like._flat.metric_type)
        ids = like._ids
        if ids is not None:
            index = faiss.IndexIDMap2(index)
        for part in parts:
            vectors = np.ascontiguousarray(part)
            if ids is None:
                index.add(vectors)
            else:
                index.add_with_ids(vectors, ids[index.ntotal : index.ntotal + len(part)])
        with whole_file(Path(self.place)) as file:
            file.write(faiss.serialize_index(index).tobytes())

    @cached_property
    def _index(self) -> Any:
        path = require_index(Path(self.place))
        faiss = _faiss()
        try:
            return faiss.read_index(str(path))
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:200]
            raise DataError(f"{path}: damaged, or not written by faiss ({reason})") from error

    @property
    def _flat(self) -> Any:
        faiss = _faiss()
        index = self._index
        if isinstance(index, faiss.IndexIDMap):
            index = faiss.downcast_index(index.index)
        if not isinstance(index, faiss.IndexFlat):
            raise DataError(
                f"{self}: an {type(index).__name__}; flat indexes are converted. Write its vectors "
                "to a .npy file, migrate that, and build the index again"
            )
        return index

    @property
    def _ids(self) -> Any:
        faiss = _faiss()
        if isinstance(self._index, faiss.IndexIDMap):
            return faiss.vector_to_array(self._index.id_map)
        return None


def _faiss() -> Any:
    return require("faiss", extra="index", purpose="An index of faiss")
