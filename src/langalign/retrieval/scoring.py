"""What a search ranks by: the cosine, or the cosine against that of the nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from langalign.errors import SettingError
from langalign.progress import CountProgress
from langalign.retrieval.local_means import means_of
from langalign.retrieval.neighbours import BLOCK_BYTES, Block, similarity_blocks
from langalign.vectors import Vectors

Rule = Callable[[Vectors, Vectors, Vectors], None]
"""Turns cosines into scores in place, given the local means of their rows and columns."""


def scored_blocks(
    Q: Vectors,
    K: Vectors,
    scoring: str,
    neighbourhood: int,
    block_bytes: int = BLOCK_BYTES,
    progress: CountProgress | None = None,
) -> Iterator[Block]:
    """Yield some rows' numbers, and their scores with all keys.

    Parameters
    ----------
    Q, K
        Rows of length one, (n, d) and (m, d).
    scoring
        ``"cosine"``, ``"csls"``, ``"ratio"`` or ``"distance"``.
    neighbourhood
        Neighbours behind the local means that all but the cosine need: a pass of its own.
    block_bytes
        Memory for scores: some rows times all keys.
    progress
        Called after each block of each pass with how many rows are done, over all passes, and how
        many there are.

    Raises
    ------
    SettingError
        If ``scoring`` is unknown, or ``neighbourhood`` below 1.
    """

    def a_pass(before: int, total: int) -> Iterator[Block]:
        for rows, block in similarity_blocks(Q, K, block_bytes):
            yield rows, block
            if progress is not None:
                progress(before + min(rows.stop, len(Q)), total)

    if scoring == "cosine":
        yield from a_pass(0, len(Q))
        return
    rule, total = _rule(scoring), 2 * len(Q)
    of_queries, of_keys = means_of(a_pass(0, total), len(Q), len(K), neighbourhood)
    for rows, block in a_pass(len(Q), total):
        rule(block, of_queries[rows, None], of_keys)
        yield rows, block


def margins(cosines: Vectors, of_queries: Vectors, of_keys: Vectors, scoring: str) -> Vectors:
    """Return the scores of single pairs, shape and broadcasting of ``cosines``.

    Raises
    ------
    SettingError
        If ``scoring`` is unknown.

    Examples
    --------
    >>> one = np.ones(1, dtype=np.float32)
    >>> margins(0.9 * one, 0.6 * one, 0.4 * one, "ratio").round(3)
    array([1.8], dtype=float32)
    """
    scores = np.array(cosines, dtype=np.float32)
    if scoring != "cosine":
        _rule(scoring)(scores, of_queries, of_keys)
    return scores


def _csls(block: Vectors, of_queries: Vectors, of_keys: Vectors) -> None:
    block *= 2
    block -= of_queries
    block -= of_keys


def _distance(block: Vectors, of_queries: Vectors, of_keys: Vectors) -> None:
    block -= of_queries / 2
    block -= of_keys / 2


def _ratio(block: Vectors, of_queries: Vectors, of_keys: Vectors) -> None:
    near = of_queries / 2 + of_keys / 2
    if near.min() <= 0:  # nothing is near to either: no ratio says that they are near to each other
        none = near <= 0
        near[none], block[none] = 1, 0
    block /= near


_RULES: dict[str, Rule] = {"csls": _csls, "distance": _distance, "ratio": _ratio}
SCORINGS = ("cosine", *_RULES)


def require_scoring(scoring: str) -> None:
    """Raise :class:`SettingError` unless there is such a scoring."""
    if scoring not in SCORINGS:
        raise SettingError(f"scoring={scoring!r}: expected one of {', '.join(SCORINGS)}")


def _rule(scoring: str) -> Rule:
    require_scoring(scoring)
    return _RULES[scoring]
