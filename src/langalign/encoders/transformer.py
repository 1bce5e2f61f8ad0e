"""Any sentence-transformers or plain Hugging Face model as an encoder."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np

from langalign.encoders.base import Text
from langalign.encoders.boundary import require_texts, require_vectors
from langalign.encoders.cut_report import report_cut
from langalign.encoders.text_windows import (
    Window,
    limit_of,
    token_counts,
    weighted_means,
    windows_of,
)
from langalign.encoders.transformer_fingerprint import fingerprint_of
from langalign.encoders.transformer_loading import LongTexts, Pooling, load_model, normalizes
from langalign.errors import EncoderError, SettingError
from langalign.optional import require
from langalign.vectors import Vectors


class TransformerEncoder:
    """A transformer, loaded at first use and run in float32.

    Parameters
    ----------
    model
        Name on the Hugging Face hub (``"sentence-transformers/LaBSE"``), or a local folder.
    pooling
        How a text's vector is made of its tokens'. None: as the model says; where it says nothing,
        their mean.
    prompt
        Put before every text, for example ``"query: "``; of a pair, before the first. None: the
        model's own default prompt, if it has one; ``""``: none.
    normalize
        Whether vectors have length 1. None: as the model says.
    max_length
        Tokens that are read at once. None: as the model says.
    long_texts
        What is done with a text that has more tokens. ``"truncate"``: it is cut, with a warning.
        ``"pool"``: all of it is read, in windows of ``max_length`` tokens; its vector is the mean
        of theirs, weighted by their numbers of tokens, and normalised where the model normalises.
        Pairs of texts are always cut, since a window of a pair would be no pair.
    revision
        Branch, tag or commit on the hub.
    device
        For example ``"cpu"`` or ``"cuda"``. None: the best there is.
    batch_size
        Texts a forward pass.
    threads
        CPU threads used while encoding. None: as PyTorch is set.

    Raises
    ------
    SettingError
        If a setting has a value that it cannot have.

    Notes
    -----
    A pair of texts is one sequence of two segments, as in the models' own next-sentence and
    inference training; where it is too long, the longer text is cut first. Windows do not overlap;
    each has the model's special tokens and the prompt, which do not count in its weight. Code that
    comes with a model is never run.

    Examples
    --------
    >>> encoder = TransformerEncoder("intfloat/multilingual-e5-small", prompt="query: ")
    >>> encoder
    TransformerEncoder('intfloat/multilingual-e5-small', prompt='query: ')
    """

    def __init__(
        self,
        model: str | Path,
        *,
        pooling: Pooling | None = None,
        prompt: str | None = None,
        normalize: bool | None = None,
        max_length: int | None = None,
        long_texts: LongTexts = "truncate",
        revision: str | None = None,
        device: str | None = None,
        batch_size: int = 64,
        threads: int | None = None,
    ) -> None:
        if pooling is not None and pooling not in get_args(Pooling):
            raise SettingError(f"pooling is {pooling!r}; choose mean, cls, max or None")
        if long_texts not in get_args(LongTexts):
            raise SettingError(f"long_texts is {long_texts!r}; choose truncate or pool")
        for name, value in (("batch_size", batch_size), ("threads", threads)):
            if value is not None and value < 1:
                raise SettingError(f"{name} is {value}; it must be 1 or more")
        self.model = str(model)
        self.pooling = pooling
        self.prompt = prompt
        self.normalize = normalize
        self.max_length = max_length
        self.long_texts = long_texts
        self.revision = revision
        self.device = device
        self.batch_size = batch_size
        self.threads = threads

    @functools.cached_property
    def dim(self) -> int:
        """Width of the vectors; loads the model."""
        known = self._loaded.get_embedding_dimension()
        return int(known) if known is not None else int(self._run(["a"]).shape[1])

    @functools.cached_property
    def fingerprint(self) -> str:
        """Hash of the weights, the tokenizer and the settings; loads the model."""
        pools = self.long_texts == "pool" and self._limit is not None
        return fingerprint_of(self._loaded, prompt=self._prompt, pools_long_texts=pools)

    @property
    def reads_pairs(self) -> bool:
        """Always True."""
        return True

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return one vector a text or pair of texts.

        Parameters
        ----------
        texts
            n texts; strings and pairs may be mixed.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            C order.

        Raises
        ------
        EncoderError
            If the model cannot be loaded or fails, or an item is not a text.

        Warns
        -----
        DataWarning
            If texts were cut, once, with how many.
        """
        given = require_texts(texts, reads_pairs=True)
        vectors = np.empty((len(given), self.dim), dtype=np.float32)
        for kind in (str, tuple):
            rows = [row for row, text in enumerate(given) if isinstance(text, kind)]
            if rows:
                some = [given[row] for row in rows]
                pooled = self.long_texts == "pool" and kind is str
                vectors[rows] = self._pooled(some) if pooled else self._truncated(some)
        return vectors

    def _truncated(self, texts: list[Text]) -> Vectors:
        n_cut, limit = len(self._long(texts)), self._limit
        if limit is not None:
            report_cut(n_cut, len(texts), limit=limit, pairs=isinstance(texts[0], tuple))
        return self._run(texts)

    def _pooled(self, texts: list[Text]) -> Vectors:
        long = self._long(texts)
        if not long:
            return self._run(texts)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        # Short texts keep batches of their own, in which they have the very vectors of truncation.
        short = sorted(set(range(len(texts))) - set(long))
        if short:
            vectors[short] = self._run([texts[row] for row in short])
        windows = [self._windows(texts[row]) for row in long]
        means = weighted_means(self._run([part for parts in windows for part, _ in parts]), windows)
        vectors[long] = _unit(means) if normalizes(self._loaded) else means
        return vectors

    def _long(self, texts: list[Text]) -> list[int]:
        """Return the rows of texts that have more tokens than the model reads at once."""
        if self._limit is None:
            return []
        counts = token_counts(self._loaded.tokenizer, texts, self._prompt or "")
        return [row for row, count in enumerate(counts) if count > self._limit]

    def _windows(self, text: Text) -> list[Window]:
        assert isinstance(text, str), "pairs of texts are not parted"
        assert self._limit is not None, "a text is long where there is a limit"
        tokenizer, prompt = self._loaded.tokenizer, self._prompt or ""
        return windows_of(tokenizer, text, prompt=prompt, limit=self._limit)

    @functools.cached_property
    def _limit(self) -> int | None:
        return limit_of(self._loaded)

    @functools.cached_property
    def _loaded(self) -> Any:
        return load_model(
            self.model,
            pooling=self.pooling,
            normalize=self.normalize,
            max_length=self.max_length,
            revision=self.revision,
            device=self.device,
        )

    @property
    def _prompt(self) -> str | None:
        """The prompt in effect: the one given, else the model's default."""
        if self.prompt is not None:
            return self.prompt
        model = self._loaded
        prompt: str | None = model.prompts.get(model.default_prompt_name)
        return prompt

    def _run(self, texts: Sequence[Text]) -> Vectors:
        model = self._loaded
        try:
            with _limited(self.threads):
                output = model.encode(
                    list(texts),
                    prompt=self._prompt or "",
                    batch_size=self.batch_size,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise EncoderError(
                f"{self.model}: encoding {len(texts)} texts failed ({error}); try a smaller "
                "batch_size or max_length"
            ) from error
        return require_vectors(output, rows=len(texts), dim=None, source=self.model)

    def __deepcopy__(self, memo: dict[int, Any]) -> TransformerEncoder:
        """Return the encoder itself: it never changes, and its weights are large."""
        return self

    def __repr__(self) -> str:
        settings = ("pooling", "prompt", "normalize", "max_length", "revision")
        shown = [f"{name}={getattr(self, name)!r}" for name in settings]
        given = [text for text in shown if not text.endswith("=None")]
        given += ["long_texts='pool'"] if self.long_texts == "pool" else []
        return f"TransformerEncoder({', '.join([repr(self.model), *given])})"


def _unit(X: Vectors) -> Vectors:
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    unit: Vectors = X / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


@contextmanager
def _limited(threads: int | None) -> Iterator[None]:
    """Let PyTorch use so many threads for a while."""
    if threads is None:
        yield
        return
    torch = require("torch", extra="torch", purpose="A transformer encoder")
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
