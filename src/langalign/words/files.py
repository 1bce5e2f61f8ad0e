"""Files of word vectors, by their name: text, or binary of word2vec or fastText."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

from langalign.data.files import file_format
from langalign.errors import SettingError
from langalign.files.whole_file import whole_file
from langalign.progress import Progress
from langalign.words.fasttext_binary import is_fasttext_binary, read_fasttext_binary
from langalign.words.text_format import read_text_format, write_text_format
from langalign.words.word2vec_binary import read_word2vec_binary, write_word2vec_binary
from langalign.words.word_vectors import WordVectors


def read_word_vectors(
    path: str | Path, *, max_words: int | None = None, progress: Progress | None = None
) -> WordVectors:
    r"""Read word vectors.

    Parameters
    ----------
    path
        A ``.bin`` file of word2vec or fastText (recognised by content; fastText's needs gensim),
        else text as word2vec and fastText write it (``.vec``, ``.txt``; the first line with the
        counts may be missing, as in GloVe). All may end in ``.gz`` or ``.xz``.
    max_words
        Stop after so many words: files have the most frequent first.
    progress
        Called with what is read, the words read and those to read.

    Raises
    ------
    DataError
        If the file is missing, damaged or holds something else.
    SettingError
        If ``max_words`` is below 1.

    Warns
    -----
    DataWarning
        With counts, if entries were left out: another width, no numbers, not UTF-8, twice.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "en.vec")
    ...     _ = path.write_text("2 3\ncat 1 0 0\ndog 0 1 0\n", encoding="utf-8")
    ...     read_word_vectors(path).words
    ('cat', 'dog')
    """
    path = Path(path)
    if max_words is not None and max_words < 1:
        raise SettingError(f"max_words={max_words}: expected at least 1, or None for all")
    if file_format(path) != ".bin":
        return read_text_format(path, max_words=max_words, progress=progress)
    if is_fasttext_binary(path):
        return read_fasttext_binary(path, max_words=max_words)
    return read_word2vec_binary(path, max_words=max_words, progress=progress)


def write_word_vectors(words: WordVectors, path: str | Path) -> None:
    """Write word vectors, whole or not at all: word2vec binary to ``.bin``, else text.

    Text has six digits a number, binary every bit. Names that end in ``.gz`` or ``.xz`` are
    compressed.

    Raises
    ------
    DataError
        If a word is empty or holds white space.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "en.bin.gz")
    ...     write_word_vectors(WordVectors(("cat",), np.ones((1, 2))), path)
    ...     read_word_vectors(path).vectors
    array([[1., 1.]], dtype=float32)
    """
    target = Path(path).resolve()
    write = write_word2vec_binary if file_format(target) == ".bin" else write_text_format
    with whole_file(target) as file:
        if target.suffix.lower() == ".gz":
            # A fixed time, so that the same vectors give the same bytes.
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                write(words, packed)  # type: ignore[arg-type]
        elif target.suffix.lower() == ".xz":
            with lzma.LZMAFile(file, mode="wb") as smaller:
                write(words, smaller)
        else:
            write(words, file)
