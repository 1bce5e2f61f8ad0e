"""Vectors that were made beforehand, on another machine or by another program."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.data.text import Text
from langalign.encoders.boundary import require_texts, require_vectors, text_bytes
from langalign.errors import EncoderError
from langalign.files.npy_reading import read_npy
from langalign.files.whole_file import whole_file
from langalign.persistence import write_json
from langalign.vectors import Vectors, as_vectors

FORMAT_VERSION = 1
KIND = "precomputed-vectors"
_HEAD = 65_536
_FINGERPRINT = re.compile(r'"fingerprint": ("(?:[^"\\]|\\.)*")')
_OURS = re.compile(rf'"kind": "{KIND}"')


def save_vectors(
    path: str | Path, texts: Iterable[Text], vectors: ArrayLike, fingerprint: str
) -> None:
    """Write vectors for :class:`PrecomputedEncoder`: ``path`` and a sidecar ``<stem>.json``.

    Each file appears whole or not at all, the sidecar last: writing cut off is recognised.

    Parameters
    ----------
    path
        File name ending in ``.npy``.
    texts
        n texts or pairs of texts.
    vectors
        Shape (n, d).
    fingerprint
        Of the encoder that made them.

    Raises
    ------
    EncoderError
        If the file name does not end in ``.npy``, texts and vectors do not fit together, or
        ``<stem>.json`` is there and something else.
    """
    require_place(path)
    target = Path(path)
    known = require_texts(texts, reads_pairs=True)
    array = as_vectors(vectors, name="vectors")
    if len(known) != len(array):
        raise EncoderError(f"{target}: {len(known)} texts and {len(array)} vectors; expected equal")
    sidecar = target.with_suffix(".json")
    with whole_file(target) as file:
        np.save(file, array, allow_pickle=False)
        file.flush()  # a full disk leaves the older pair of files
        sidecar.unlink(missing_ok=True)
    content = {
        "format_version": FORMAT_VERSION,
        "kind": KIND,
        "fingerprint": fingerprint,
        "dim": int(array.shape[1]),
        "reads_pairs": any(isinstance(text, tuple) for text in known),
        "texts": [_hash(text) for text in known],
    }
    write_json(sidecar, content)


class PrecomputedEncoder:
    """Looks texts up among vectors that :func:`save_vectors` wrote; never computes any.

    Parameters
    ----------
    path
        The ``.npy`` file, memory-mapped at first use; its sidecar ``<stem>.json`` lies beside it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_vectors(f"{folder}/v.npy", ["yes", "no"], [[1, 0], [0, 1]], "hand-made")
    ...     encoder = PrecomputedEncoder(f"{folder}/v.npy")
    ...     encoder.encode(["no", "no", "yes"]).tolist()
    [[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @property
    def dim(self) -> int:
        """Width of the stored vectors."""
        return int(self._description["dim"])

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the encoder that made the vectors."""
        return str(self._description["fingerprint"])

    @property
    def reads_pairs(self) -> bool:
        """Whether there are pairs of texts among the stored."""
        return bool(self._description["reads_pairs"])

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return the stored vectors of the texts.

        Parameters
        ----------
        texts
            n texts, each of them among the stored.

        Returns
        -------
        ndarray of float32, shape (n, dim), C order

        Raises
        ------
        EncoderError
            If a text is not among them, or a file is missing or damaged.
        """
        wanted = require_texts(texts, reads_pairs=True)
        found = [self._rows.get(_hash(text), -1) for text in wanted]
        missing = [text for text, row in zip(wanted, found, strict=True) if row < 0]
        if missing:
            raise EncoderError(
                f"{self.path}: {len(missing)} of {len(wanted)} texts have no vector here; the "
                f"first: {str(missing[0])[:80]!r}. Add them by save_vectors, or use another encoder"
            )
        if not found:
            return np.empty((0, self.dim), dtype=np.float32)
        gathered = np.array(self._vectors[found], dtype=np.float32)
        return require_vectors(gathered, rows=len(found), dim=self.dim, source=repr(self))

    def __repr__(self) -> str:
        return f"PrecomputedEncoder({str(self.path)!r})"

    @functools.cached_property
    def _description(self) -> dict[str, Any]:
        sidecar = _npy(self.path).with_suffix(".json")
        try:
            content = json.loads(sidecar.read_text(encoding="utf-8"))
            version = content["format_version"]
            if missing := {"dim", "fingerprint", "reads_pairs", "texts"} - content.keys():
                raise KeyError(*missing)
            _require_kinds(content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise EncoderError(
                f"{sidecar}: missing or damaged ({error!r}); it says which vector is whose. Write "
                "both files again with langalign.encoders.precomputed.save_vectors."
            ) from error
        if not isinstance(version, int) or version > FORMAT_VERSION:
            raise EncoderError(
                f"{sidecar}: format version {version!r}, this installation reads up to "
                f"{FORMAT_VERSION}. Upgrade: pip install -U langalign"
            )
        return dict(content)

    @functools.cached_property
    def _vectors(self) -> NDArray[Any]:
        try:
            array = read_npy(self.path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise EncoderError(
                f"{self.path}: missing or damaged ({error}); copy it again or make it anew"
            ) from error
        expected = (len(self._description["texts"]), self.dim)
        shape = getattr(array, "shape", "no array")
        if shape != expected or array.dtype.kind != "f":
            raise EncoderError(
                f"{self.path}: holds {shape}, its sidecar says {expected}; the two files do not "
                "belong together, write both again with save_vectors"
            )
        return array

    @functools.cached_property
    def _rows(self) -> dict[str, int]:
        return dict(zip(self._description["texts"], range(len(self._vectors)), strict=True))


def fingerprint_beside(path: str | Path) -> str | None:
    """Return the fingerprint in the sidecar of a file of vectors, where there is one.

    Only the beginning of the sidecar is read: of millions of texts it is long.

    Raises
    ------
    EncoderError
        If it is damaged there.
    """
    found = _FINGERPRINT.search(_head(Path(path).with_suffix(".json")))
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError as error:
        raise EncoderError(
            f"{Path(path).with_suffix('.json')}: damaged ({error}); encode the texts again"
        ) from error


def require_place(path: str | Path) -> None:
    """Check that :func:`save_vectors` would replace nothing but vectors.

    Raises
    ------
    EncoderError
        If the file name does not end in ``.npy``, or ``<stem>.json`` is there and something else.
    """
    sidecar = _npy(path).with_suffix(".json")
    if sidecar.exists() and not _OURS.search(_head(sidecar)):
        raise EncoderError(
            f"{sidecar} exists and describes no vectors, so it is not replaced; give the vectors "
            "another name, or move that file"
        )


def _head(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_HEAD)
    except (OSError, ValueError):
        return ""


def _npy(path: str | Path) -> Path:
    path = Path(path)
    if path.suffix != ".npy":
        raise EncoderError(f"{path}: expected a file name ending in .npy")
    return path


def _require_kinds(description: dict[str, Any]) -> None:
    """Raise :class:`ValueError` unless a sidecar's values are what they must be."""
    dim, texts = description["dim"], description["texts"]
    if not isinstance(dim, int) or not isinstance(description["fingerprint"], str):
        raise ValueError("dim must be a whole number, fingerprint a string")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("texts must be a list of strings")


def _hash(text: Text) -> str:
    return hashlib.sha256(text_bytes(text)).hexdigest()
