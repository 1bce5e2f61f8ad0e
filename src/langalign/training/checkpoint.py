"""A checkpoint of a training run: one safetensors file, its JSON in the header.

One file can be replaced by one rename, so that a run that is killed at any moment leaves either the
old checkpoint or the new one. Nothing is ever unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.errors import PersistenceError, SettingError
from langalign.files.safetensors_writing import safetensors_errors_as_os_errors
from langalign.files.whole_file import whole_file

if TYPE_CHECKING:
    import torch

FORMAT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run is made of between two steps.

    Parameters
    ----------
    tensors
        Weights, the optimizer's state and the states of the random generators, by name.
    state
        The rest, as JSON holds it.
    """

    tensors: dict[str, torch.Tensor]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a run's state is kept, and whose it is.

    Parameters
    ----------
    path
        The file; its folder is made when it is first written.
    run
        Settings and data of the run, as JSON holds them: a run with others is not gone on with.
    every
        Steps after which it is written; ``None`` writes it after each epoch only.
    """

    path: Path
    run: Mapping[str, Any]
    every: int | None = None

    def read(self) -> Snapshot | None:
        """Return what was last written, or ``None`` where nothing was.

        Raises
        ------
        PersistenceError
            If the file is damaged.
        SettingError
            If it is of a run with other settings or data.
        """
        if not self.path.exists():
            return None
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, framework="pt") as file:
                header = file.metadata()
                if header["format_version"] != FORMAT_VERSION:
                    raise ValueError(f"format version {header['format_version']}")
                run, state = json.loads(header["run"]), json.loads(header["state"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
            raise PersistenceError(
                f"{self.path}: a damaged checkpoint ({error}); delete it to start anew"
            ) from error
        require_same(self.run, run, self.path)
        return Snapshot(tensors, state)

    def write(self, snapshot: Snapshot) -> None:
        """Replace what was written before, whole or not at all."""
        from safetensors.torch import save_file

        header = {
            "format_version": FORMAT_VERSION,
            "run": json.dumps(self.run),
            "state": json.dumps(snapshot.state),
        }
        with safetensors_errors_as_os_errors(self.path), whole_file(self.path) as file:
            save_file(snapshot.tensors, file.name, metadata=header)

    def remove(self) -> None:
        """Delete the file, if it is there."""
        self.path.unlink(missing_ok=True)


def require_same(wanted: Mapping[str, Any], found: Mapping[str, Any], path: Path) -> None:
    """Raise :class:`SettingError` unless two runs have the same settings and data.

    Raises
    ------
    SettingError
        Naming what differs and both values.
    """
    expected: dict[str, Any] = json.loads(json.dumps(wanted))
    names = sorted(name for name in {**expected, **found} if expected.get(name) != found.get(name))
    if names:
        changes = ", ".join(f"{n} was {found.get(n)!r}, is {expected.get(n)!r}" for n in names)
        raise SettingError(
            f"{path}: was written by a run with other settings or data ({changes}). Go on with "
            "those, delete it to start anew, or choose another folder."
        )
