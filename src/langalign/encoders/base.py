"""What an encoder is: texts in, float32 vectors out, under a fingerprint.

Also the registry of encoders that are known by a name (``"mini"``). A new one is a new file in
this folder whose class carries ``@encoders.register("name")``; called without arguments it must
give a usable encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from langalign.data.text import Text
from langalign.registry import Registry
from langalign.vectors import Vectors


@runtime_checkable
class Encoder(Protocol):
    """Turns a text, or a pair of texts read together, into one vector."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    @property
    def fingerprint(self) -> str:
        """Identifies the vectors; equal only where the vectors are."""

    @property
    def reads_pairs(self) -> bool:
        """Whether a pair of texts is read jointly (cross-encoding)."""

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return one float32 row per text, shape (n, dim), C order."""


encoders: Registry[Encoder] = Registry("encoder", "langalign.encoders")
