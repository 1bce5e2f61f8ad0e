"""What long work on words reports."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is."""

EVERY = 5_000
"""Words between two reports."""
