"""Where vectors and exported models are kept on disk."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def vectors_folder() -> Path:
    """Return what ``LANGALIGN_CACHE`` names, else ``vectors`` in the user's cache folder."""
    return _named() or _of_user() / "vectors"


def exports_folder() -> Path:
    """Return ``onnx`` in the folder that ``LANGALIGN_CACHE`` names, else in the user's."""
    return (_named() or _of_user()) / "onnx"


def _named() -> Path | None:
    named = os.environ.get("LANGALIGN_CACHE")
    return Path(named).expanduser() if named else None


def _of_user() -> Path:
    return Path(platformdirs.user_cache_dir("langalign"))
