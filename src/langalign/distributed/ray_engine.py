"""Ray Data: texts encoded by ``map_batches`` in a pool of actors.

Everything runs on the Ray that is initialised. An actor that dies is started again, and its batches
are done again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from langalign.data.text import Text
from langalign.distributed.encoder_reference import EncoderReference
from langalign.optional import require
from langalign.vectors import Vectors

Batch = dict[str, Any]


class EncodeBatch:
    """What an actor does: columns of texts become columns of vectors.

    Parameters
    ----------
    encoders
        The encoder of each column that is replaced.
    """

    def __init__(self, encoders: dict[str, EncoderReference]) -> None:
        self.encoders = encoders

    def __call__(self, batch: Batch) -> Batch:
        """Encode the texts of a batch; other columns stay."""
        vectors = {
            column: encoder.encode([_text(value) for value in batch[column]])
            for column, encoder in self.encoders.items()
        }
        return batch | vectors


def encoded(
    dataset: Any, encoders: dict[str, EncoderReference], *, n_actors: int = 2, batch_size: int = 512
) -> Any:
    """Return a ``ray.data.Dataset`` with vectors in place of texts, encoded by a pool of actors."""
    data = require("ray.data", extra="ray", purpose="Ray")
    return dataset.map_batches(
        EncodeBatch,
        fn_constructor_args=(encoders,),
        compute=data.ActorPoolStrategy(size=n_actors),
        batch_size=batch_size,
    )


def encode(
    reference: EncoderReference, texts: Sequence[Text], *, n_actors: int = 2, batch_size: int = 512
) -> Vectors:
    """Return the vectors of texts, in order, encoded by a pool of actors."""
    data = require("ray.data", extra="ray", purpose="Ray")
    rows = [{"row": row, "text": text} for row, text in enumerate(texts)]
    dataset = encoded(
        data.from_items(rows, override_num_blocks=-(-len(rows) // batch_size)),
        {"text": reference},
        n_actors=n_actors,
        batch_size=batch_size,
    )
    batches = [(batch["row"], batch["text"]) for batch in dataset.iter_batches(batch_size=None)]
    order = np.argsort(np.concatenate([row for row, _ in batches]))
    vectors: Vectors = np.concatenate([block for _, block in batches])[order]
    return vectors


@contextlib.contextmanager
def session(address: str | None = None, *, n_workers: int = 2) -> Iterator[None]:
    """Start Ray here, or join a running cluster, and leave it at the end; nothing is reported."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = require("ray", extra="ray", purpose="Ray")
    if address:
        ray.init(address=address)
    else:
        ray.init(num_cpus=n_workers, include_dashboard=False, logging_level="warning")
    context = require("ray.data", extra="ray", purpose="Ray").DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    try:
        yield
    finally:
        ray.shutdown()


def _text(value: Any) -> Text:
    """Return a text, or a pair of texts, which Ray keeps as an array of two."""
    if isinstance(value, str):
        return value
    first, second = value
    return str(first), str(second)
