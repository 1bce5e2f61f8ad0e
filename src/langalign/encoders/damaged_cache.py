"""A damaged cache file is moved aside, by one of all processes that find it damaged."""

from __future__ import annotations

import contextlib
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path

from langalign.errors import DataWarning, EncoderError

_SECONDS_TO_WAIT = 60.0


def file_number(path: Path) -> int | None:
    """Return what distinguishes a file from another of its name; ``None`` where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return None


def move_aside(path: Path, reason: str, *, number: int | None) -> None:
    """Rename a damaged cache file, so that a new one is started, and warn about it.

    Parameters
    ----------
    path
        The file.
    reason
        What is wrong with it.
    number
        Its :func:`file_number` before it was opened: where another file is there by now, another
        process has renamed the damaged one, and nothing is done.

    Raises
    ------
    EncoderError
        If it cannot be renamed.
    """
    try:
        with _alone(path):
            if number is not None and file_number(path) != number:
                return
            aside = _renamed(path)
    except (OSError, sqlite3.Error) as error:
        raise EncoderError(
            f"the vector cache {path} is damaged ({reason}) and cannot be renamed ({error}); "
            "delete it, or set LANGALIGN_CACHE to another folder"
        ) from error
    warnings.warn(
        f"the vector cache {path} is damaged ({reason}); it is now {aside.name}, may be deleted, "
        "and its texts are encoded anew",
        DataWarning,
        stacklevel=3,
    )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process in at a time; SQLite's locks end with the process that holds them."""
    lock = sqlite3.connect(
        path.with_suffix(".lock"), timeout=_SECONDS_TO_WAIT, isolation_level=None
    )
    with contextlib.closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _renamed(path: Path) -> Path:
    count = 1
    while (aside := path.with_suffix(f".damaged-{count}")).exists():
        count += 1
    # The file itself goes last: a new one must not be there while its companions are renamed.
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside
