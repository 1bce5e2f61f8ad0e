"""A transformer in ONNX Runtime: needs neither PyTorch nor transformers."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from langalign.data.text import Text
from langalign.encoders.boundary import require_vectors
from langalign.encoders.onnx_int8 import INT8_GRAPH, RECIPE
from langalign.encoders.onnx_store import GRAPH, TOKENIZER, Export
from langalign.errors import EncoderError
from langalign.optional import require
from langalign.vectors import Vectors

Precision: TypeAlias = Literal["float32", "int8"]

TOKENS_A_BATCH = 512
"""What stays in a core's own memory: larger batches are slower, of short texts by a third."""
_TEXTS_AT_ONCE = 4096
"""Texts that are sorted by length together; bounds the memory that their tokens take."""


class OnnxRunner:
    """Runs an exported model on the CPU.

    Each different text is run once. Texts of like length are run together, so that little of the
    work is spent on padding. A thread runs whole batches, so that threads never wait for each
    other, and vectors do not depend on how many there are.

    Parameters
    ----------
    export
        What to run.
    precision
        ``"float32"``, or ``"int8"``: the weights in 8 bits, which must have been written.
    batch_size
        Texts a forward pass at most; of longer texts fewer.
    threads
        CPU threads; None: those that ``OMP_NUM_THREADS`` allows, else all cores.
    """

    def __init__(
        self, export: Export, *, precision: Precision, batch_size: int, threads: int | None
    ) -> None:
        self.export = export
        self.precision = precision
        self.batch_size = batch_size
        self.threads = threads or _usable_threads()
        self.dim = int(export.config["dim"])
        self.limit = None if export.config["limit"] is None else int(export.config["limit"])
        self.normalizes = bool(export.config["normalizes"])
        self.prompt = export.prompt
        self.tokens = TokenizersTokens(
            export.folder / TOKENIZER, self.limit, export.config["truncation_side"]
        )
        graph = INT8_GRAPH if precision == "int8" else GRAPH
        self._session = _session(export.folder / graph)

    @property
    def fingerprint(self) -> str:
        """The model's own, as its vectors are the model's but for rounding; int8 has another.

        A model that was fitted with PyTorch's vectors is served with these, and the other way
        round; they are apart no further than PyTorch's own are between two processors or batches.
        """
        return self.export.fingerprint + (f"+int8.{RECIPE}" if self.precision == "int8" else "")

    def run(self, texts: Sequence[Text]) -> Vectors:
        """Return the vectors of texts, or of pairs; what is too long is cut."""
        place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        different = list(place)
        vectors = np.empty((len(different), self.dim), dtype=np.float32)
        for start in range(0, len(different), _TEXTS_AT_ONCE):
            some = different[start : start + _TEXTS_AT_ONCE]
            encodings = self.tokens.cut(some, self.prompt)
            batches = list(self._batches([len(encoding.ids) for encoding in encodings]))
            given = [[encodings[row] for row in rows] for rows in batches]
            with ThreadPoolExecutor(self.threads) as threads:
                for rows, batch in zip(batches, threads.map(self._run_batch, given), strict=True):
                    vectors[[start + row for row in rows]] = batch
        model = str(self.export.config["model"])
        checked = require_vectors(vectors, rows=len(different), dim=self.dim, source=model)
        return checked[[place[text] for text in texts]]

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield rows of like lengths, longest first, that make up a batch."""
        order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
        start = 0
        while start < len(order):
            fitting = TOKENS_A_BATCH // max(lengths[order[start]], 1)
            stop = start + min(max(fitting, 1), self.batch_size)
            yield order[start:stop]
            start = stop

    def _run_batch(self, encodings: Sequence[Any]) -> Vectors:
        try:
            (vectors,) = self._session.run(None, self._inputs(encodings))
        except Exception as error:  # ONNX Runtime has its own kinds, of no common base
            raise EncoderError(
                f"{self.export.config['model']}: ONNX Runtime failed on {len(encodings)} texts "
                f"({' '.join(str(error).split())[:200]}); try a smaller batch_size or "
                "backend='torch'"
            ) from error
        return np.asarray(vectors, dtype=np.float32)

    def _inputs(self, encodings: Sequence[Any]) -> dict[str, NDArray[np.int64]]:
        config = self.export.config
        longest = max(*(len(encoding.ids) for encoding in encodings), 1)
        shape = (len(encodings), longest)
        inputs = {
            "input_ids": np.full(shape, config["pad_id"], dtype=np.int64),
            "attention_mask": np.zeros(shape, dtype=np.int64),
            "token_type_ids": np.full(shape, config["pad_type_id"], dtype=np.int64),
        }
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            part = slice(longest - length, longest) if config["pads_left"] else slice(length)
            inputs["input_ids"][row, part] = encoding.ids
            inputs["attention_mask"][row, part] = 1
            inputs["token_type_ids"][row, part] = encoding.type_ids
        return {each.name: inputs[each.name] for each in self._session.get_inputs()}


class TokenizersTokens:
    """A tokenizer of the library tokenizers.

    Parameters
    ----------
    path
        Its ``tokenizer.json``.
    limit
        Tokens after which a text is cut; None: never.
    side
        Which side is cut off: ``"right"`` or ``"left"``.
    """

    def __init__(self, path: Path, limit: int | None, side: str) -> None:
        self.path, self.limit, self.side = path, limit, side
        self._whole = _tokenizer(path)

    @property
    def special(self) -> int:
        """How many special tokens a single text gets."""
        return int(self._whole.num_special_tokens_to_add(False))

    def counts(self, texts: Sequence[Text], prompt: str) -> list[int]:
        """Return the number of tokens of each text or pair, with the prompt and special tokens."""
        return [
            len(encoding.ids)
            for start in range(0, len(texts), _TEXTS_AT_ONCE)
            for encoding in self._encodings(texts[start : start + _TEXTS_AT_ONCE], prompt)
        ]

    def places(self, text: str) -> Sequence[tuple[int, int]]:
        """Return where each token stands in a text."""
        places: list[tuple[int, int]] = self._whole.encode(text, add_special_tokens=False).offsets
        return places

    def cut(self, texts: Sequence[Text], prompt: str) -> list[Any]:
        """Return the tokens of each text or pair, cut where there are too many."""
        encodings = self._encodings(texts, prompt)
        if self.limit is not None:
            for row, encoding in enumerate(encodings):
                if len(encoding.ids) > self.limit:
                    (prompted,) = _prompted([texts[row]], prompt)
                    (encodings[row],) = self._cutting.encode_batch_fast([prompted])
        return encodings

    def _encodings(self, texts: Sequence[Text], prompt: str) -> list[Any]:
        return list(self._whole.encode_batch_fast(_prompted(texts, prompt)))

    @functools.cached_property
    def _cutting(self) -> Any:
        tokenizer = _tokenizer(self.path)
        tokenizer.enable_truncation(self.limit, strategy="longest_first", direction=self.side)
        return tokenizer


def _prompted(texts: Sequence[Text], prompt: str) -> list[Text]:
    return [
        prompt + text if isinstance(text, str) else (prompt + text[0], text[1]) for text in texts
    ]


def _tokenizer(path: Path) -> Any:
    tokenizers = require("tokenizers", extra="onnx", purpose="A transformer in ONNX Runtime")
    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _session(path: Path) -> Any:
    runtime = require("onnxruntime", extra="onnx", purpose="A transformer in ONNX Runtime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1  # each thread of ours runs a batch
    options.log_severity_level = 3  # errors; what it warns of is for authors of graphs
    try:
        return runtime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise EncoderError(
            f"{path}: ONNX Runtime cannot load it ({' '.join(str(error).split())[:200]}); delete "
            "its folder, it will be written again, or use backend='torch'"
        ) from error


def _usable_threads() -> int:
    """Return the threads that are allowed, as PyTorch would take them."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
