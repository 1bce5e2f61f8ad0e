"""Ray Data: vectors summed up by ``map_batches``, and the sums by a tree of them.

A worker that dies does not count: its batches are summed up again by another, each once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from langalign.aligners.pair_statistics import PairStatistics
from langalign.aligners.statistics_folder import as_arrays, description, from_arrays
from langalign.shards import merged
from langalign.shards.opening import COLUMNS

MERGED_AT_ONCE = 8
Batch = dict[str, Any]


def statistics(
    dataset: Any,
    *,
    columns: tuple[str, str] = COLUMNS,
    spaces: tuple[str | None, str | None] = (None, None),
    batch_size: int = 65_536,
) -> PairStatistics:
    """Return the statistics of two columns of vectors of a ``ray.data.Dataset``.

    Parameters
    ----------
    dataset
        Such as ``ray.data.read_parquet`` gives, or
        :func:`~langalign.distributed.ray_engine.encoded`.
    columns
        Names of the source and of the target column.
    spaces
        Their fingerprints.
    batch_size
        Pairs summed up at a time; fewer mean more sums to add up.
    """

    def count(batch: Batch) -> Batch:
        X, Y = (np.stack(list(batch[column])) for column in columns)
        return _row(PairStatistics.of(X, Y, source=spaces[0], target=spaces[1]))

    def merge(batch: Batch) -> Batch:
        return _row(merged(_statistics(batch)))

    sums = dataset.map_batches(count, batch_size=batch_size)
    tree = sums.map_batches(merge, batch_size=MERGED_AT_ONCE)
    return merged(each for batch in tree.iter_batches(batch_size=1) for each in _statistics(batch))


def _row(statistics: PairStatistics) -> Batch:
    """Return statistics as a batch of one row, of columns that Ray knows."""
    columns = {name: array[None] for name, array in as_arrays(statistics).items()}
    return columns | {"description": [json.dumps(description(statistics))]}


def _statistics(batch: Batch) -> Iterator[PairStatistics]:
    """Yield the statistics of each row."""
    for row, text in enumerate(batch["description"]):
        arrays = {name: column[row] for name, column in batch.items() if name != "description"}
        yield from_arrays(arrays, json.loads(text))
