"""Texts from a stream of lines: plain, or one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from langalign.errors import DataError

if TYPE_CHECKING:
    from langalign.data import Text

KEYS = (("text",), ("premise", "hypothesis"), ("text_a", "text_b"))
EXPECTED = 'an object with "text", or with "premise" and "hypothesis"'


def texts_of_lines(lines: Iterable[bytes]) -> Iterator[Text]:
    r"""Yield the text of each line; the first line decides whether lines are JSON objects.

    Raises
    ------
    DataError
        If there are no lines, or one is not UTF-8, or no JSON object where the first is one.

    Examples
    --------
    >>> list(texts_of_lines([b"good\n", b"\n"])), list(texts_of_lines([b'{"text": "good"}\n']))
    (['good', ''], ['good'])
    """
    objects = None
    for number, raw in enumerate(lines, start=1):
        line = _decoded(raw, number)
        if objects is None:
            objects = _keys(_parsed(line)) is not None
        if not objects:
            yield line
        elif line.strip():
            yield _text(line, number)
    if objects is None:
        raise DataError("standard input: nothing in it; give one text per line")


def _decoded(raw: bytes, number: int) -> str:
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"standard input, line {number}: not UTF-8 at byte {error.start + 1}; convert it, for "
            "example with iconv -t UTF-8"
        ) from error
    return text.removesuffix("\n").removesuffix("\r")


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _keys(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, dict):
        return None
    return next((keys for keys in KEYS if value.keys() >= set(keys)), None)


def _text(line: str, number: int) -> Text:
    value = _parsed(line)
    keys = _keys(value)
    parts = [] if keys is None else [value[key] for key in keys]
    if not parts or not all(isinstance(part, str) for part in parts):
        raise DataError(
            f"standard input, line {number}: expected {EXPECTED}, as in line 1; got {line:.60}"
        )
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])
