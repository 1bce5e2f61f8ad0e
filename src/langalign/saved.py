"""A saved folder of either kind: a model of one language, or a bundle of several."""

from __future__ import annotations

import json
from pathlib import Path

from langalign.bundle import Bundle
from langalign.bundle.folder import KIND
from langalign.model import LangAlign
from langalign.persistence import CONFIG


def load(path: str | Path) -> LangAlign | Bundle:
    """Read what :meth:`LangAlign.save` or :meth:`Bundle.save` wrote.

    A model that was fitted with a function as encoder, or with a classifier of your own as head,
    needs :meth:`LangAlign.load`, which takes them.

    Raises
    ------
    PersistenceError
        If the folder is missing, damaged, incomplete or of a newer format.
    SpaceMismatchError
        If an encoder is not the one of the fit.
    EncoderError
        If a target encoder cannot be loaded.
    """
    return Bundle.load(path) if is_bundle(path) else LangAlign.load(path)


def is_bundle(path: str | Path) -> bool:
    """Return whether a folder says that it is a bundle; one that cannot be read does not."""
    try:
        config = json.loads((Path(path) / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("kind") == KIND


def as_bundle(model: LangAlign | Bundle) -> Bundle:
    """Return a model of one language as a bundle that answers exactly as it does."""
    return model if isinstance(model, Bundle) else Bundle([model], source_side=False)
