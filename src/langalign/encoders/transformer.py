"""Any sentence-transformers or plain Hugging Face model as an encoder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from langalign.data.text import Text
from langalign.encoders.backends import runner_of
from langalign.encoders.boundary import require_texts
from langalign.encoders.cut_report import report_cut
from langalign.encoders.runner import Backend, Request, Runner
from langalign.encoders.text_windows import Window, weighted_means, windows_of
from langalign.encoders.transformer_loading import LongTexts, Pooling
from langalign.errors import SettingError
from langalign.vectors import Vectors, unit


class TransformerEncoder:
    """A transformer, loaded at first use.

    Parameters
    ----------
    model
        Name on the Hugging Face hub (``"sentence-transformers/LaBSE"``), or a local folder.
    pooling
        How a text's vector is made of its tokens'. None: as the model's files say, else their mean.
    prompt
        Put before every text, for example ``"query: "``; in a pair, before the first. None: the
        model's default prompt, if it has one; ``""``: none.
    normalize
        Whether vectors have length 1. None: as the model's files say.
    max_length
        Tokens that are read at once. None: as the model's files say.
    long_texts
        What is done with a text that has more tokens. ``"truncate"``: it is cut, with a warning.
        ``"pool"``: all of it is read, in windows of ``max_length`` tokens; its vector is the mean
        of theirs, weighted by their numbers of tokens, and normalised where the model normalises.
        Pairs of texts are always cut, since a window of a pair would be no pair.
    revision
        Branch, tag or commit on the hub.
    backend
        What runs it. ``"torch"``: PyTorch, on any device. ``"onnx"``: ONNX Runtime on the CPU,
        faster, with the same vectors but for rounding; the model is exported once, with PyTorch,
        which is not needed afterwards. ``"onnx-int8"``: the same with weights in 8 bits: faster
        still, slightly different vectors, and another fingerprint. None: ``"onnx"`` on a CPU where
        its extra is installed and the model can be exported, else ``"torch"``.
    device
        For example ``"cpu"`` or ``"cuda"``. None: the best available.
    batch_size
        Texts per forward pass at most.
    threads
        CPU threads used while encoding. None: PyTorch's own setting; for ONNX Runtime
        ``OMP_NUM_THREADS``, else all cores.

    Raises
    ------
    SettingError
        If a setting has an invalid value.

    Notes
    -----
    A pair of texts is one sequence of two segments, as in the models' own next-sentence and
    inference training; where it is too long, the longer text is cut first. Windows do not overlap;
    each has the model's special tokens and the prompt, which do not count in its weight. Code that
    comes with a model is never run. Threads may share an encoder, which serves one at a time.

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
        backend: Backend | None = None,
        device: str | None = None,
        batch_size: int = 32,
        threads: int | None = None,
    ) -> None:
        if pooling is not None and pooling not in get_args(Pooling):
            raise SettingError(f"pooling is {pooling!r}; choose mean, cls, max or None")
        if long_texts not in get_args(LongTexts):
            raise SettingError(f"long_texts is {long_texts!r}; choose truncate or pool")
        if backend is not None and backend not in get_args(Backend):
            raise SettingError(f"backend is {backend!r}; choose torch, onnx, onnx-int8 or None")
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
        self.backend = backend
        self.device = device
        self.batch_size = batch_size
        self.threads = threads
        self._loaded: Runner | None = None
        # Fast tokenizers hold truncation and padding as state, which each call sets again.
        self._one_at_a_time = threading.RLock()

    @property
    def dim(self) -> int:
        """Width of the vectors; loads the model."""
        with self._one_at_a_time:  # some models are run to find out
            return self._runner.dim

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the tokenizer and the settings; loads the model."""
        return self._runner.fingerprint

    @property
    def reads_pairs(self) -> bool:
        """Always True."""
        return True

    def encode(self, texts: Sequence[Text]) -> Vectors:
        """Return one vector per text or pair of texts.

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
            If the model cannot be loaded, exported or run, or an item is not a text.

        Warns
        -----
        DataWarning
            If texts were cut, once, with how many.
        """
        given = require_texts(texts, reads_pairs=True)
        with self._one_at_a_time:
            return self._encoded(given)

    def _encoded(self, given: list[Text]) -> Vectors:
        vectors = np.empty((len(given), self.dim), dtype=np.float32)
        for kind in (str, tuple):
            rows = [row for row, text in enumerate(given) if isinstance(text, kind)]
            if rows:
                some = [given[row] for row in rows]
                pooled = self.long_texts == "pool" and kind is str
                vectors[rows] = self._pooled(some) if pooled else self._truncated(some)
        return vectors

    def _truncated(self, texts: list[Text]) -> Vectors:
        n_cut, limit = len(self._long(texts)), self._runner.limit
        if limit is not None:
            report_cut(n_cut, len(texts), limit=limit, pairs=isinstance(texts[0], tuple))
        return self._runner.run(texts)

    def _pooled(self, texts: list[Text]) -> Vectors:
        long, run = self._long(texts), self._runner.run
        if not long:
            return run(texts)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        # Short texts keep batches of their own, in which they have the very vectors of truncation.
        short = sorted(set(range(len(texts))) - set(long))
        if short:
            vectors[short] = run([texts[row] for row in short])
        windows = [self._windows(texts[row]) for row in long]
        means = weighted_means(run([part for parts in windows for part, _ in parts]), windows)
        vectors[long] = unit(means) if self._runner.normalizes else means
        return vectors

    def _long(self, texts: list[Text]) -> list[int]:
        """Return the rows of texts that have more tokens than the model reads at once."""
        limit = self._runner.limit
        if limit is None:
            return []
        counts = self._runner.tokens.counts(texts, self._runner.prompt)
        return [row for row, count in enumerate(counts) if count > limit]

    def _windows(self, text: Text) -> list[Window]:
        runner = self._runner
        assert isinstance(text, str), "pairs of texts are not split"
        assert runner.limit is not None, "a text is long where there is a limit"
        windows = windows_of(runner.tokens, text, prompt=runner.prompt, limit=runner.limit)
        return windows or [(text, 1)]  # blanks alone have tokens in some models, and no parts

    def at(self, folder: Path, *, device: str | None) -> TransformerEncoder:
        """Return the encoder in a folder that says all else itself, run as this one is.

        Parameters
        ----------
        folder
            Made from this encoder, such as by tuning.
        device
            Where PyTorch runs it; ONNX Runtime, where this encoder asks for it, is on the CPU.
        """
        return TransformerEncoder(
            folder,
            long_texts=self.long_texts,
            backend=self.backend,
            device=device if self.backend in (None, "torch") else None,
            batch_size=self.batch_size,
            threads=self.threads,
        )

    @property
    def request(self) -> Request:
        """The model and the settings that decide its vectors."""
        return Request(
            model=self.model,
            pooling=self.pooling,
            prompt=self.prompt,
            normalize=self.normalize,
            max_length=self.max_length,
            long_texts=self.long_texts,
            revision=self.revision,
        )

    @property
    def _runner(self) -> Runner:
        with self._one_at_a_time:
            if self._loaded is None:
                self._loaded = runner_of(
                    self.request,
                    backend=self.backend,
                    device=self.device,
                    batch_size=self.batch_size,
                    threads=self.threads,
                )
            return self._loaded

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is loaded: another process loads it from where it is."""
        state = vars(self) | {"_loaded": None}
        del state["_one_at_a_time"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the settings, and a lock of its own."""
        vars(self).update(state)
        self._one_at_a_time = threading.RLock()

    def __deepcopy__(self, memo: dict[int, Any]) -> TransformerEncoder:
        """Return the encoder itself: it never changes, and its weights are large."""
        return self

    def __repr__(self) -> str:
        settings = ("pooling", "prompt", "normalize", "max_length", "revision", "backend")
        shown = [f"{name}={getattr(self, name)!r}" for name in settings]
        given = [text for text in shown if not text.endswith("=None")]
        given += ["long_texts='pool'"] if self.long_texts == "pool" else []
        return f"TransformerEncoder({', '.join([repr(self.model), *given])})"
