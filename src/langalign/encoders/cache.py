"""A text is encoded once, ever: vectors kept on disk by encoder fingerprint and text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from langalign.data.text import Text
from langalign.encoders.base import Encoder
from langalign.encoders.boundary import require_texts, require_vectors, text_bytes
from langalign.encoders.cache_file import CacheFile, DamagedCacheError
from langalign.encoders.cache_folder import vectors_folder
from langalign.encoders.cut_report import one_report
from langalign.encoders.damaged_cache import file_number, move_aside
from langalign.errors import EncoderError, SettingError
from langalign.progress import CountProgress
from langalign.vectors import Vectors

_STORED = np.dtype("<f4")


class VectorCache:
    """A folder of cache files, one per fingerprint.

    Parameters
    ----------
    folder
        Where; default: what the environment variable ``LANGALIGN_CACHE`` names, else the user's
        cache folder.

    Examples
    --------
    >>> cache = VectorCache("/tmp/vectors")
    >>> cache.path("static:1").name == hashlib.sha256(b"static:1").hexdigest() + ".sqlite"
    True
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder).expanduser() if folder else vectors_folder()

    def path(self, fingerprint: str) -> Path:
        """Return the name of the file for an encoder's vectors, whether or not it exists."""
        return self.folder / f"{hashlib.sha256(fingerprint.encode()).hexdigest()}.sqlite"

    def open(self, fingerprint: str) -> CacheFile:
        """Return the file for an encoder's vectors, to be used in a ``with`` block."""
        return CacheFile(self.path(fingerprint), fingerprint)

    def __repr__(self) -> str:
        return f"VectorCache({str(self.folder)!r})"


class CachedEncoder:
    """An encoder that looks a text up on disk before it encodes it.

    What is encoded is committed batch by batch: a killed run resumes.

    Parameters
    ----------
    encoder
        Makes the vectors that are not there yet.
    cache
        Where they are kept.
    batch_size
        How many texts ``encoder`` is given at once, and are committed at once. Larger than the
        encoder's own batches, so that it can sort texts by length.
    progress
        Called with (done, total), counted in different texts, after every batch.

    Raises
    ------
    SettingError
        If ``batch_size`` is below 1.
    """

    def __init__(
        self,
        encoder: Encoder,
        cache: VectorCache,
        *,
        batch_size: int = 512,
        progress: CountProgress | None = None,
    ) -> None:
        if batch_size < 1:
            raise SettingError(f"batch_size is {batch_size}; it must be 1 or more")
        self.encoder = encoder
        self.cache = cache
        self.batch_size = batch_size
        self.progress = progress

    @property
    def dim(self) -> int:
        """Width of the vectors, from the cache where it holds some."""
        try:
            with self.cache.open(self.fingerprint) as file:
                known = file.dim
        except DamagedCacheError:
            known = None
        return self.encoder.dim if known is None else known

    @property
    def fingerprint(self) -> str:
        """The encoder's fingerprint."""
        return self.encoder.fingerprint

    @property
    def reads_pairs(self) -> bool:
        """Whether the encoder reads pairs of texts jointly."""
        return self.encoder.reads_pairs

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return the vectors of the texts, encoding each different one at most once.

        Parameters
        ----------
        texts
            n texts.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            C order; the caller's own.

        Raises
        ------
        EncoderError
            If the encoder fails, or the cache cannot be written.

        Warns
        -----
        DataWarning
            If a cache file was damaged; it is moved aside and made anew. If the encoder had to cut
            texts, once; what is found in the cache is not looked at again.
        """
        given = require_texts(texts, reads_pairs=self.reads_pairs)
        if not given:
            return np.empty((0, self.dim), dtype=np.float32)
        keys = [_key(text) for text in given]
        wanted = dict(zip(keys, given, strict=True))
        path = self.cache.path(self.fingerprint)
        number = file_number(path)
        try:
            found = self._fetch(wanted)
        except DamagedCacheError as damage:
            move_aside(path, str(damage), number=number)
            found = self._fetch_again(wanted)
        joined = bytearray().join(found[key] for key in keys)
        vectors = np.frombuffer(joined, dtype=_STORED).reshape(len(keys), -1)
        return vectors.astype(np.float32, copy=False)

    def _fetch_again(self, wanted: dict[bytes, Text]) -> dict[bytes, bytes]:
        try:
            return self._fetch(wanted)
        except DamagedCacheError as damage:
            raise EncoderError(
                f"{self.encoder!r} returns vectors that do not fit together ({damage}); vectors of "
                "one fingerprint must have one width"
            ) from damage

    def _fetch(self, wanted: dict[bytes, Text]) -> dict[bytes, bytes]:
        """Return the vector of every key, from the file or, batch by batch, from the encoder."""
        with one_report(), self.cache.open(self.fingerprint) as file:
            found = file.read(list(wanted))
            missing = [key for key in wanted if key not in found]
            for start in range(0, len(missing), self.batch_size):
                batch = missing[start : start + self.batch_size]
                vectors = self._encoded([wanted[key] for key in batch])
                rows = (row.tobytes() for row in vectors.astype(_STORED, copy=False))
                new = dict(zip(batch, rows, strict=True))
                file.write(new, int(vectors.shape[1]))
                found |= new
                if self.progress is not None:
                    self.progress(len(found), len(wanted))
        return found

    def _encoded(self, texts: list[Text]) -> Vectors:
        output = self.encoder.encode(texts)
        return require_vectors(output, rows=len(texts), dim=None, source=repr(self.encoder))

    def __repr__(self) -> str:
        return f"CachedEncoder({self.encoder!r}, {self.cache!r})"


def _key(text: Text) -> bytes:
    return hashlib.blake2b(text_bytes(text), digest_size=16).digest()
