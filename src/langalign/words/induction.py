"""Translations of words, and how often the right one is among the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from langalign.errors import DataError, SettingError
from langalign.head_room.measured import Measured, ratio
from langalign.progress import Progress
from langalign.words.dictionary import BilingualDictionary
from langalign.words.search import SCORINGS, nearest_words
from langalign.words.word_vectors import WordVectors

AT = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Translation:
    """A source word, a target word and their score."""

    source: str
    target: str
    score: float


@dataclass(frozen=True, slots=True)
class InductionScores:
    """How good the induced translations of a test dictionary's words are.

    Parameters
    ----------
    n
        Source words scored: those with a vector, of which a gold translation has one too.
    n_words
        Source words of the dictionary.
    precision
        By scoring and by k: the share of scored words with a gold translation among the k nearest,
        with an interval over these words.
    """

    n: int
    n_words: int
    precision: dict[str, dict[int, Measured]]

    @property
    def coverage(self) -> float:
        """Return the share of the dictionary's words that were scored."""
        return self.n / self.n_words

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "words": self.n_words,
            "scored": self.n,
            "coverage": self.coverage,
            "precision": {
                scoring: {str(k): asdict(measured) for k, measured in by_k.items()}
                for scoring, by_k in self.precision.items()
            },
        }


def induce(
    source: WordVectors,
    target: WordVectors,
    words: Sequence[str] | None = None,
    *,
    k: int = 1,
    scoring: str = "csls",
) -> list[Translation]:
    """Return the ``k`` best translations of each word, best first, word by word.

    Parameters
    ----------
    source, target
        Vectors of one space.
    words
        Source words; all by default.
    k, scoring
        As in :func:`langalign.words.search.nearest_words`, which also says what is raised.

    Examples
    --------
    >>> english = WordVectors(("cat", "dog"), np.eye(2))
    >>> korean = WordVectors(("개", "고양이"), np.array([[0.1, 1.0], [1.0, 0.2]]))
    >>> [found.target for found in induce(english, korean)]
    ['고양이', '개']
    """
    asked = source.words if words is None else tuple(words)
    found = nearest_words(source, target, asked, k, scoring=scoring)
    return [
        Translation(word, target.words[row], float(score))
        for word, rows, scores in zip(asked, found.indices, found.scores, strict=True)
        for row, score in zip(rows, scores, strict=True)
    ]


def evaluate_induction(
    source: WordVectors,
    target: WordVectors,
    dictionary: BilingualDictionary,
    *,
    at: Sequence[int] = AT,
    scorings: Sequence[str] = SCORINGS,
    random_state: int = 0,
    progress: Progress | None = None,
) -> InductionScores:
    """Score induced translations as MUSE does.

    A source word is right at k if any of its gold translations is among its k nearest. Words that
    have no vector, or none of whose gold translations has one, are left out and counted. All
    target words compete, and all source words count for CSLS and the inverted softmax.

    Parameters
    ----------
    source, target
        Vectors of one space.
    dictionary
        The test dictionary; no source word of it should have been learned from.
    at
        The values of k.
    scorings
        Which of :data:`langalign.words.search.SCORINGS`.
    random_state
        Seed of the intervals.
    progress
        Called after each scoring.

    Raises
    ------
    DataError
        If no pair of the dictionary has vectors on both sides.
    SettingError
        If ``at`` is empty or above the number of target words, or a scoring is unknown.

    References
    ----------
    Conneau, A. et al. (2018). Word translation without parallel data. arXiv 1710.04087.

    Examples
    --------
    >>> english = WordVectors(("cat", "dog"), np.eye(2))
    >>> korean = WordVectors(("개", "고양이"), np.array([[0.1, 1.0], [1.0, 0.2]]))
    >>> gold = BilingualDictionary((("cat", "고양이"), ("dog", "강아지")))
    >>> scores = evaluate_induction(english, korean, gold, at=(1,))
    >>> scores.n, scores.n_words, scores.precision["csls"][1].value
    (1, 2, 1.0)
    """
    if not at:
        raise SettingError("at=(): expected at least one k, such as 1")
    gold = dictionary.within(source, target).translations()
    words = tuple(gold)
    precision = {}
    for done, scoring in enumerate(scorings, 1):
        found = nearest_words(source, target, words, max(at), scoring=scoring).indices
        right = [
            np.isin(row, target.rows(gold[word])) for word, row in zip(words, found, strict=True)
        ]
        precision[scoring] = {
            k: ratio(
                np.array([row[:k].any() for row in right]),
                np.ones(len(words)),
                random_state=random_state,
            )
            for k in at
        }
        if progress:
            progress("Scoring", done, len(scorings))
    return InductionScores(len(words), len(dictionary.translations()), precision)


def require_apart(train: BilingualDictionary, test: BilingualDictionary) -> None:
    """Raise :class:`DataError` if a source word stands in both dictionaries."""
    shared = train.translations().keys() & test.translations().keys()
    if shared:
        raise DataError(
            f"{len(shared):,} source words stand in both dictionaries, such as {min(shared)!r}; "
            "scores on words that were learned from say nothing"
        )
