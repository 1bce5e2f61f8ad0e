"""A tuned encoder as a sentence-transformers folder, with a record of how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.errors import PersistenceError
from langalign.persistence import FORMAT_VERSION, write_folder, write_json

if TYPE_CHECKING:
    from langalign.tuning.language_model import LanguageModel

RECORD = "langalign.json"
KIND = "tuned encoder"


def save_encoder(lm: LanguageModel, path: Path, record: Mapping[str, Any]) -> None:
    """Write the folder whole or not at all; an older one of ours is replaced.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a folder with other things in it.
    """
    with write_folder(path, mark=RECORD) as folder:
        lm.save(folder)
        write_json(folder / RECORD, {"format_version": FORMAT_VERSION, "kind": KIND} | dict(record))


def require_place(path: Path) -> None:
    """Raise before the work what :func:`save_encoder` would raise after it.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a folder with other things in it.
    """
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not (path / RECORD).is_file()):
        raise PersistenceError(
            f"{path}: a file, or a folder with other things in it (no {RECORD}); choose the name "
            "of a new folder"
        )


def record_of(path: Path) -> dict[str, Any]:
    """Return how the encoder in a folder was made.

    Raises
    ------
    PersistenceError
        If the folder has no readable record.
    """
    try:
        record: dict[str, Any] = json.loads((path / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PersistenceError(
            f"{path / RECORD}: missing or damaged ({error}); tune the encoder again"
        ) from error
    return record
