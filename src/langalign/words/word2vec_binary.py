"""word2vec's binary format (``.bin``): a line ``words width``, then word, blank, float32 each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from langalign.data.files import ByteFile, open_binary
from langalign.errors import DataError
from langalign.progress import Progress
from langalign.words.collecting import WORDS_A_REPORT, Collector
from langalign.words.text_format import WIDEST, header_of, require_writable
from langalign.words.word_vectors import WordVectors

LONGEST_HEADER = 64
CHUNK = 2**20


def read_word2vec_binary(
    path: Path, *, max_words: int | None = None, progress: Progress | None = None
) -> WordVectors:
    """Read word2vec's binary format.

    Words that are not UTF-8 are left out and counted; of a word that stands twice the first vector
    is kept.

    Raises
    ------
    DataError
        If the file cannot be read, is of another format or ends too early.
    """
    with open_binary(path) as file:
        header = header_of(file.readline(LONGEST_HEADER))
        if header is None or not 1 <= header[1] <= WIDEST:
            raise DataError(
                f"{path}: not in word2vec's binary format, which begins with a line such as "
                "'200000 300'; name text files .vec or .txt"
            )
        total, dim = header
        wanted = min(total, max_words or total)
        collector = Collector(path, dim, "word")
        number = 0
        for number, (word, values) in enumerate(_entries(file, 4 * dim, total), 1):
            collector.add(number, word, values)
            if progress and number % WORDS_A_REPORT == 0:
                progress(f"Reading {path.name}", len(collector.words), wanted)
            if len(collector.words) == max_words:
                break
    if number < total and len(collector.words) != max_words:
        raise DataError(
            f"{path}: ends after {number:,} of {total:,} words; copy or download it again"
        )
    return collector.finished()


def write_word2vec_binary(words: WordVectors, file: IO[bytes]) -> None:
    """Write word2vec's binary format, which keeps every bit.

    Raises
    ------
    DataError
        If a word is empty or holds white space: nobody could read it back.
    """
    require_writable(words)
    file.write(f"{len(words)} {words.dim}\n".encode())
    for word, vector in zip(words.words, words.vectors, strict=True):
        file.write(word.encode() + b" " + vector.astype("<f4").tobytes() + b"\n")


def _entries(file: ByteFile, width: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield word and vector until the file ends; some writers put a line end after a vector."""
    buffer, at = b"", 0
    for _ in range(count):
        while (blank := buffer.find(b" ", at)) < 0 or len(buffer) < blank + 1 + width:
            more = file.read(CHUNK)
            if not more:
                return
            buffer, at = buffer[at:] + more, 0
        end = blank + 1 + width
        yield buffer[at:blank].lstrip(b"\n"), buffer[blank + 1 : end]
        at = end
