"""Cross mode with parallel sentences: parallel pairs made of them, to fit the map on.

A map for pairs that an encoder reads together must be fitted on such pairs: a vector of one text
lies elsewhere. Pairs in two languages are rare, parallel sentences are not; and where (a_i, a_j)
are two of them, (b_i, b_j) is the translation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.groups import text_groups
from langalign.data.pairing import paired
from langalign.data.parallel import ParallelText
from langalign.data.text import are_pairs
from langalign.errors import DataError, SettingError
from langalign.inputs.fit_texts import Parallel, is_text, side_of
from langalign.inputs.text_vectors import TextVectors
from langalign.pair_making import pair_up_in_parts
from langalign.progress import Progress

MOST = 20_000
"""Pairs made unless it is said otherwise: each is encoded once a language, which takes long."""
FEWEST = 4
"""Two sentences, each of them twice."""


def pairs_of_sentences(
    parallel: ParallelText,
    source: TextVectors,
    *,
    most: int = MOST,
    random_state: int,
    progress: Progress | None = None,
) -> tuple[ParallelText, NDArray[np.int64]]:
    """Pair each sentence with its nearest neighbour and with a random other, in both languages.

    Parameters
    ----------
    parallel
        Single sentences.
    source
        Encodes the source side, for its neighbours; the sentences are read one by one.
    most
        The largest number of pairs to make: each is encoded once a language.
    random_state
        Seed of what is random.
    progress
        Called as encoding goes on.

    Returns
    -------
    pairs : ParallelText
        At most two pairs per sentence.
    groups : ndarray of shape (n_pairs,)
        Pairs of different groups share no text.

    Raises
    ------
    SettingError
        If ``most`` is below 4.
    DataError
        If there are not two different sentences.
    """
    if most < FEWEST:
        raise SettingError(f"max_made_pairs={most!r}: expected {FEWEST} or more")
    groups = text_groups(parallel)
    if len(np.unique(groups)) < 2:
        raise DataError(
            f"parallel text: {len(parallel)} rows without two different sentences; to make pairs "
            "of sentences, some hundreds are needed"
        )
    vectors = source(parallel.source, name="sentences to be paired", progress=progress)
    rows, parts = pair_up_in_parts(vectors, groups, most=most, random_state=random_state)
    return paired(parallel, rows), parts


def task_parallel(
    parallel: Parallel,
    source: TextVectors,
    target: TextVectors,
    *,
    cross: bool,
    most: int = MOST,
    random_state: int = 0,
    progress: Progress | None = None,
) -> tuple[Parallel, NDArray[Any] | None, int]:
    """Return parallel text as a map for the task is fitted on it.

    Parameters
    ----------
    parallel
        Texts or vectors.
    source, target
        Encode the sides.
    cross
        Whether pairs of texts are classified that are read together: pairs are made of single
        sentences then.
    most, random_state, progress
        As in :func:`pairs_of_sentences`.

    Returns
    -------
    parallel : ParallelText or tuple
    groups : ndarray or None
        Rows of different groups share no text; ``None`` for vectors.
    n_sentences : int
        Of how many sentences pairs were made; 0 where none were.

    Raises
    ------
    SettingError
        If an encoder that must read pairs does not.
    DataError
        If one side is vectors and the other single texts.
    """
    for number, encode in enumerate((source, target)):
        if cross and is_text(side_of(parallel, number)):
            encode.require_pair_reader()
    if not isinstance(parallel, ParallelText):
        if cross and any(is_text(side) and not are_pairs(side) for side in parallel):
            raise DataError(
                "parallel text: one side is vectors, the other single texts; with "
                "pair_mode='cross' give pairs of texts there, or texts on both sides"
            )
        return parallel, None, 0
    if not cross or parallel.is_pairs:
        return parallel, text_groups(parallel), 0
    made, groups = pairs_of_sentences(
        parallel, source, most=most, random_state=random_state, progress=progress
    )
    return made, groups, len(made) // 2
