"""Results on disk: refused before the work starts where they could not be written after it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from langalign.errors import PersistenceError
from langalign.files.replaceable import require_replaceable


def require_folder(path: Path, *, kind: str, mark: str = "config.json") -> None:
    """Check that a folder of this kind can be written to ``path``, leaving everything as it is.

    An older one may be replaced; its file ``mark`` states its kind.

    Raises
    ------
    PersistenceError
        If ``path`` is a file or a folder with other things in it, or cannot be written.
    """
    _require_writable(path)
    require_replaceable(path, kind=kind, mark=mark)


def require_results_folder(path: Path) -> None:
    """Check that a run can write its results into the folder ``path``, beside what is there.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, a saved model or another folder of ours, or cannot be written.
    """
    from langalign.persistence.run_folder import require_run_folder

    _require_writable(path)
    require_run_folder(path)


def require_file_place(path: Path, *, read: Sequence[Path] = (), form: str | None = None) -> None:
    """Check that a file can be written to ``path``, which is none of those to be ``read``.

    Parameters
    ----------
    path
        The file.
    read
        Files that the command reads.
    form
        The suffix of what will be written, where ``path`` must not have that of another format.

    Raises
    ------
    PersistenceError
        If ``path`` is a folder, or a file that is read, is named as of another format, or cannot be
        written.
    """
    if path.is_file() and any(one.is_file() and path.samefile(one) for one in read):
        raise PersistenceError(f"{path}: is read by this command; choose another --out")
    if path.is_dir():
        raise PersistenceError(f"{path}: this is a folder; give the name of a file (--out)")
    if form is not None:
        _require_name(path, form)
    _require_writable(path)


def _require_name(path: Path, form: str) -> None:
    """Raise :class:`PersistenceError` where a file would be read as something else by its name."""
    from langalign.data.formats import reads_alike

    if not reads_alike(path, form):
        raise PersistenceError(
            f"{path}: what is written is {form.lstrip('.').upper()}, and by its name would be read "
            f"as something else; choose a name ending in {form} (--out)"
        )


def _require_writable(path: Path) -> None:
    parent = path.absolute().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    if not parent.is_dir():
        raise PersistenceError(f"{path}: {parent} is a file, not a folder; choose another --out")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PersistenceError(
            f"{path}: no permission to write in {parent}; choose another --out, or change the "
            "permissions"
        )
