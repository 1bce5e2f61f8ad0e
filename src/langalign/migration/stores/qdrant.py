"""A collection of Qdrant, on a server or in a local folder."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from langalign.errors import DataError
from langalign.migration.stores.base import Store, file_identity, stores
from langalign.optional import require
from langalign.vectors import Vectors

PREFIX = "qdrant:"
_BATCH = 256
_IDENTIFIERS = 8192
"""Points whose identifiers alone are asked for at once."""


@stores.register("qdrant")
class QdrantStore(Store):
    """A collection with one unnamed vector a point; identifiers and payloads are kept.

    ``qdrant:http://localhost:6333/collection``, or ``qdrant:folder/collection`` for local mode.
    """

    form = "qdrant:URL/COLLECTION or qdrant:FOLDER/COLLECTION"
    is_address = True

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Decide by the prefix."""
        return place.startswith(PREFIX)

    @property
    def n_rows(self) -> int:
        """Number of points."""
        return int(self.client.count(self.collection, exact=True).count)

    @property
    def width(self) -> int:
        """Numbers in each vector."""
        return int(self._parameters.size)

    @property
    def collection(self) -> str:
        """The collection's name."""
        return self._address[1]

    @property
    def name_beside(self) -> str:
        """The collection's name, in the working folder."""
        return self.collection

    def identity(self) -> str:
        """Return the address, when the collection was made, and a digest of all identifiers.

        Points that were added, deleted, or exchanged for others change it. A local collection is a
        file, whose time shows any change. A server shows none by itself: it keeps no version
        of a point that can be asked for, and what it counts as indexed changes while nothing is
        written. So a vector that was replaced there under its own identifier is not seen.
        """
        # Older clients and servers do not report it.
        made = getattr(self.client.get_collection(self.collection), "created_at", None)
        identifiers = hashlib.sha256()
        for points in self._points(vectors=False, payloads=False, limit=_IDENTIFIERS):
            identifiers.update("".join(f"{point.id!r} " for point in points).encode())
        file = Path(self._address[0]) / "collection" / self.collection / "storage.sqlite"
        local = file_identity(file) if file.is_file() else ""
        return f"{self.place} {made} {identifiers.hexdigest()} {local}".rstrip()

    def exists(self) -> bool:
        """Return whether there is such a collection."""
        purpose = "A collection of Qdrant"
        errors = require("qdrant_client.http.exceptions", extra="index", purpose=purpose)
        try:
            return bool(self.client.collection_exists(self.collection))
        except errors.ApiException as error:
            raise DataError(
                f"{self}: no answer of a Qdrant there ({str(error)[:200]}); check the address"
            ) from error

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield vectors in the order of their identifiers."""
        skipped, held = 0, []
        for points in self._points(vectors=True, payloads=False):
            for point in points:
                skipped += 1
                if skipped > start:
                    held.append(point.vector)
                if len(held) == rows:
                    yield np.asarray(held, dtype=np.float32)
                    held = []
        if held:
            yield np.asarray(held, dtype=np.float32)

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Fill a new collection of the same distance; one that is not complete is deleted."""
        models = require("qdrant_client.models", extra="index", purpose="A collection of Qdrant")
        self.client.create_collection(
            self.collection,
            vectors_config=models.VectorParams(size=width, distance=like._parameters.distance),
        )
        try:
            vectors = (vector for part in parts for vector in part)
            for points in like._points(vectors=False, payloads=True):
                batch = [
                    models.PointStruct(id=point.id, vector=vector.tolist(), payload=point.payload)
                    for point, vector in zip(points, vectors, strict=False)
                ]
                self.client.upsert(self.collection, batch, wait=True)
            # Asked for one more than there are points, the parts tell whether the source changed.
            if next(vectors, None) is not None or self.n_rows != like.n_rows:
                raise DataError(f"{like}: changed while it was migrated; stop writing to it first")
        except BaseException:
            self.client.delete_collection(self.collection)
            raise

    @cached_property
    def _address(self) -> tuple[str, str]:
        where, _, name = self.place.removeprefix(PREFIX).rpartition("/")
        if not where or not name:
            raise DataError(f"{self.place}: expected {self.form}")
        return where, name

    @property
    def client(self) -> Any:
        """The client of its server or folder."""
        return client_of(self._address[0])

    @property
    def _parameters(self) -> Any:
        if not self.exists():
            raise DataError(f"{self}: there is no collection {self.collection!r}")
        found = self.client.get_collection(self.collection).config.params.vectors
        if not hasattr(found, "size"):
            raise DataError(
                f"{self}: its points have named vectors; collections with one unnamed are converted"
            )
        return found

    def _points(self, *, vectors: bool, payloads: bool, limit: int = _BATCH) -> Iterator[Any]:
        offset = None
        while True:
            points, offset = self.client.scroll(
                self.collection,
                limit=limit,
                offset=offset,
                with_vectors=vectors,
                with_payload=payloads,
            )
            yield points
            if offset is None:
                return


@functools.cache
def client_of(where: str) -> Any:
    """Return the client of a server or a folder; a folder takes one only, so they are kept.

    Raises
    ------
    DataError
        If there is no such folder.
    """
    library = require("qdrant_client", extra="index", purpose="A collection of Qdrant")
    if where.startswith(("http:", "https:")):
        return library.QdrantClient(url=where)
    if not Path(where).is_dir():
        raise DataError(f"{where}: there is no such folder; expected {QdrantStore.form}")
    return library.QdrantClient(path=where)
