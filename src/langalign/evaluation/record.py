"""What a result is: the scores, and everything needed to get them again."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Self

from langalign.errors import DataError
from langalign.evaluation.scores import Scores

FORMAT_VERSION = 1
PACKAGES = ("langalign", "numpy", "scikit-learn", "torch")


def environment_versions() -> dict[str, str]:
    """Return the versions of Python, of the machine's kind and of the packages in use.

    Packages that are not installed are left out; none is imported.

    Examples
    --------
    >>> sorted(environment_versions().keys() - {"torch"})
    ['langalign', 'machine', 'numpy', 'python', 'scikit-learn', 'system']
    """
    versions = {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
    }
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One strategy on one task with one seed.

    Parameters
    ----------
    task
        Name of the task.
    languages
        Source and target.
    strategy
        Name of the strategy.
    scores
        What it reached.
    seed
        The ``random_state`` of the run.
    settings
        Parameters, also those that were chosen by the run; JSON-able.
    data
        SHA-256 of every file read, by a name without folders.
    encoders
        Fingerprints by role or language.
    seconds
        Wall-clock time of the run.
    versions
        As :func:`environment_versions` gives them.
    date
        ISO 8601 in UTC; now, unless given.

    Raises
    ------
    DataError
        If a checksum is not a SHA-256 in hexadecimal.
    """

    task: str
    languages: tuple[str, str]
    strategy: str
    scores: Scores
    seed: int
    settings: Mapping[str, Any]
    data: Mapping[str, str]
    encoders: Mapping[str, str]
    seconds: float
    versions: Mapping[str, str] = field(default_factory=environment_versions)
    date: str = field(default_factory=_now)

    def __post_init__(self) -> None:
        for name, checksum in self.data.items():
            if not re.fullmatch("[0-9a-f]{64}", str(checksum)):
                raise DataError(
                    f"data[{name!r}] is {checksum!r}: expected a SHA-256 (64 hex digits)"
                )

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "format_version": FORMAT_VERSION,
            "task": self.task,
            "languages": list(self.languages),
            "strategy": self.strategy,
            "scores": self.scores.as_dict(),
            "seed": self.seed,
            "settings": dict(self.settings),
            "data": dict(self.data),
            "encoders": dict(self.encoders),
            "versions": dict(self.versions),
            "date": self.date,
            "seconds": self.seconds,
        }

    def to_json(self) -> str:
        """Return the record as indented JSON, the same text for the same record.

        Raises
        ------
        DataError
            If a setting cannot be written as JSON.
        """
        try:
            return json.dumps(self.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        except (TypeError, ValueError) as error:
            raise DataError(
                f"the record of {self.strategy!r} on {self.task!r} cannot be written as JSON "
                f"({error}); settings may hold text, numbers, lists and dictionaries"
            ) from error

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Undo :meth:`to_json`.

        Raises
        ------
        DataError
            If the text is no record, or one of a newer format.
        """
        try:
            content = dict(json.loads(text))
            version = content.pop("format_version")
            if version > FORMAT_VERSION:
                raise DataError(
                    f"a run record of format {version}, this installation reads up to "
                    f"{FORMAT_VERSION}. Upgrade: pip install -U langalign"
                )
            source, target = content.pop("languages")
            scores = Scores.from_dict(content.pop("scores"))
            return cls(languages=(source, target), scores=scores, **content)
        except DataError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"not a run record ({error!r}); expected what RunRecord.to_json gives"
            ) from error
