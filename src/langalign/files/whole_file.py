"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def draft_beside(target: Path) -> Path:
    """Return a new name beside ``target``, for what will take its place.

    A file or folder made under it in the usual way has the permissions that the umask leaves, which
    those of :mod:`tempfile` have not.
    """
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")


def is_draft_of(path: Path, name: str) -> bool:
    """Return whether ``path`` is what a killed process left of writing a file ``name``.

    Examples
    --------
    >>> is_draft_of(draft_beside(Path("run/job.json")), "job.json")
    True
    """
    return re.fullmatch(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}", path.name) is not None


def only_drafts(folder: Path, name: str) -> bool:
    """Return whether a folder has no more in it than drafts of its first file, ``name``.

    It is then as good as new: a process was killed as it began.
    """
    return all(is_draft_of(path, name) for path in folder.iterdir())


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that appears at ``path`` when the block ends without an error, or not at all.

    The name of the file is that of a draft, for writers that want a name.
    """
    if path.exists() and not path.is_file():  # a device or a pipe: never to be replaced
        with path.open("wb") as device:
            yield device
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_beside(target)
    try:
        with draft.open("xb") as file:
            permissions = os.fstat(file.fileno()).st_mode
            yield file
        draft.chmod(stat.S_IMODE(permissions))  # a writer may have put a file of its own there
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
