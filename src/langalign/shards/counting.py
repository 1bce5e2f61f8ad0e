"""A shard summed up; the sums of many shards taken together."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from dataclasses import replace

from langalign.aligners.pair_statistics import N_PARTS, PairStatistics, rows_at_once
from langalign.errors import DataError
from langalign.progress import CountProgress
from langalign.shards.base import Shard


def count(
    shard: Shard, *, n_parts: int = N_PARTS, progress: CountProgress | None = None
) -> PairStatistics:
    """Return the statistics of a shard, whose pairs are read once, in blocks.

    Parameters
    ----------
    shard
        See :func:`~langalign.shards.open_shard`.
    n_parts
        As in :class:`~langalign.aligners.pair_statistics.PairStatistics`.
    progress
        Called after every block with how many pairs are done, and how many there are.

    Raises
    ------
    DataError
        If it cannot be read, or rows hold no numbers.
    """
    statistics, done = None, 0
    for X, Y in shard.blocks(rows_at_once(n_parts, max(shard.widths))):
        if statistics is None:
            statistics = PairStatistics.of(X, Y, n_parts=n_parts)
        else:
            statistics = statistics.extended(X, Y)
        done += len(X)
        if progress is not None:
            progress(done, shard.n)
    if statistics is None:
        raise DataError(f"{shard.name}: no pairs in it; leave this shard out")
    source, target = shard.spaces
    return replace(statistics, source=source, target=target, shards=(shard.name,))


def merged(statistics: Iterable[PairStatistics]) -> PairStatistics:
    """Return the statistics of all pairs; one is in memory at a time beside the sum.

    Raises
    ------
    SpaceMismatchError
        If some are of other spaces.
    DataError
        If a shard is counted twice, or there are no statistics.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.eye(4)
    >>> merged(PairStatistics.of(X[rows], X[rows]) for rows in ([0, 1], [2, 3])).n
    4
    """
    found = iter(statistics)
    first = next(found, None)
    if first is None:
        raise DataError("no statistics to merge; make some with 'langalign stats'")
    return functools.reduce(operator.add, found, first)
