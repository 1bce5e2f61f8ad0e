"""An encoder as its workers get it: described, not pickled, and loaded once a process."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langalign.data.text import Text
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import NOT_SAVED, describe, from_description
from langalign.errors import EncoderError
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class EncoderReference:
    """What a worker needs to make the same vectors.

    Parameters
    ----------
    description
        JSON of :func:`~langalign.encoders.resolve.describe`.
    fingerprint
        Of the vectors that are expected.

    Examples
    --------
    >>> from langalign.encoders.resolve import resolve
    >>> reference = EncoderReference.of(resolve("mini"))
    >>> reference.description
    '{"type": "registered", "name": "mini"}'
    >>> reference.encode(["yes", "no"]).dtype
    dtype('float32')
    """

    description: str
    fingerprint: str

    @classmethod
    def of(cls, encoder: Encoder) -> Self:
        """Describe an encoder.

        Raises
        ------
        EncoderError
            If it is a function or a class of the user's own.
        """
        description = describe(encoder)
        if description["type"] in NOT_SAVED:
            raise EncoderError(
                f"{encoder!r} is code of its author's, which workers cannot load by a name; encode "
                "with it here (--engine local), or use a model's name or folder"
            )
        return cls(json.dumps(description), encoder.fingerprint)

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return the vectors of texts, by the encoder of this process.

        Raises
        ------
        EncoderError
            If the encoder that is found here makes other vectors.
        """
        return _loaded(self.description, self.fingerprint).encode(texts)


@functools.lru_cache(maxsize=2)
def _loaded(description: str, fingerprint: str) -> Encoder:
    encoder = from_description(json.loads(description))
    if encoder.fingerprint != fingerprint:
        raise EncoderError(
            f"{encoder!r} makes other vectors on this worker (fingerprint {encoder.fingerprint!r}, "
            f"expected {fingerprint!r}); install the same packages and model on all workers"
        )
    return encoder
