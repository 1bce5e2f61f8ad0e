"""What tuning reports as it goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what is being done, how much is done, how much there is, and the loss."""

    def __call__(self, stage: str, done: int, total: int, detail: str = "", /) -> None:
        """Show it."""
