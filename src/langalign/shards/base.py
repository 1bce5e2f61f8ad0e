"""What a shard is: a part of the pairs that can be read alone."""

from __future__ import annotations

from collections.abc import Iterator
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
    def n(self) -> int:
        """Number of pairs."""

    @property
    def widths(self) -> tuple[int, int]:
        """Widths of the source and of the target vectors."""

    @property
    def spaces(self) -> tuple[str | None, str | None]:
        """Fingerprints of the source and of the target space, where they are known."""

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield source and target vectors of all pairs in order, about so many at a time."""


def sized(*paths: str) -> str:
    """Return the name of a shard of these files."""
    return ",".join(f"{path} ({Path(path).stat().st_size:,} bytes)" for path in paths)
