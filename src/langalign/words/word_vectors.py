"""Words and their vectors, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """A vocabulary and one vector per word, the most frequent word first as files have it.

    Parameters
    ----------
    words
        All different.
    vectors
        Row i is the vector of word i, shape (n, d), float32.

    Raises
    ------
    DataError
        If a word stands twice, or words and rows are not equally many.
    VectorError
        If ``vectors`` is no array of finite vectors.

    Examples
    --------
    >>> import numpy as np
    >>> animals = WordVectors(("cat", "dog"), np.eye(2))
    >>> animals.rows(["dog", "cat"])
    array([1, 0])
    """

    words: tuple[str, ...]
    vectors: Vectors
    index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        vectors = as_vectors(self.vectors, name="vectors")
        if len(vectors) != len(self.words):
            raise DataError(f"{len(self.words)} words, but {len(vectors)} vectors; one per word")
        index = {word: row for row, word in enumerate(self.words)}
        if len(index) != len(self.words):
            twice = next(word for row, word in enumerate(self.words) if index[word] != row)
            raise DataError(f"the word {twice!r} stands twice; give every word one vector")
        object.__setattr__(self, "vectors", vectors)
        object.__setattr__(self, "index", index)

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        """Return whether a word has a vector."""
        return word in self.index

    @property
    def dim(self) -> int:
        """Return the width of a vector."""
        return int(self.vectors.shape[1])

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the row numbers of words, shape (n,).

        Raises
        ------
        DataError
            If a word has no vector.
        """
        try:
            return np.array([self.index[word] for word in words], dtype=np.int64)
        except KeyError as error:
            raise DataError(
                f"the word {error.args[0]!r} has no vector among the {len(self):,} words; "
                "ask for words of the vocabulary, or read more words (max_words)"
            ) from error

    def replaced(self, vectors: Vectors) -> Self:
        """Return the same words with other vectors."""
        return type(self)(self.words, vectors)
