"""How much a request may ask for, and how long anything may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from langalign.data.text import Text, parts_of
from langalign.errors import SettingError
from langalign.serving.failures import ServiceError


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the service.

    Parameters
    ----------
    body_bytes
        Size of a request's body; more is answered with 413.
    bodies_bytes
        Size of all bodies held at once; more is answered with 429 and Retry-After, unless
        it is one body alone.
    texts
        Texts per request; more is answered with 422.
    characters
        Characters per text; more is answered with 422.
    queued_texts
        Texts that wait for one model; requests beyond are answered with 429 and Retry-After.
    batch_texts
        Texts that are encoded together.
    batch_wait
        Seconds that a text waits for others to be encoded with, where the model is idle.
    seconds
        A request that is not answered by then gets 504, one whose body has not arrived by then
        gets 408.
    stop_seconds
        How long a stop waits for requests that were accepted.

    Raises
    ------
    SettingError
        If one is not positive; ``batch_wait`` may be 0.

    Examples
    --------
    >>> Limits(texts=8).texts
    8
    """

    body_bytes: int = 4 * 1024 * 1024
    bodies_bytes: int = 256 * 1024 * 1024
    texts: int = 1024
    characters: int = 20_000
    queued_texts: int = 8192
    batch_texts: int = 256
    batch_wait: float = 0.002
    seconds: float = 30.0
    stop_seconds: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0 or (value == 0 and field.name != "batch_wait"):
                raise SettingError(f"{field.name}={value!r}: expected a positive number")

    def require(self, texts: Sequence[Text]) -> None:
        """Raise :class:`ServiceError` where a request has too many texts, or too long ones."""
        if len(texts) > self.texts:
            raise ServiceError(
                422,
                f"{len(texts)} texts; at most {self.texts} a request. Send them in parts",
                code="too_many_texts",
            )
        for row, text in enumerate(texts):
            length = sum(map(len, parts_of(text)))
            if length > self.characters:
                raise ServiceError(
                    422,
                    f"text {row} has {length} characters; at most {self.characters} are read",
                    code="text_too_long",
                )
