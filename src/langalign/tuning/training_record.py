"""``training.json``: with what a run in steps was made, and which steps are done."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from langalign.errors import PersistenceError
from langalign.files.whole_file import only_drafts
from langalign.persistence import FORMAT_VERSION, write_json
from langalign.training.checkpoint import require_same
from langalign.version import __version__

FILE = "training.json"
KIND = "training"
PACKAGES = ("torch", "transformers", "sentence-transformers", "numpy", "scikit-learn")


class TrainingRecord:
    """The record of one folder; written anew after each step.

    Parameters
    ----------
    folder
        The run's folder.
    run
        Settings and digests of the data, as JSON holds them.

    Raises
    ------
    SettingError
        If the folder holds a run with other settings or data.
    PersistenceError
        If the folder holds other things, or its record is damaged.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any]) -> None:
        self.path = folder / FILE
        self.steps: dict[str, Any] = {}
        self.run = dict(run)
        if self.path.exists():
            found = _read(self.path)
            require_same(self.run, found["run"], self.path)
            self.steps = found["steps"]
        elif folder.is_file() or (folder.is_dir() and not only_drafts(folder, FILE)):
            raise PersistenceError(
                f"{folder}: a file, or a folder with other things in it (no {FILE}); choose a new "
                "folder"
            )
        else:
            self._write()

    def finish(self, step: str, result: Mapping[str, Any]) -> None:
        """Note that a step is done, and what came of it."""
        self.steps[step] = dict(result)
        self._write()

    def _write(self) -> None:
        versions = {name: importlib.metadata.version(name) for name in PACKAGES}
        content = {
            "format_version": FORMAT_VERSION,
            "kind": KIND,
            "run": self.run,
            "steps": self.steps,
            "versions": {"langalign": __version__} | versions,
        }
        write_json(self.path, content)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["kind"] != KIND or found["format_version"] > FORMAT_VERSION:
            raise ValueError("not a record of this version")
        return {"run": dict(found["run"]), "steps": dict(found["steps"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PersistenceError(
            f"{path}: a damaged record of a run ({error!r}); choose a new folder, or delete this "
            "one to start anew"
        ) from error
