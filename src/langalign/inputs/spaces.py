"""Which space the vectors of a model's side are in: an encoder's, or an unknown one."""

from __future__ import annotations

from typing import Any

from langalign.encoders.base import Encoder
from langalign.errors import DataError, SpaceMismatchError
from langalign.inputs.text_vectors import is_vectors
from langalign.vectors import Vectors

_READY = "vectors:"


def space_of(encoder: Encoder, inputs: Any, vectors: Vectors) -> str:
    """Return the encoder's fingerprint; of ready vectors, which are no encoder's, their width.

    Parameters
    ----------
    encoder
        Of this side; not asked for anything where ``inputs`` are vectors.
    inputs
        What was given: texts or vectors.
    vectors
        What became of it, shape (..., d).
    """
    if is_vectors(inputs):
        return f"{_READY}{vectors.shape[-1]}"
    return encoder.fingerprint


def is_ready(fingerprint: str) -> bool:
    """Return whether a side was given as ready vectors, of an encoder that is not known."""
    return fingerprint.startswith(_READY)


def require_space(encoder: Encoder, fingerprint: str) -> None:
    """Check that ``encoder`` gives vectors of the space that a model was fitted in.

    Raises
    ------
    DataError
        If the model was fitted on ready vectors, so that no encoder is known.
    SpaceMismatchError
        If the encoder is another one.
    """
    if is_ready(fingerprint):
        raise DataError("this model was fitted on ready vectors; give vectors, not texts")
    if encoder.fingerprint != fingerprint:
        raise SpaceMismatchError(
            f"{encoder!r} has fingerprint {encoder.fingerprint}, but this model was fitted "
            f"with {fingerprint}: its vectors mean something else. Use the encoder of the fit "
            "(model, revision, pooling, prompt), or fit again."
        )
