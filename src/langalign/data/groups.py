"""Which rows of a parallel text hang together, so that a split never shares a text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.parallel import ParallelText
from langalign.data.text import parts_of
from langalign.folds import linked_rows

LARGEST_SHARE = 1 / 3
"""Of pairs of texts: a larger group does not fit into one of three folds."""


def text_groups(parallel: ParallelText) -> NDArray[Any]:
    """Give rows that share a text, in either language, the same number.

    One sentence often has several translations; a fold that holds one of them out must hold out
    all, or the fold's score is partly memory.

    Both texts of a pair count: rows that share a premise or a hypothesis, also one's
    premise with another's hypothesis, hang together. Where hypotheses repeat ("Nobody is eating."),
    nearly all rows may hang together through them, and nothing could be held out; where one group
    would hold more than a third of the rows, premises alone decide, and a hypothesis may stand on
    both sides of a split.

    Returns
    -------
    ndarray of shape (n,), whole numbers from 0

    Examples
    --------
    >>> english, korean = ["Hi", "Hello", "hi", "Bye"], ["안녕", "여보세요", "하이", "안녕"]
    >>> text_groups(ParallelText(english, korean, "en", "ko")).tolist()
    [0, 1, 0, 0]
    """
    groups = _connected(parallel, n_parts=2)
    if parallel.is_pairs and np.bincount(groups).max() > LARGEST_SHARE * len(groups):
        return _connected(parallel, n_parts=1)
    return groups


def _connected(parallel: ParallelText, *, n_parts: int) -> NDArray[Any]:
    """Return one number for rows linked by the first ``n_parts`` strings of their texts."""
    sides = zip(parallel.source, parallel.target, strict=True)
    return linked_rows(
        [
            (number, part.casefold().strip())
            for number, text in enumerate(texts)
            for part in parts_of(text)[:n_parts]
        ]
        for texts in sides
    )
