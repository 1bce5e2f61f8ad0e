"""What may go into an encoder and what must come out of it, checked in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from langalign.data.text import Text
from langalign.errors import EncoderError, VectorError
from langalign.vectors import Vectors, as_vectors


def require_texts(texts: Iterable[Any], *, reads_pairs: bool) -> list[Text]:
    """Return the texts as a new list, or say which of them cannot be encoded.

    Parameters
    ----------
    texts
        Strings or, where ``reads_pairs`` allows them, pairs of strings (tuples or lists).
    reads_pairs
        Whether pairs can be encoded.

    Returns
    -------
    list of str or tuple of two str
        A new list; the caller's is left alone.

    Raises
    ------
    EncoderError
        If ``texts`` is one string, or an item of it is neither a string nor an allowed pair.

    Examples
    --------
    >>> require_texts(["Hello", ["A man eats", "Nobody eats"]], reads_pairs=True)
    ['Hello', ('A man eats', 'Nobody eats')]
    """
    if isinstance(texts, str):
        raise EncoderError(
            f"expected a list of texts, got one string ({texts[:40]!r}); put it in a list: [text]"
        )
    return [_text(item, row, reads_pairs) for row, item in enumerate(texts)]


def _text(item: Any, row: int, reads_pairs: bool) -> Text:
    try:
        if isinstance(item, str):
            item.encode()
            return item
        if isinstance(item, (tuple, list)) and len(item) == 2:
            first, second = item
            if isinstance(first, str) and isinstance(second, str) and reads_pairs:
                (first + second).encode()
                return first, second
    except UnicodeEncodeError as error:
        raise EncoderError(
            f"text {row} is not valid Unicode ({error.reason}); read its file as UTF-8 again, or "
            "clean it with text.encode('utf-8', 'replace').decode()"
        ) from error
    expected = "a string or a pair of strings" if reads_pairs else "a string"
    hint = "" if reads_pairs else "; this encoder reads one text at a time, not pairs"
    raise EncoderError(
        f"text {row} should be {expected}, it is {type(item).__name__} {str(item)[:40]!r}{hint}. "
        "Drop the rows without a text, or put '' there."
    )


def text_bytes(text: Text) -> bytes:
    r"""Return bytes that no other text and no other pair has: what keys and hashes are made of.

    A string is its UTF-8. A pair starts with a byte that UTF-8 never contains, then the length of
    the first text, so that ``("ab", "c")``, ``("a", "bc")`` and ``"abc"`` all differ.

    Examples
    --------
    >>> text_bytes("ab")
    b'ab'
    >>> text_bytes(("a", "b"))
    b'\xff\x00\x00\x00\x00\x00\x00\x00\x01ab'
    """
    if isinstance(text, str):
        return text.encode()
    first, second = text[0].encode(), text[1].encode()
    return b"\xff" + len(first).to_bytes(8, "big") + first + second


def require_vectors(output: Any, *, rows: int, dim: int | None, source: str) -> Vectors:
    """Return what an encoder gave as float32 of shape (rows, d), or say what is wrong with it.

    Parameters
    ----------
    output
        What came back; array-like.
    rows
        How many texts went in, at least one.
    dim
        The width expected, where it is known.
    source
        Which encoder it was, for messages.

    Raises
    ------
    EncoderError
        If ``output`` is not one finite vector of the expected width a text.
    """
    try:
        array = np.asarray(output)
    except Exception as error:  # foreign arrays raise what they like
        raise EncoderError(
            f"{source} returned {type(output).__name__}, which is not an array ({error}); "
            "return numpy vectors of shape (n, d)"
        ) from error
    if array.ndim != 2 or len(array) != rows or (dim is not None and array.shape[1] != dim):
        raise EncoderError(
            f"{source} returned shape {array.shape} of type {array.dtype} for {rows} texts; "
            f"expected ({rows}, {'d' if dim is None else dim}), one vector per text"
        )
    try:
        return as_vectors(array, name=f"the vectors from {source}")
    except VectorError as error:
        raise EncoderError(f"{source} cannot be trusted: {error}") from error
