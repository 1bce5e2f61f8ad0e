"""Folders of ours: written whole or not at all, known by the kind that their config states."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langalign.errors import PersistenceError
from langalign.files.folder_swap import left_behind, put_in_place
from langalign.files.replaceable import require_replaceable
from langalign.files.whole_file import draft_beside

FORMAT_VERSION = 1
CONFIG = "config.json"


@contextlib.contextmanager
def write_folder(path: str | Path, *, kind: str, mark: str = CONFIG) -> Iterator[Path]:
    """Yield an empty folder to fill; it becomes ``path`` when the block ends without an error.

    An older folder at ``path`` is replaced at that moment and left alone if the block fails. All
    files have the permissions that the umask leaves, whoever wrote them.

    Raises
    ------
    PersistenceError
        As :func:`require_replaceable`.
    """
    require_replaceable(path, kind=kind, mark=mark)
    target = Path(path).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_beside(target)
    draft.mkdir()
    try:
        yield draft
        _let_the_umask_decide(draft)
        put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _let_the_umask_decide(draft: Path) -> None:
    """Give all files the permissions of new ones; safetensors' own are for their owner alone."""
    permissions = draft.stat().st_mode & 0o666  # of a folder made just now: what the umask leaves
    for path in draft.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(permissions)


def read_config(folder: str | Path, *, expected: str, whole: bool = False) -> dict[str, Any]:
    """Read a folder's ``config.json`` and check its format version and kind.

    Parameters
    ----------
    folder
        The folder.
    expected
        Its kind.
    whole
        Whether folders of this kind are of use by themselves: where another kind of folder holds
        some, the message names them.

    Raises
    ------
    PersistenceError
        If the folder or file is missing or damaged, or of a newer format or another kind.
    """
    folder = Path(folder)
    path = folder / CONFIG
    if not folder.is_dir():
        old = left_behind(folder)
        remedy = f"; a crash while it was replaced left it at {old}: rename it" if old else ""
        raise PersistenceError(f"{folder}: there is no such folder{remedy}")
    if not path.is_file():
        raise PersistenceError(
            f"{folder}: no {CONFIG} in it; it is not a saved {expected}, or its writing was cut off"
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        version, kind = config["format_version"], config["kind"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PersistenceError(
            f"{path}: damaged, this is not a saved {expected} ({error!r}); save it again"
        ) from error
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise PersistenceError(
            f"{path}: format version {version!r}, this installation reads up to {FORMAT_VERSION}. "
            "Upgrade: pip install -U langalign"
        )
    if kind != expected:
        inside = _folders_of(expected, folder) if whole else []
        remedy = f"; give one in it: {', '.join(inside)}" if inside else ""
        raise PersistenceError(
            f"{path}: expected a saved {expected}, found a saved {kind!r}{remedy}"
        )
    return dict(config)


def _folders_of(kind: str, folder: Path) -> list[str]:
    """Return the folders in a folder that are of a kind, as the models of a bundle are."""
    found = []
    for path in sorted(folder.glob(f"*/{CONFIG}")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if json.loads(path.read_text(encoding="utf-8"))["kind"] == kind:
                found.append(str(path.parent))
    return found
