"""Which rows of a parallel text hang together, so that a split never shares a text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.parallel import ParallelText


def text_groups(parallel: ParallelText) -> NDArray[Any]:
    """Give rows that share a text, in either language, the same number.

    One sentence often has several translations; a fold that holds one of them out must hold out
    all, or the fold's score is partly memory. A pair of texts counts as one text.

    Returns
    -------
    ndarray of shape (n,), whole numbers from 0

    Examples
    --------
    >>> english, korean = ["Hi", "Hello", "hi", "Bye"], ["안녕", "여보세요", "하이", "안녕"]
    >>> text_groups(ParallelText(english, korean, "en", "ko")).tolist()
    [0, 1, 0, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_rows = len(parallel)
    nodes: dict[object, int] = {}
    ends = []
    for number, side in enumerate((parallel.source, parallel.target)):
        for text in side:
            folded = str(text).casefold().strip()
            ends.append(nodes.setdefault((number, folded), n_rows + len(nodes)))
    rows = np.tile(np.arange(n_rows), 2)
    size = n_rows + len(nodes)
    links = coo_array((np.ones(len(ends), dtype=np.int8), (rows, np.array(ends))), (size, size))
    _, groups = connected_components(links, directed=False)
    _, compact = np.unique(groups[:n_rows], return_inverse=True)
    return compact
