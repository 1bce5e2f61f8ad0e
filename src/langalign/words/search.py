"""The nearest words of the other language, under three scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langalign.errors import SettingError
from langalign.retrieval import Neighbours, csls_nearest, inverted_softmax_nearest, nearest
from langalign.words.word_vectors import WordVectors

SCORINGS = ("cosine", "csls", "inverted-softmax")


def nearest_words(
    source: WordVectors,
    target: WordVectors,
    words: Sequence[str],
    k: int = 1,
    *,
    scoring: str = "csls",
) -> Neighbours:
    """Return the ``k`` target words of highest score for each of some source words.

    Parameters
    ----------
    source, target
        Vectors of one space, such as ``WordAlignment.apply`` returns them.
    words
        Source words; CSLS and the inverted softmax also look at all the others.
    k
        At most the number of target words.
    scoring
        ``"cosine"``, ``"csls"`` (:func:`langalign.retrieval.csls_nearest`) or
        ``"inverted-softmax"`` (:func:`langalign.retrieval.inverted_softmax_nearest`).

    Raises
    ------
    SettingError
        If there is no such scoring, or ``k`` is out of range.
    DataError
        If a word has no vector, or the spaces differ in width.

    Examples
    --------
    >>> import numpy as np
    >>> english = WordVectors(("cat", "dog"), np.eye(2))
    >>> korean = WordVectors(("개", "고양이"), np.array([[0.1, 1.0], [1.0, 0.2]]))
    >>> found = nearest_words(english, korean, ["cat"])
    >>> korean.words[found.indices[0, 0]]
    '고양이'
    """
    queries = source.vectors[source.rows(words)]
    keys: Any = target.vectors
    if scoring == "cosine":
        return nearest(queries, keys, k)
    if scoring == "csls":
        return csls_nearest(queries, keys, k, among=source.vectors)
    if scoring == "inverted-softmax":
        return inverted_softmax_nearest(queries, keys, k, among=source.vectors)
    raise SettingError(f"scoring={scoring!r}: expected one of {', '.join(SCORINGS)}")
