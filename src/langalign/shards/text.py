"""A shard of parallel text, encoded while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langalign.data import ParallelText
from langalign.data.cleaning import clean as clean_pairs
from langalign.encoders.base import Encoder
from langalign.errors import DataError
from langalign.inputs.text_vectors import TextVectors
from langalign.shards.base import Block, last_written, name_of

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
    split
        Read only these rows of tables that have a column ``split``.
    where
        Read only rows with these values, by column; for tables only.
    clean
        Drop doubtful pairs, as :class:`~langalign.model.LangAlign` does.
    """

    source_lang: str
    target_lang: str
    source: Encoder
    target: Encoder
    split: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    clean: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return what decides which pairs are read, JSON-able."""
        return {
            "languages": [self.source_lang, self.target_lang],
            "split": self.split,
            "where": dict(self.where),
            "clean": self.clean,
        }


class TextShard:
    """Parallel text of any format that ``langalign fit`` reads.

    Vectors are not kept, only the sums of the shard.

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
        self._texts = _read(paths, reading)
        self.name = name_of(paths)
        self.modified = last_written(paths)
        self.reading = reading.as_dict()
        self.n = len(self._texts) * (2 if self._texts.is_pairs else 1)
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
        for start in range(0, len(self._texts), rows):
            part = slice(start, start + rows)
            X = source(self._texts.source[part], name="source texts")
            Y = target(self._texts.target[part], name="target texts")
            yield X.reshape(-1, X.shape[-1]), Y.reshape(-1, Y.shape[-1])


def _read(paths: Sequence[Path], reading: TextReading) -> ParallelText:
    texts = ParallelText.read(
        *paths,
        source_lang=reading.source_lang,
        target_lang=reading.target_lang,
        split=reading.split,
        where=reading.where,
    )
    if not len(texts):
        raise DataError(f"{paths[0]}: no pairs in it; leave this shard out")
    return clean_pairs(texts)[0] if reading.clean else texts
