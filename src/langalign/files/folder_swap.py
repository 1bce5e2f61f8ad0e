"""Put a new folder in the place of an old one so that a crash leaves one of them there.

Linux and macOS exchange two names in one step. Elsewhere it takes two renames; a crash between them
leaves the old folder under a name that :func:`left_behind` finds.
"""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import sys
from pathlib import Path

_OLD = ".old"
_WORKING_FOLDER = -100  # AT_FDCWD of Linux: relative paths are meant from here
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS


def put_in_place(draft: Path, target: Path) -> None:
    """Rename ``draft`` to ``target``; a folder that was there is removed.

    Parameters
    ----------
    draft, target
        Folders beside each other, the second of which need not exist.

    Raises
    ------
    OSError
        If that is not possible; ``target`` is then as it was.
    """
    if not target.exists() and _renamed(draft, target):
        return
    if exchanged(draft, target):
        shutil.rmtree(draft, ignore_errors=True)
    else:
        old = draft.with_name(draft.name + _OLD)
        target.rename(old)
        try:
            draft.rename(target)
        except BaseException:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _renamed(draft: Path, target: Path) -> bool:
    """Rename to a name that was free; return whether it still is, as other processes write too."""
    try:
        draft.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; return whether system and file system can do that."""
    names = os.fsencode(first), os.fsencode(second)
    system = str(sys.platform)
    if system.startswith("linux"):
        rename = getattr(ctypes.CDLL(None), "renameat2", None)
        arguments = (_WORKING_FOLDER, names[0], _WORKING_FOLDER, names[1], _EXCHANGE)
        return rename is not None and rename(*arguments) == 0
    if system == "darwin":
        return bool(ctypes.CDLL(None).renamex_np(*names, _EXCHANGE) == 0)
    return False


def left_behind(target: Path) -> Path | None:
    """Return where a crash between two renames left the folder that was at ``target``, if so."""
    found = sorted(target.parent.glob(f".{glob.escape(target.name)}.*{_OLD}"))
    return found[0] if found and not target.exists() else None
