"""Cells of a comparison, one per strategy and draw, and the folder that keeps the finished ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.errors import DataError, PersistenceError, SettingError
from langalign.evaluation.record import RunRecord
from langalign.persistence import write_json, write_text

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One strategy on one draw of the data.

    Parameters
    ----------
    strategy
        A registered name, or that of an aligned strategy and ``-oracle``.
    seed
        Draws rows and seeds the fit.
    pairs, labels, translations
        How many pairs, native labels and translated texts it may use; ``None`` means all.
    """

    strategy: str
    seed: int
    pairs: int | None = None
    labels: int | None = None
    translations: int | None = None

    @property
    def draw(self) -> tuple[int, int | None, int | None, int | None]:
        """Return what decides which rows it may use."""
        return self.seed, self.pairs, self.labels, self.translations

    @property
    def file(self) -> str:
        """Return the name of the file that holds its result."""
        sizes = {"pairs": self.pairs, "labels": self.labels, "translations": self.translations}
        parts = [f"{name}{size}" for name, size in sizes.items() if size is not None]
        return ".".join([self.strategy, *parts, f"seed{self.seed}", "json"])


@dataclass(frozen=True, slots=True)
class CellResult:
    """What one cell gave.

    Parameters
    ----------
    record
        Scores, and everything needed to get them again; ``None`` where it could not be run.
    predicted
        The prediction for every test row.
    reason
        Why it could not be run; empty where it could.
    lasting
        Whether it will be the same the next time; a missing package may be installed by then.
    """

    record: RunRecord | None
    predicted: tuple[Any, ...] = ()
    reason: str = ""
    lasting: bool = True


class CellStore:
    """A folder with one file per finished cell; a stopped run resumes.

    Parameters
    ----------
    folder
        Made where it does not exist.
    key
        What decides the results apart from the cell: data, encoders, settings. JSON-able.

    Raises
    ------
    SettingError
        If the folder holds the cells of another comparison.
    PersistenceError
        If the file that says which comparison it holds is damaged.
    """

    def __init__(self, folder: Path, key: Mapping[str, Any]) -> None:
        self.folder = folder / "cells"
        self.key = json.loads(json.dumps({"format_version": FORMAT_VERSION, **key}))
        self._key_file = self.folder / "comparison.json"
        if not self._key_file.exists():
            return
        differing = _differing(_read(self._key_file, f"delete the folder {folder}"), self.key)
        if differing:
            raise SettingError(
                f"{folder} holds the results of another comparison (it differs in "
                f"{', '.join(differing)}). Give another folder, or delete this one."
            )

    def load(self, cell: Cell) -> CellResult | None:
        """Return what a cell gave; ``None`` where it has not been run.

        Raises
        ------
        PersistenceError
            If its file is damaged.
        """
        path = self.folder / cell.file
        if not path.exists():
            return None
        remedy = "delete it to run it again"
        content = _read(path, remedy)
        try:
            record = content["record"]
            return CellResult(
                None if record is None else RunRecord.from_json(json.dumps(record)),
                tuple(content["predicted"]),
                content["reason"],
            )
        except (DataError, KeyError, TypeError) as error:
            raise PersistenceError(f"{path} is damaged ({error!r}); {remedy}") from error

    def save(self, cell: Cell, result: CellResult) -> None:
        """Write what a cell gave; only now does the folder belong to this comparison."""
        if not self._key_file.exists():
            write_json(self._key_file, self.key)
        content = {
            "record": None if result.record is None else result.record.as_dict(),
            "predicted": result.predicted,
            "reason": result.reason,
        }
        write_text(self.folder / cell.file, json.dumps(content, ensure_ascii=False) + "\n")


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise PersistenceError(f"{path} is damaged ({error}); {remedy}") from error
    return content


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the entries in which two keys differ, one level deep."""
    found = []
    for name in sorted({*old, *new}):
        before, now = old.get(name), new.get(name)
        if isinstance(before, dict) and isinstance(now, dict):
            found += [f"{name} {inner}" for inner in _differing(before, now)]
        elif before != now:
            found.append(name)
    return found
