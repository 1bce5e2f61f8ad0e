"""Which rows of a parallel text hang together, so that a split never shares a text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.parallel import ParallelText
from langalign.data.text import parts_of

LARGEST_SHARE = 1 / 3
"""Of pairs of texts: a larger group does not fit into one of three folds."""


def text_groups(parallel: ParallelText) -> NDArray[Any]:
    """Give rows that share a text, in either language, the same number.

    One sentence often has several translations; a fold that holds one of them out must hold out
    all, or the fold's score is partly memory.

    Of a pair of texts both are looked at: rows that share a premise or a hypothesis, also one's
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
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_rows = len(parallel)
    nodes: dict[object, int] = {}
    rows, ends = [], []
    for number, side in enumerate((parallel.source, parallel.target)):
        for row, text in enumerate(side):
            for part in parts_of(text)[:n_parts]:
                key = (number, part.casefold().strip())
                rows.append(row)
                ends.append(nodes.setdefault(key, n_rows + len(nodes)))
    size = n_rows + len(nodes)
    links = coo_array((np.ones(len(ends), dtype=np.int8), (rows, ends)), (size, size))
    _, groups = connected_components(links, directed=False)
    _, compact = np.unique(groups[:n_rows], return_inverse=True)
    return compact
