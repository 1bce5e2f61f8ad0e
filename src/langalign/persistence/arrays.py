"""Named arrays as one safetensors file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from langalign.errors import PersistenceError
from langalign.files.safetensors_writing import safetensors_errors_as_os_errors
from langalign.files.whole_file import whole_file


def save_arrays(arrays: dict[str, Any], path: Path) -> None:
    """Write named arrays as safetensors."""
    from safetensors.numpy import save_file

    ordered = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    with safetensors_errors_as_os_errors(path), whole_file(path) as file:
        save_file(ordered, file.name)


def load_arrays(path: Path) -> dict[str, Any]:
    """Read named arrays; raise :class:`PersistenceError` if the file is missing or damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = dict(load_file(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise PersistenceError(
            f"{path}: missing or damaged ({error}); copy the folder again or save it anew"
        ) from error
    # Packages may teach NumPy other types (bfloat16), in which nothing of ours is saved.
    foreign = [name for name, array in arrays.items() if array.dtype.kind not in "biuf"]
    if foreign:
        raise PersistenceError(
            f"{path}: {foreign[0]!r} holds {arrays[foreign[0]].dtype}, no type that is saved here; "
            "copy the folder again or save it anew"
        )
    return arrays
