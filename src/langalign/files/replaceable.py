"""Folders that a new one may take the place of: nothing but an older one of the same kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from langalign.errors import PersistenceError

_LEFT_BY_TOOLS = (".gitattributes", ".cache/huggingface/", ".DS_Store", "__pycache__/")
"""What a download from the hub, a look into a folder or an import puts there; nobody misses it."""


def require_replaceable(path: str | Path, *, kind: str, mark: str) -> None:
    """Check that nothing is lost where a folder of this kind takes the place of ``path``.

    Parameters
    ----------
    path
        Nothing, an empty folder, or a saved one of the same kind.
    kind
        What is to be written.
    mark
        The file of a folder that states its kind and, under ``files``, what belongs to it.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a folder that holds something other than a saved one of this kind.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_dir():
        raise PersistenceError(f"{target} is a file; choose the name of a new folder")
    if not target.is_dir() or not any(target.iterdir()):
        return
    config = config_of_ours(target / mark)
    if config is None:
        raise PersistenceError(
            f"{target} is a folder with other things in it (no {mark} that LangAlign wrote); "
            "choose a new folder"
        )
    if config["kind"] != kind:
        raise PersistenceError(
            f"{target} holds a saved {config['kind']}, which a saved {kind} does not replace; "
            "choose a new folder, or delete that one"
        )
    strange = _unlisted(target, config, mark)
    if strange:
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise PersistenceError(
            f"{target} is a folder with other things in it ({strange[0]}{more}), which would be "
            "lost; move them elsewhere, or choose a new folder"
        )


def config_of_ours(path: Path) -> dict[str, Any] | None:
    """Return what a mark holds if it is ours; Hugging Face models have a ``config.json`` too."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(config, dict) and {"format_version", "kind"} <= config.keys()
    return config if ours else None


def _unlisted(folder: Path, config: dict[str, Any], mark: str) -> list[str]:
    """Return the files of a folder that are not of what was saved, where it lists those."""
    listed = config.get("files")
    if not isinstance(listed, dict) or not all(isinstance(each, str) for each in listed.values()):
        return []
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    return [
        name
        for name in names
        if name not in {*listed, mark} and not name.startswith(_LEFT_BY_TOOLS)
    ]
