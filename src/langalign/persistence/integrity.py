"""Checksums: whether a folder, and the list of its files itself, is as it was saved."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from langalign.errors import PersistenceError
from langalign.persistence.config_folder import CONFIG
from langalign.persistence.json_file import plain


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def verify(folder: Path, expected: dict[str, str]) -> None:
    """Raise :class:`PersistenceError` unless every listed file is there and unchanged.

    All that could be read for a component must be listed; other files are left alone.
    """
    for name, checksum in expected.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise PersistenceError(f"{folder}: lists a file outside of itself ({name!r}); refused")
        if not path.is_file():
            raise PersistenceError(f"{path}: missing; the folder is incomplete, save it again")
        if sha256_of(path) != checksum:
            raise PersistenceError(
                f"{path}: its content differs from what was saved (checksum); "
                "copy the folder again or save it anew"
            )
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in {*expected, CONFIG} and path.suffix in (".safetensors", ".json"):
            raise PersistenceError(
                f"{path}: is not listed in {CONFIG}, so its content cannot be checked; remove it, "
                "or copy the folder again"
            )


def sealed(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config with its own checksum, which no list of files can hold."""
    return config | {"checksum": _checksum(config)}


def require_seal(config: dict[str, Any], path: Path) -> None:
    """Raise :class:`PersistenceError` unless a config read from ``path`` is as it was sealed."""
    content = {name: value for name, value in config.items() if name != "checksum"}
    if config.get("checksum") != _checksum(content):
        raise PersistenceError(
            f"{path}: its content differs from what was saved (checksum); "
            "copy the folder again or save it anew"
        )


def _checksum(config: dict[str, Any]) -> str:
    text = json.dumps(config, sort_keys=True, default=plain)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
