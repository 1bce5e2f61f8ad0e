"""What a shard is: a part of the pairs that can be read alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

Block: TypeAlias = "tuple[NDArray[Any], NDArray[Any]]"


class Shard(Protocol):
    """Row-parallel vectors, read in blocks."""

    @property
    def name(self) -> str:
        """What it is read from, as given, with its size: the same name, the same pairs."""

    @property
    def modified(self) -> float:
        """When a file of it was last written, in seconds since the epoch."""

    @property
    def reading(self) -> Mapping[str, Any]:
        """How it is read, JSON-able: read in another way, a file gives other pairs."""

    @property
    def n(self) -> int:
        """Number of pairs of vectors."""

    @property
    def widths(self) -> tuple[int, int]:
        """Widths of the source and of the target vectors."""

    @property
    def spaces(self) -> tuple[str | None, str | None]:
        """Fingerprints of the source and of the target space, where they are known."""

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield source and target vectors of all pairs in order, about so many at a time."""


def name_of(paths: Sequence[Path]) -> str:
    """Return the name of a shard of these files."""
    return ",".join(f"{path} ({path.stat().st_size:,} bytes)" for path in paths)


def last_written(paths: Sequence[Path]) -> float:
    """Return when the last of these files was written."""
    return max(path.stat().st_mtime for path in paths)
