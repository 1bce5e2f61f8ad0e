"""Mapped vectors in parts on disk: what a stopped migration has already done."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from langalign.errors import DataError, PersistenceError
from langalign.files.npy_reading import read_npy
from langalign.files.whole_file import only_drafts, whole_file
from langalign.migration.migration_map import MigrationMap
from langalign.migration.stores.base import Store
from langalign.persistence import write_json
from langalign.progress import Progress
from langalign.vectors import Vectors, as_vectors

ROWS = 8192
JOB = "job.json"


class MappedParts:
    """Parts of some thousand mapped vectors each, every one of them whole.

    Parameters
    ----------
    folder
        Where they are kept until the new index is written.
    source
        What is mapped.
    mapping
        How.
    """

    def __init__(self, folder: Path, source: Store, mapping: MigrationMap) -> None:
        self.folder = folder
        self.source = source
        self.mapping = mapping

    def make(self, progress: Progress | None) -> None:
        """Map what is not mapped yet.

        Raises
        ------
        PersistenceError
            If the folder holds the parts of another migration.
        DataError
            If the source cannot be read, or holds NaN.
        """
        self._require_same_job()
        n = self.source.n_rows
        done = sum(1 for _ in self._paths())
        for number, batch in enumerate(self.source.batches(ROWS, start=done * ROWS), start=done):
            name = f"{self.source}, vectors from row {number * ROWS}"
            mapped = self.mapping.transform(
                as_vectors(batch, name=name, dim=self.mapping.widths[0])
            )
            with whole_file(self.folder / f"{number:08}.npy") as file:
                np.save(file, mapped, allow_pickle=False)
            if progress is not None:
                progress("Mapping vectors", min(n, (number + 1) * ROWS), n)

    def read(self, progress: Progress | None) -> Iterator[Vectors]:
        """Yield the mapped vectors, in order.

        Raises
        ------
        DataError
            At the end, while nothing written is whole yet, if the source is not what it was.
        """
        n, done = self.source.n_rows, 0
        for path in self._paths():
            part = self._part(path)
            done += len(part)
            if progress is not None:
                progress("Writing the new index", done, n)
            yield part
        if done != n or self._job() != self._known_job():
            raise DataError(
                f"{self.source}: changed while it was migrated; stop writing to it, delete "
                f"{self.folder}, and start again"
            )

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder)

    def _part(self, path: Path) -> Vectors:
        try:
            return read_npy(path)
        except (OSError, ValueError) as error:
            raise DataError(
                f"{path}: damaged ({error}); delete {self.folder}, and start again"
            ) from error

    def _paths(self) -> Iterator[Path]:
        """Yield the parts from the first, as far as none is missing."""
        number = 0
        while (path := self.folder / f"{number:08}.npy").is_file():
            yield path
            number += 1

    def _require_same_job(self) -> None:
        job = self._job()
        if not self._is_begun():
            write_json(self.folder / JOB, job)
        elif self._known_job() != job:
            raise PersistenceError(
                f"{self.folder}: holds the parts of another migration (other vectors, or another "
                "map); delete that folder, or choose another name for the new index"
            )

    def _is_begun(self) -> bool:
        """Return whether there is more than what a run left that was killed as it began."""
        if not self.folder.is_dir():
            return self.folder.exists()
        return not only_drafts(self.folder, JOB)

    def _known_job(self) -> Any:
        try:
            return json.loads((self.folder / JOB).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def _job(self) -> dict[str, Any]:
        """Return what must be as it was for old parts to be of use."""
        probe = np.eye(self.mapping.widths[0], dtype=np.float32)
        return {
            "source": self.source.identity(),
            "rows": self.source.n_rows,
            "rows_a_part": ROWS,
            "map": hashlib.sha256(self.mapping.transform(probe).tobytes()).hexdigest(),
        }
