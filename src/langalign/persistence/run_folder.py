"""Folders that a run writes its results into, beside what is there."""

from __future__ import annotations

from pathlib import Path

from langalign.errors import PersistenceError
from langalign.files.replaceable import config_of_ours
from langalign.persistence.config_folder import CONFIG


def require_run_folder(path: str | Path) -> None:
    """Check that results can be written into a folder, which need not exist.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a saved model or another folder of ours: what it does not list is
        taken for damage when it is loaded.

    Examples
    --------
    >>> require_run_folder("a-new-folder")
    """
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise PersistenceError(f"{folder} is a file; choose the name of a new folder")
    config = config_of_ours(folder / CONFIG)
    if config is not None:
        raise PersistenceError(
            f"{folder} holds a saved {config['kind']}, which other files in it would damage; "
            "choose another folder"
        )
