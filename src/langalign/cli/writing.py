"""Results on disk: refused before the work starts where they could not be written after it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from langalign.errors import PersistenceError


class _RehearsedError(Exception):
    """Ends a rehearsal."""


def require_folder(path: Path) -> None:
    """Check that a folder of ours can be written to ``path``, leaving everything as it is.

    Raises
    ------
    PersistenceError
        If ``path`` is a file or a folder with other things in it, or cannot be written.
    """
    from langalign.persistence import write_folder

    _require_writable(path)
    if path.exists():
        with contextlib.suppress(_RehearsedError), write_folder(path):
            raise _RehearsedError


def require_file_place(path: Path) -> None:
    """Check that a file can be written to ``path``.

    Raises
    ------
    PersistenceError
        If ``path`` is a folder, or cannot be written.
    """
    if path.is_dir():
        raise PersistenceError(f"{path}: this is a folder; give the name of a file (--out)")
    _require_writable(path)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that appears at ``path`` when the block ends without an error, or not at all."""
    if path.exists() and not path.is_file():  # a device or a pipe: never to be replaced
        with path.open("wb") as device:
            yield device
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(draft).chmod(0o644)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _require_writable(path: Path) -> None:
    parent = path.absolute().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    if not parent.is_dir():
        raise PersistenceError(f"{path}: {parent} is a file, not a folder; choose another --out")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PersistenceError(
            f"{path}: no permission to write in {parent}; choose another --out, or mend the "
            "permissions"
        )
