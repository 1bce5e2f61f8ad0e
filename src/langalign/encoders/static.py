"""Static encoder: a text is the weighted mean of its sub-word vectors."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.text import Text
from langalign.encoders.boundary import require_texts
from langalign.encoders.normalising import FastNormaliser
from langalign.encoders.tokenizing_ahead import ahead, calls_of
from langalign.errors import EncoderError
from langalign.vectors import Vectors

FORMAT_VERSION = 1
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class StaticTensors:
    """What a static encoder's file of weights holds.

    Parameters
    ----------
    embeddings
        The tokens' rows in few bits, shape (n_tokens, d).
    scales
        What a token's row is multiplied by to be its weighted vector, shape (n_tokens,).
    weights
        The tokens' weights, shape (n_tokens,).
    """

    embeddings: NDArray[Any]
    scales: Vectors
    weights: Vectors


class StaticEncoder:
    r"""Weighted mean of sub-word vectors; no neural network runs.

    A text with tokens :math:`t_1, \ldots, t_n` becomes

    .. math:: e(x) = \frac{\sum_i w_{t_i} v_{t_i}}{\sum_i w_{t_i}},
              \qquad w_t = \frac{a}{a + p(t)},

    where :math:`p(t)` is the token's relative frequency in the training text (smooth inverse
    frequency). Vectors and weights come from a folder that ``scripts/train_mini`` writes.

    Parameters
    ----------
    path
        Folder with ``config.json``, ``tokenizer.json`` and ``model.safetensors``.

    Attributes
    ----------
    config : dict
        What ``config.json`` holds: recipe, inputs, versions and probe figures.
    max_tokens : int
        Tokens of a text beyond this number are ignored.

    Raises
    ------
    EncoderError
        If a file is missing, damaged, of another format version, or not of the others' training
        run.

    Notes
    -----
    A text that is empty, or has no token the encoder knows, gets the zero vector. Vectors are not
    scaled to unit length. A text's vector does not depend on the other texts of the call.

    References
    ----------
    S. Arora, Y. Liang, T. Ma. "A simple but tough-to-beat baseline for sentence embeddings".
    ICLR 2017.

    Examples
    --------
    >>> from importlib.resources import files
    >>> encoder = StaticEncoder(str(files("langalign.encoders") / "mini_data"))
    >>> vectors = encoder.encode(["a fine film", "좋은 영화", ""])
    >>> vectors.shape == (3, encoder.dim), vectors.dtype
    (True, dtype('float32'))
    >>> vectors.any(axis=1).tolist()
    [True, True, False]
    """

    def __init__(self, path: str | Path) -> None:
        from tokenizers import Tokenizer

        self.path = Path(path)
        with _reading(self.path / CONFIG_FILE):
            self.config = _read_config(self.path)
            self.max_tokens = int(self.config["max_tokens"])
            # No token spans more characters than this, so a text cut here still fills max_tokens;
            # it spares the tokenizer a book of which only the first page counts.
            self.max_chars = self.max_tokens * int(self.config["max_token_chars"])
        with _reading(self.path / WEIGHTS_FILE):
            stored = self.tensors()
            self._weights = stored.weights
            self._table: Vectors = np.multiply(
                stored.embeddings, stored.scales[:, None], dtype=np.float32
            )
        with _reading(self.path / TOKENIZER_FILE):
            self._tokenizer = Tokenizer.from_file(str(_existing(self.path / TOKENIZER_FILE)))
        self._tokenizer.no_padding()
        self._normalised = None
        if FastNormaliser.replaces(self._tokenizer.normalizer):
            self._normalised = FastNormaliser(self._tokenizer.normalizer)
            self._tokenizer.normalizer = None
        self._tokenizer.enable_truncation(self.max_tokens)
        n_tokens = self._tokenizer.get_vocab_size()
        if len(self._table) != n_tokens:
            raise EncoderError(
                f"{self.path}: {WEIGHTS_FILE} has {len(self._table)} rows, {TOKENIZER_FILE} has "
                f"{n_tokens} tokens; take both from one training run"
            )

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return int(self._table.shape[1])

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the texts that it was trained on; none where the folder does not say."""
        return tuple(self.config.get("languages", ()))

    @property
    def reads_pairs(self) -> bool:
        """Always False: a pair is two texts to it."""
        return False

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what decides a vector: weights, tokenizer, truncation."""
        digest = hashlib.sha256(f"static {self.max_tokens} {self.max_chars}".encode())
        for name in (WEIGHTS_FILE, TOKENIZER_FILE):
            digest.update(hashlib.sha256((self.path / name).read_bytes()).digest())
        return digest.hexdigest()

    def tensors(self) -> StaticTensors:
        """Return what the file of weights holds, as it is stored; read anew at each call.

        Raises
        ------
        EncoderError
            If the file is missing or damaged.
        """
        from safetensors.numpy import load_file

        with _reading(self.path / WEIGHTS_FILE):
            stored = load_file(_existing(self.path / WEIGHTS_FILE))
            weights, scales = (stored[key].astype(np.float32) for key in ("weights", "scales"))
            return StaticTensors(stored["embeddings"], scales * weights, weights)

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Turn texts into vectors.

        Parameters
        ----------
        texts
            Any number of texts, in any mixture of languages.

        Returns
        -------
        ndarray of shape (n_texts, dim)
            Finite float32 values in C order; row i belongs to text i.

        Raises
        ------
        EncoderError
            If ``texts`` is one string, or holds something that is not valid text.
        """
        cut = [str(text)[: self.max_chars] for text in require_texts(texts, reads_pairs=False)]
        vectors = np.zeros((len(cut), self.dim), dtype=np.float32)
        calls = calls_of(cut)
        normal = (self._normal(cut[rows]) for rows in calls)
        alone = len(calls) < 2 or os.environ.get("RAYON_NUM_THREADS") == "1"
        encodings = (map if alone else ahead)(self._tokenized, normal)
        for rows, found in zip(calls, encodings, strict=True):
            self._pool([encoding.ids for encoding in found], vectors[rows])
        return vectors

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def _normal(self, texts: list[str]) -> list[str]:
        return texts if self._normalised is None else self._normalised(texts)

    def _tokenized(self, texts: list[str]) -> list[Any]:
        encodings: list[Any] = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return encodings

    def _pool(self, token_ids: list[list[int]], out: Vectors) -> None:
        """Write each text's weighted mean to its row of ``out``, where it knows a token."""
        lengths = np.fromiter(map(len, token_ids), dtype=np.intp, count=len(token_ids))
        ids = np.fromiter(chain.from_iterable(token_ids), dtype=np.intp, count=int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        some = np.flatnonzero(lengths)
        totals = np.zeros(len(token_ids), dtype=np.float32)
        if len(some):
            totals[some] = np.add.reduceat(self._weights[ids].astype(np.float64), starts[some])
        rows = np.empty((self.max_tokens, self.dim), dtype=np.float32)  # stays in the cache
        take, add = self._table.take, np.add.reduce
        places = (some, starts[some], lengths[some])
        for row, start, length in zip(*(each.tolist() for each in places), strict=True):
            gathered = rows[:length]
            take(ids[start : start + length], axis=0, out=gathered, mode="clip")
            add(gathered, axis=0, out=out[row])
        known = totals > 0
        out[~known] = 0
        out /= np.where(known, totals, np.float32(1))[:, None]


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say which file is damaged, whatever its reader raises: tokenizers raise bare exceptions."""
    try:
        yield
    except EncoderError:
        raise
    except Exception as error:
        raise EncoderError(
            f"{path}: damaged ({type(error).__name__}: {error}); copy the encoder's folder again"
        ) from error


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise EncoderError(
            f"{path} not found; a static encoder's folder holds {CONFIG_FILE}, {TOKENIZER_FILE} "
            f"and {WEIGHTS_FILE}"
        )
    return path


def _read_config(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(_existing(folder / CONFIG_FILE).read_text("utf-8"))
    found = config.get("format_version")
    if found != FORMAT_VERSION:
        raise EncoderError(
            f"{folder / CONFIG_FILE}: format_version is {found!r}, this version of langalign reads "
            f"{FORMAT_VERSION}; upgrade langalign, or train the encoder again"
        )
    return config
