"""Text and JSON as files that appear whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from langalign.files.whole_file import whole_file


def write_text(path: str | Path, text: str) -> None:
    """Write a file in UTF-8, whole or not at all."""
    with whole_file(Path(path)) as file:
        file.write(text.encode())


def write_json(path: str | Path, content: Any) -> None:
    """Write ``content`` as indented JSON, whole or not at all; NumPy's numbers become Python's."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=plain)
    write_text(path, text + "\n")


def plain(value: Any) -> Any:
    """Return what JSON holds in the place of one of NumPy's values; for ``json.dumps``."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be saved as JSON")
