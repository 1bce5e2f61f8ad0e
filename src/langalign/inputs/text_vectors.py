"""Texts or ready vectors in, vectors out: the boundary between user data and arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from langalign.data.text import are_pairs, as_texts
from langalign.encoders.base import Encoder
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.cut_report import one_report
from langalign.encoders.function import FunctionEncoder
from langalign.errors import DataError, SettingError
from langalign.progress import Progress
from langalign.transforms.unit_norm import UnitNorm
from langalign.vectors import Vectors, as_vectors, per_text

PAIR_MODES = ("siamese", "cross")


def is_vectors(inputs: Any) -> bool:
    """Return whether these are ready vectors (a numeric array), not texts."""
    return isinstance(inputs, np.ndarray) and inputs.dtype.kind in "fiub"


class TextVectors:
    """Turns texts of one language into vectors with one encoder; vectors pass through.

    Parameters
    ----------
    encoder
        Encodes texts.
    pair_mode
        ``"siamese"``: the two texts of a pair are encoded separately, giving (n, 2, d);
        ``"cross"``: together, by an encoder that reads pairs, giving (n, d).
    cache
        ``True`` for the default folder, a folder, or ``False``. Functions are never cached: their
        name does not show when their result changes.
    normalize
        Give every vector, encoded or ready, length one.

    Raises
    ------
    SettingError
        If ``pair_mode`` is unknown.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        pair_mode: str = "siamese",
        cache: bool | str | Path = True,
        normalize: bool = False,
    ) -> None:
        if pair_mode not in PAIR_MODES:
            raise SettingError(f"pair_mode={pair_mode!r}: expected 'siamese' or 'cross'")
        self.encoder = encoder
        self.pair_mode = pair_mode
        self.cache = cache
        self.normalize = normalize

    def __call__(self, inputs: Any, *, name: str, progress: Progress | None = None) -> Vectors:
        """Return the vectors of texts, of pairs of texts, or of ready vectors.

        Parameters
        ----------
        inputs
            n texts, pairs, or an array of shape (n, d) or (n, 2, d).
        name
            What they are, for messages and progress.
        progress
            Called as encoding goes on.

        Raises
        ------
        DataError
            If there are no texts, or something is no text.

        Warns
        -----
        DataWarning
            If the encoder had to cut texts, once, with how many.
        """
        with one_report(name):
            vectors = self._vectors(inputs, name, progress)
        if self.normalize:
            vectors = per_text(lambda x: UnitNorm().fit(x).transform(x), vectors)
        return vectors

    def require_pair_reader(self) -> None:
        """Raise :class:`SettingError` if the encoder cannot read two texts together."""
        if not self.encoder.reads_pairs:
            raise SettingError(
                f"pair_mode='cross': {self.encoder!r} reads single texts only; use "
                "pair_mode='siamese', or an encoder that reads pairs (a transformer)"
            )

    def _vectors(self, inputs: Any, name: str, progress: Progress | None) -> Vectors:
        if is_vectors(inputs):
            return as_vectors(inputs, name=name, pairs=True)
        texts = as_texts(inputs, name=name)
        if not texts:
            raise DataError(f"{name}: no texts were given")
        encoder = self._prepared(name, progress)
        if not are_pairs(texts):
            return encoder.encode(texts)
        if self.pair_mode == "cross":
            self.require_pair_reader()
            return encoder.encode(texts)
        both = encoder.encode([part for pair in texts for part in pair])
        return both.reshape(len(texts), 2, -1)

    def _prepared(self, name: str, progress: Progress | None) -> Encoder:
        if self.cache is False or isinstance(self.encoder, FunctionEncoder | CachedEncoder):
            return self.encoder
        report = None
        if progress is not None:
            report = lambda done, total: progress(f"Encoding {name}", done, total)  # noqa: E731
        folder = None if self.cache is True else self.cache
        return CachedEncoder(self.encoder, VectorCache(folder), progress=report)
