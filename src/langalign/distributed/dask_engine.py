"""Dask: shards summed up by ``map_partitions`` and a tree of sums, texts encoded in partitions.

Everything runs on the client that is current. A partition of a worker that dies is done again by
another, and nothing is counted twice: a sum is the result of its own partitions alone.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from langalign.aligners.pair_statistics import PairStatistics
from langalign.data.text import Text
from langalign.distributed.encoder_reference import EncoderReference
from langalign.optional import require
from langalign.shards import count, merged, open_shard
from langalign.vectors import Vectors

PURPOSE = "Dask"


def count_named(shard: str) -> PairStatistics:
    """Return the statistics of a shard of vectors by its name, which all workers can read."""
    return count(open_shard(shard))


def statistics(
    shards: Sequence[str],
    *,
    count_shard: Callable[[str], PairStatistics] = count_named,
    split_every: int = 8,
) -> PairStatistics:
    """Return the statistics of all shards, each summed up by a worker.

    Parameters
    ----------
    shards
        Names as :func:`~langalign.shards.open_shard` takes them.
    count_shard
        What a worker does with a name; another one reads texts, or other columns.
    split_every
        So many sums are added up at a time, in a tree.

    Raises
    ------
    MissingDependencyError
        If Dask is not installed.
    """
    bag = require("dask.bag", extra="dask", purpose=PURPOSE).from_sequence(shards, partition_size=1)
    counted = bag.map_partitions(functools.partial(_counted, count_shard))
    found: PairStatistics = counted.reduction(merged, merged, split_every=split_every).compute()
    return found


def encode(reference: EncoderReference, texts: Sequence[Text], *, batch_size: int = 512) -> Vectors:
    """Return the vectors of texts, in order, encoded by the workers in partitions of a size."""
    bag = require("dask.bag", extra="dask", purpose=PURPOSE).from_sequence(
        texts, partition_size=batch_size
    )
    blocks = bag.map_partitions(functools.partial(_encoded, reference)).compute()
    return np.concatenate(blocks)


@contextlib.contextmanager
def client(address: str | None = None, *, n_workers: int = 2) -> Iterator[None]:
    """Make a client the current one: of a running cluster, or of local worker processes."""
    distributed = require("distributed", extra="dask", purpose=PURPOSE)
    with contextlib.ExitStack() as stack:
        cluster = address or stack.enter_context(
            distributed.LocalCluster(
                n_workers=n_workers, threads_per_worker=1, dashboard_address=None
            )
        )
        stack.enter_context(distributed.Client(cluster))
        yield


def _counted(
    count_shard: Callable[[str], PairStatistics], shards: Iterable[str]
) -> list[PairStatistics]:
    return [merged(map(count_shard, shards))]


def _encoded(reference: EncoderReference, texts: Iterable[Text]) -> list[Vectors]:
    return [reference.encode(list(texts))]
