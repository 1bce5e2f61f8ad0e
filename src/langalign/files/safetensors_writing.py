"""What safetensors says where a file cannot be written, as every other writer says it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def safetensors_errors_as_os_errors(path: Path) -> Iterator[None]:
    """Raise :class:`OSError` of ``path`` where safetensors, inside the block, cannot write.

    Its own error has no errno, and says in words that the disk is full.
    """
    from safetensors import SafetensorError

    try:
        yield
    except SafetensorError as error:
        raise OSError(None, f"cannot be written ({error})", str(path)) from error
