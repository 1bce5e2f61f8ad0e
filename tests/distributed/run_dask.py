"""Run on a cluster of two Dask workers, one of which is killed while it sums up a shard."""

from __future__ import annotations

import functools
import os
import signal
import sys
from pathlib import Path

import numpy as np

from langalign.aligners.statistics_folder import save_statistics
from langalign.distributed import dask_engine
from langalign.distributed.encoder_reference import EncoderReference
from langalign.encoders.resolve import resolve


def count_or_die(tomb, shard):
    """Kill the own process in the middle of the third shard, once."""
    if "en-3" in shard and not Path(tomb).exists():
        Path(tomb).write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    return dask_engine.count_named(shard)


def main():
    out, *shards = sys.argv[1:]
    encoder = resolve("mini")
    texts = [f"text number {number}" for number in range(40)]
    with dask_engine.client(n_workers=2):
        count = functools.partial(count_or_die, f"{out}/tomb")
        save_statistics(
            dask_engine.statistics(shards, count_shard=count, split_every=2), f"{out}/sums"
        )
        vectors = dask_engine.encode(EncoderReference.of(encoder), texts, batch_size=8)
    np.testing.assert_allclose(vectors, encoder.encode(texts), atol=1e-6)
    print("done")


if __name__ == "__main__":
    main()
