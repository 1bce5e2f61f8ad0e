"""The text format of word2vec and fastText (``.vec``): a word and its numbers, one per line."""

from __future__ import annotations

import itertools
import struct
import warnings
from pathlib import Path
from typing import IO

from langalign.data.files import empty_file, open_binary
from langalign.errors import DataError, DataWarning
from langalign.progress import Progress
from langalign.words.collecting import WORDS_A_REPORT, Collector
from langalign.words.word_vectors import WordVectors

WIDEST = 10_000
"""More numbers per word than any such file has."""

MOST_DIGITS = 18
"""More digits than any number of words has; thousands of them Python does not even read."""


def read_text_format(
    path: Path, *, max_words: int | None = None, progress: Progress | None = None
) -> WordVectors:
    """Read a text file of word vectors; the first line may say how many words and numbers.

    Fields are separated by spaces or tabs. A line with another width, with something that is no
    number or with a word that is not UTF-8 is left out and counted; of a word that stands twice
    the first vector is kept.

    Raises
    ------
    DataError
        If the file cannot be read, is empty or holds something else.
    """
    with open_binary(path) as file:
        first = file.readline()
        if not first:
            raise empty_file(path)
        header = header_of(first)
        total, dim = header if header else (None, len(first.split()) - 1)
        if not 1 <= dim <= WIDEST:
            raise DataError(
                f"{path}, line 1: {dim} numbers after the first field; expected 'words width', or "
                "a word and its vector, separated by blanks. Is this a text file of word vectors "
                "(.vec, .txt)? Binary files end in .bin."
            )
        collector = Collector(path, dim, "line")
        wanted = min(max_words or total or 0, total or max_words or 0)
        lines = enumerate(itertools.chain([first], file), 1)
        for number, line in itertools.islice(lines, 1 if header else 0, None):
            _add(collector, number, line)
            if progress and number % WORDS_A_REPORT == 0:
                progress(f"Reading {path.name}", len(collector.words), wanted)
            if len(collector.words) == max_words:
                break
    found = collector.finished()
    if total is not None and len(found) < 0.9 * wanted:
        warnings.warn(
            f"{path}: the first line promises {total:,} words, only {len(found):,} were there; "
            "was its copying cut off?",
            DataWarning,
            stacklevel=2,
        )
    return found


def header_of(line: bytes) -> tuple[int, int] | None:
    r"""Return the number of words and the width that a first line names, if it does.

    Examples
    --------
    >>> header_of(b"200000 300\n")
    (200000, 300)
    >>> header_of(b"the 0.1 0.2\n") is None
    True
    """
    fields = line.split()
    if len(fields) == 2 and all(field.isdigit() and len(field) <= MOST_DIGITS for field in fields):
        return int(fields[0]), int(fields[1])
    return None


def write_text_format(words: WordVectors, file: IO[bytes]) -> None:
    """Write a header and one line a word, numbers with six digits.

    Raises
    ------
    DataError
        If a word is empty or holds white space: nobody could read it back.
    """
    require_writable(words)
    file.write(f"{len(words)} {words.dim}\n".encode())
    form = " ".join(["%.6g"] * words.dim)
    for word, vector in zip(words.words, words.vectors, strict=True):
        file.write(f"{word} {form % tuple(vector.tolist())}\n".encode())


def require_writable(words: WordVectors) -> None:
    """Raise :class:`DataError` if a word is empty or holds a blank, a tab or a line end."""
    for word in words.words:
        if len(word.encode().split()) != 1 or len(word.encode().split()[0]) != len(word.encode()):
            raise DataError(
                f"the word {word!r} is empty or holds white space, which these formats cannot "
                "hold; replace it (word2vec writes _ for a blank)"
            )


def _add(collector: Collector, number: int, line: bytes) -> None:
    word, *numbers = line.split() or [b""]
    if len(numbers) != collector.dim:
        collector.leave_out(number, "another width")
        return
    try:
        values = struct.pack(f"<{collector.dim}f", *map(float, numbers))
    except (ValueError, OverflowError):
        collector.leave_out(number, "not numbers")
        return
    collector.add(number, word, values)
