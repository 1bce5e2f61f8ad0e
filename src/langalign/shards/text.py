"""A shard of parallel text, encoded while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from langalign.data import ParallelText
from langalign.encoders.base import Encoder
from langalign.errors import DataError
from langalign.shards.base import Block, last_written, name_of
from langalign.text_vectors import TextVectors

ENCODED_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class TextReading:
    """How texts are read and encoded.

    Parameters
    ----------
    source_lang, target_lang
        Their languages.
    source, target
        Their encoders.
    """

    source_lang: str
    target_lang: str
    source: Encoder
    target: Encoder


class TextShard:
    """Parallel text of any format that ``langalign fit`` reads.

    Vectors are not kept: the sums of the shard are what remains.

    Parameters
    ----------
    paths
        One file, or the two plain files of both languages.
    reading
        Languages and encoders.

    Raises
    ------
    DataError
        If the texts cannot be read, or there are none.
    """

    def __init__(self, paths: Sequence[Path], reading: TextReading) -> None:
        self._reading = reading
        self._texts = ParallelText.read(
            *paths, source_lang=reading.source_lang, target_lang=reading.target_lang
        )
        if not len(self._texts):
            raise DataError(f"{paths[0]}: no pairs in it; leave this shard out")
        self.name = name_of(paths)
        self.modified = last_written(paths)
        self.n = len(self._texts)
        self.spaces = reading.source.fingerprint, reading.target.fingerprint

    @property
    def widths(self) -> tuple[int, int]:
        """Widths of the encoders' vectors."""
        return self._reading.source.dim, self._reading.target.dim

    def blocks(self, rows: int) -> Iterator[Block]:
        """Yield the vectors of both sides; of pairs of texts those of both, one after the other."""
        rows = min(rows, ENCODED_AT_ONCE)
        source = TextVectors(self._reading.source, cache=False)
        target = TextVectors(self._reading.target, cache=False)
        for start in range(0, self.n, rows):
            part = slice(start, start + rows)
            X = source(self._texts.source[part], name="source texts")
            Y = target(self._texts.target[part], name="target texts")
            yield X.reshape(-1, X.shape[-1]), Y.reshape(-1, Y.shape[-1])
