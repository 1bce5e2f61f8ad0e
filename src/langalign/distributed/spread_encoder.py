"""An encoder whose work is done elsewhere; to all that use encoders it is one as any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from langalign.data.text import Text
from langalign.distributed.encoder_reference import EncoderReference
from langalign.encoders.base import Encoder
from langalign.vectors import Vectors

Spread: TypeAlias = Callable[[EncoderReference, Sequence[Text]], Vectors]
"""Encodes texts by a described encoder, on the workers of a cluster."""


class SpreadEncoder:
    """Encodes texts on the workers of a cluster.

    Parameters
    ----------
    encoder
        Is described to the workers, which load their own.
    spread
        Brings texts to the workers and vectors back, in order.

    Raises
    ------
    EncoderError
        If the workers could not load the encoder by its description.

    Examples
    --------
    >>> from langalign.encoders.resolve import resolve
    >>> here = SpreadEncoder(resolve("mini"), lambda reference, texts: reference.encode(texts))
    >>> len(here.encode(["yes"]))
    1
    """

    def __init__(self, encoder: Encoder, spread: Spread) -> None:
        self.encoder = encoder
        self.spread = spread
        self._reference = EncoderReference.of(encoder)

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self.encoder.dim

    @property
    def fingerprint(self) -> str:
        """The encoder's fingerprint."""
        return self.encoder.fingerprint

    @property
    def reads_pairs(self) -> bool:
        """Whether the encoder reads pairs of texts jointly."""
        return self.encoder.reads_pairs

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return one float32 row per text, shape (n, dim)."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        return self.spread(self._reference, texts)

    def __repr__(self) -> str:
        return f"SpreadEncoder({self.encoder!r})"
