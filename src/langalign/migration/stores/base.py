"""What a store of vectors is; a new kind is a new file in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

from langalign.errors import DataError
from langalign.registry import Registry
from langalign.vectors import Vectors


class Store:
    """Base of all stores.

    Parameters
    ----------
    place
        What a user writes to name it.
    """

    form: ClassVar[str]
    """How a place of this kind is written, for messages."""

    is_address: ClassVar[bool] = False
    """Whether a place is an address, which may end like a file's name, and is not a file's path."""

    def __init__(self, place: str) -> None:
        self.place = place

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Return whether ``place`` is written as one of this kind."""
        raise NotImplementedError

    @property
    def n_rows(self) -> int:
        """Number of vectors."""
        raise NotImplementedError

    @property
    def width(self) -> int:
        """Numbers in each of them."""
        raise NotImplementedError

    @property
    def name_beside(self) -> str:
        """Path to which endings are added for what is kept beside the index."""
        return self.place

    def identity(self) -> str:
        """Return what changes when the stored vectors do."""
        raise NotImplementedError

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield the vectors from row ``start``, ``rows`` at a time, always in the same order."""
        raise NotImplementedError

    def exists(self) -> bool:
        """Return whether there is something at this place."""
        return Path(self.place).exists()

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Write new vectors here, in the order of ``like``, with all else that it holds."""
        raise NotImplementedError

    def require_free(self, source: Store) -> None:
        """Raise :class:`DataError` unless ``source`` can be converted to here."""
        if type(self) is not type(source):
            raise DataError(
                f"{source} and {self} are of different kinds; name the new index like the old one: "
                f"{source.form}"
            )
        if self.exists():
            raise DataError(f"{self}: is there already; choose a new name, or delete it first")

    def __str__(self) -> str:
        return self.place


stores: Registry[Store] = Registry("store", "langalign.migration.stores")


def open_store(place: str) -> Store:
    """Return the store that ``place`` names.

    Raises
    ------
    DataError
        If it is written as none of the known kinds.

    Examples
    --------
    >>> type(open_store("vectors.npy")).__name__
    'NpyStore'
    """
    kinds = [stores.get(name) for name in stores.names()]
    for kind in sorted(kinds, key=lambda kind: not kind.is_address):
        if kind.recognises(place):
            return kind(place)
    raise DataError(f"{place}: no known kind of index; known: {', '.join(k.form for k in kinds)}")


def file_identity(path: Path) -> str:
    """Return name, size and time of a file, which change with its content."""
    about = path.stat()
    return f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"


def require_index(path: Path) -> Path:
    """Raise :class:`DataError` unless there is such a file."""
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path")
    return path
