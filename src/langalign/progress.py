"""The functions that long work is reported to; each shape has one name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is to do."""

CountProgress = Callable[[int, int], None]
"""Called with how much is done and how much there is, by work that is of one kind."""


class DetailedProgress(Protocol):
    """A :data:`Progress` that also takes some words on how it goes, such as the loss."""

    def __call__(self, stage: str, done: int, total: int, detail: str = "", /) -> None:
        """Show it."""
