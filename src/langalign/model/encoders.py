"""The encoders of a saved model: referred to when saving, found again or stood in for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langalign.encoders.absent import Absent
from langalign.encoders.base import Encoder
from langalign.encoders.resolve import (
    NOT_SAVED,
    EncoderSpec,
    describe,
    from_description,
    resolve,
)
from langalign.errors import EncoderError, UnknownNameError


def described(encoder: Encoder) -> dict[str, Any]:
    """Return what stands for an encoder in a model's ``config.json``."""
    return encoder.description if isinstance(encoder, Absent) else describe(encoder)


def encodes_any(description: Mapping[str, Any]) -> bool:
    """Return whether texts of our own can be encoded: there is code, and it is ours to run."""
    return description["type"] not in ("precomputed", *NOT_SAVED)


def encoders_given(
    described: Mapping[str, Any], source: EncoderSpec | None, target: EncoderSpec | None
) -> tuple[Encoder, Encoder]:
    """Return source and target encoder of a model: those given, else those described.

    Parameters
    ----------
    described
        The descriptions of both, by side.
    source, target
        What to take instead; ``None`` for what is described.

    Raises
    ------
    EncoderError
        If the target encoder is not on this machine. The source encoder need not be: nobody asks.
    """
    second = resolve(target) if target is not None else _saved(described["target"])
    if source is not None:
        return resolve(source), second
    if target is None and described["source"] == described["target"]:
        return second, second
    return _if_here(described["source"]), second


def _saved(description: Mapping[str, Any]) -> Encoder:
    if description["type"] in NOT_SAVED:
        return Absent(description)
    return from_description(description)


def _if_here(description: Mapping[str, Any]) -> Encoder:
    try:
        return _saved(description)
    except (EncoderError, UnknownNameError):
        return Absent(description)
