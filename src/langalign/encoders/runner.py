"""What an encoder needs of a transformer that is ready to run, in any library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from langalign.data.text import Text
from langalign.encoders.text_windows import Tokens
from langalign.encoders.transformer_loading import LongTexts, Pooling
from langalign.vectors import Vectors

Backend: TypeAlias = Literal["torch", "onnx", "onnx-int8"]
"""Runs a transformer: PyTorch; ONNX Runtime in float32; ONNX Runtime with weights in 8 bits."""


@dataclass(frozen=True)
class Request:
    """What is asked for: a model and the settings that decide its vectors."""

    model: str
    pooling: Pooling | None
    prompt: str | None
    normalize: bool | None
    max_length: int | None
    long_texts: LongTexts
    revision: str | None


class Runner(Protocol):
    """A transformer that is loaded, with all options of a request applied."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    @property
    def fingerprint(self) -> str:
        """What decides the vectors, as one string."""

    @property
    def prompt(self) -> str:
        """What is put before every text: what was asked for, else the model's default."""

    @property
    def limit(self) -> int | None:
        """Tokens that are read at once, special ones counted; None: any number."""

    @property
    def normalizes(self) -> bool:
        """Whether vectors have length one."""

    @property
    def tokens(self) -> Tokens:
        """Counts tokens, and gives their places in the text."""

    def run(self, texts: Sequence[Text]) -> Vectors:
        """Return the vectors of texts, or of pairs; what is too long is cut.

        Raises
        ------
        EncoderError
            If the model fails.
        """
