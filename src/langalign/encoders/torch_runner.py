"""A transformer in PyTorch, by way of sentence-transformers: it runs wherever PyTorch does."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langalign.data.text import Text
from langalign.encoders.boundary import require_vectors
from langalign.encoders.runner import Request
from langalign.encoders.transformer_fingerprint import fingerprint_of
from langalign.encoders.transformer_loading import load_model, normalizes
from langalign.errors import EncoderError
from langalign.optional import require
from langalign.vectors import Vectors

_TEXTS_AT_ONCE = 1024
_NO_LIMIT = 10**6
"""Tokenizers that know no limit name a huge one."""
_threads_are_set = threading.Lock()
"""PyTorch has one number of threads: who sets it has it alone, and puts back what was there."""


class TorchRunner:
    """Loads a model at once and runs it in float32.

    Parameters
    ----------
    request
        What is asked for.
    device
        As PyTorch calls it; None: the best there is.
    batch_size
        Texts per forward pass.
    threads
        CPU threads; None: as PyTorch is set.

    Raises
    ------
    EncoderError
        If the model cannot be loaded.
    SettingError
        If a setting does not fit the model.
    """

    def __init__(
        self, request: Request, *, device: str | None, batch_size: int, threads: int | None
    ) -> None:
        self.request = request
        self.batch_size = batch_size
        self.threads = threads
        self.model = load_model(
            request.model,
            pooling=request.pooling,
            normalize=request.normalize,
            max_length=request.max_length,
            revision=request.revision,
            device=device,
        )

    @functools.cached_property
    def dim(self) -> int:
        """Width of the vectors."""
        known = self.model.get_embedding_dimension()
        return int(known) if known is not None else int(self.run(["a"]).shape[1])

    @functools.cached_property
    def fingerprint(self) -> str:
        """Hash of the weights, the tokenizer and the settings."""
        pools = self.request.long_texts == "pool" and self.limit is not None
        return fingerprint_of(self.model, prompt=self.prompt, pools_long_texts=pools)

    @property
    def prompt(self) -> str:
        """The prompt in effect: the one given, else the model's default."""
        if self.request.prompt is not None:
            return self.request.prompt
        return self.model.prompts.get(self.model.default_prompt_name) or ""

    @property
    def limit(self) -> int | None:
        """Tokens that are read at once; models that are no transformers have no limit."""
        limit = getattr(self.model, "max_seq_length", None)
        counts = callable(getattr(self.model, "tokenizer", None))
        return int(limit) if counts and limit is not None and limit < _NO_LIMIT else None

    @property
    def normalizes(self) -> bool:
        """Whether vectors have length one."""
        return normalizes(self.model)

    @property
    def tokens(self) -> TransformersTokens:
        """The model's tokenizer."""
        return TransformersTokens(self.model.tokenizer)

    def run(self, texts: Sequence[Text]) -> Vectors:
        """Return the vectors of texts, or of pairs; what is too long is cut."""
        try:
            with _limited(self.threads):
                output = self.model.encode(
                    list(texts),
                    prompt=self.prompt,
                    batch_size=self.batch_size,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise EncoderError(
                f"{self.request.model}: encoding {len(texts)} texts failed ({error}); try a "
                "smaller batch_size or max_length"
            ) from error
        return require_vectors(output, rows=len(texts), dim=None, source=self.request.model)


class TransformersTokens:
    """A tokenizer of the library transformers."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    @property
    def special(self) -> int:
        """How many special tokens a single text gets."""
        return int(self.tokenizer.num_special_tokens_to_add())

    def counts(self, texts: Sequence[Text], prompt: str) -> list[int]:
        """Return the number of tokens of each text or pair, with the prompt and special tokens."""
        counts: list[int] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[start : start + _TEXTS_AT_ONCE]
            firsts = [prompt + (text if isinstance(text, str) else text[0]) for text in some]
            seconds = [text[1] for text in some if not isinstance(text, str)]
            encoded = self.tokenizer(
                firsts,
                seconds or None,
                truncation=False,
                padding=False,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )
            counts += [len(tokens) for tokens in encoded["input_ids"]]
        return counts

    def places(self, text: str) -> Sequence[tuple[int, int]] | None:
        """Return where each token stands in a text; only fast tokenizers know."""
        if not getattr(self.tokenizer, "is_fast", False):
            return None
        encoded = self.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        places: list[tuple[int, int]] = encoded["offset_mapping"]
        return places


@contextmanager
def _limited(threads: int | None) -> Iterator[None]:
    """Let PyTorch use so many threads for a while."""
    if threads is None:
        yield
        return
    torch = require("torch", extra="torch", purpose="A transformer encoder")
    with _threads_are_set:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
