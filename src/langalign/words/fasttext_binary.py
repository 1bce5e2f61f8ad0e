"""fastText's own binary format (``.bin``): a whole model, read with gensim."""

from __future__ import annotations

import struct
from pathlib import Path

from langalign.data.files import open_binary
from langalign.errors import DataError
from langalign.optional import require
from langalign.words.collecting import Collector
from langalign.words.word_vectors import WordVectors

MAGIC = (793712314).to_bytes(4, "little")


def is_fasttext_binary(path: Path) -> bool:
    """Return whether a file begins as fastText's models do.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    with open_binary(path) as file:
        return file.read(len(MAGIC)) == MAGIC


def read_fasttext_binary(path: Path, *, max_words: int | None = None) -> WordVectors:
    """Read the vectors of a fastText model's vocabulary: those of its ``.vec`` file.

    The whole model is read whatever ``max_words`` is, because the vector of a word is a mean over
    its character n-grams, which stand at the end of the file.

    Raises
    ------
    MissingDependencyError
        If gensim is not installed.
    DataError
        If the file is damaged, or of a kind that gensim does not read.
    """
    fasttext = require(
        "gensim.models.fasttext", extra="words", purpose="Reading fastText's binary models"
    )
    try:
        keyed = fasttext.load_facebook_vectors(str(path))
    except (AssertionError, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise DataError(
            f"{path}: not a fastText model that can be read ({error}); use its .vec file instead"
        ) from error
    collector = Collector(path, keyed.vector_size, "word")
    for number, word in enumerate(keyed.index_to_key[:max_words], 1):
        collector.add(number, word.encode(), keyed.vectors[number - 1].astype("<f4").tobytes())
    return collector.finished()
