"""Stands where a saved model's encoder was not saved, or is not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from langalign.data.text import Text
from langalign.errors import PersistenceError


class Absent:
    """Stands for an encoder that is not there; any use raises an error that says how to pass it.

    A fitted model never asks for its source encoder, so that it can be served without one.

    Parameters
    ----------
    description
        What :func:`~langalign.encoders.resolve.describe` returned for the encoder.
    """

    def __init__(self, description: Mapping[str, Any]) -> None:
        self.description = dict(description)

    @property
    def name(self) -> str:
        """How the encoder was called."""
        known = (self.description.get(key) for key in ("name", "model", "path"))
        return next((str(value) for value in known if value), "an encoder")

    @property
    def dim(self) -> int:
        """Raise: there is no encoder to ask."""
        self._raise()

    @property
    def fingerprint(self) -> str:
        """Raise: there is no encoder to ask."""
        self._raise()

    @property
    def reads_pairs(self) -> bool:
        """Raise: there is no encoder to ask."""
        self._raise()

    def encode(self, texts: Sequence[Text]) -> NoReturn:
        """Raise: there is no encoder to ask."""
        self._raise()

    def _raise(self) -> NoReturn:
        raise PersistenceError(
            f"this model was fitted with the {self.description.get('type')} encoder {self.name!r}, "
            "which is not saved with it; pass it: LangAlign.load(path, target_encoder=...), or "
            "source_encoder=..."
        )

    def __repr__(self) -> str:
        return f"Absent({self.name!r})"
