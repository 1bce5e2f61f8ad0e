"""Where texts are encoded: here, or by the workers of a cluster."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from langalign.encoders.base import Encoder
    from langalign.progress import Progress

TEXTS_A_WORKER = 4096
"""Given to a cluster at once, for each worker: what is done is kept after each such lot."""


class Engine(StrEnum):
    """What encodes."""

    LOCAL = "local"
    DASK = "dask"
    RAY = "ray"


EngineOption = Annotated[
    Engine,
    typer.Option(help="Encode in this process, or by workers of Dask or Ray (extras dask, ray)."),
]
WorkersOption = Annotated[
    int, typer.Option(metavar="N", min=1, help="Workers of --engine dask or ray.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A running cluster, such as tcp://host:8786 (Dask) or auto (Ray).",
        show_default="workers on this machine",
    ),
]


@contextlib.contextmanager
def on_engine(
    encoder: Encoder,
    engine: Engine,
    *,
    n_workers: int,
    address: str | None,
    cache: bool | Path,
    progress: Progress,
) -> Iterator[Encoder]:
    """Yield an encoder whose work is done by the engine; its workers end with the block.

    Raises
    ------
    MissingDependencyError
        If the engine's package is not installed.
    EncoderError
        If the encoder cannot be described to workers.
    """
    if engine is Engine.LOCAL:
        if address is not None:
            raise typer.BadParameter("--cluster is for --engine dask or ray; leave it out")
        yield encoder
        return

    from langalign.distributed import dask_engine, ray_engine
    from langalign.distributed.spread_encoder import Spread, SpreadEncoder
    from langalign.encoders.cache import CachedEncoder, VectorCache

    spread: Spread = dask_engine.encode
    cluster = dask_engine.client
    if engine is Engine.RAY:
        spread = functools.partial(ray_engine.encode, n_actors=n_workers)
        cluster = ray_engine.session
    remote = SpreadEncoder(encoder, spread)
    with cluster(address, n_workers=n_workers):
        if cache is False:
            yield remote
            return
        yield CachedEncoder(
            remote,
            VectorCache(None if cache is True else cache),
            batch_size=n_workers * TEXTS_A_WORKER,
            progress=functools.partial(progress, "Encoding texts"),
        )
