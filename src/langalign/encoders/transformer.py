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
from langalign.encoders.transformer_fingerprint import fingerprint_of
from langalign.encoders.transformer_loading import Pooling, load_model
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
        Tokens after which a text is cut. None: as the model says.
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
    inference training. Code that comes with a model is never run.

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
        revision: str | None = None,
        device: str | None = None,
        batch_size: int = 64,
        threads: int | None = None,
    ) -> None:
        if pooling is not None and pooling not in get_args(Pooling):
            raise SettingError(f"pooling is {pooling!r}; choose mean, cls, max or None")
        for name, value in (("batch_size", batch_size), ("threads", threads)):
            if value is not None and value < 1:
                raise SettingError(f"{name} is {value}; it must be 1 or more")
        self.model = str(model)
        self.pooling = pooling
        self.prompt = prompt
        self.normalize = normalize
        self.max_length = max_length
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
        return fingerprint_of(self._loaded, prompt=self._prompt)

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
        """
        given = require_texts(texts, reads_pairs=True)
        vectors = np.empty((len(given), self.dim), dtype=np.float32)
        for kind in (str, tuple):
            rows = [row for row, text in enumerate(given) if isinstance(text, kind)]
            if rows:
                vectors[rows] = self._run([given[row] for row in rows])
        return vectors

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

    def _run(self, texts: list[Text]) -> Vectors:
        model = self._loaded
        try:
            with _limited(self.threads):
                output = model.encode(
                    texts,
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
        return f"TransformerEncoder({', '.join([repr(self.model), *given])})"


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
