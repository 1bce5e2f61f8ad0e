"""A tuned encoder as a sentence-transformers folder, with a record of how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.errors import PersistenceError
from langalign.persistence import FORMAT_VERSION, checksums, write_folder, write_json

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
    with write_folder(path, kind=KIND, mark=RECORD) as folder:
        lm.save(folder)
        named = {"format_version": FORMAT_VERSION, "kind": KIND} | dict(record)
        write_json(folder / RECORD, named | {"files": checksums(folder)})


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
