"""Encoders as the first part of a graph, and the tokenizer that goes in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.encoders.backends import runner_of
from langalign.encoders.onnx_int8 import INT8_GRAPH
from langalign.encoders.onnx_runner import OnnxRunner
from langalign.encoders.onnx_store import GRAPH, TOKENIZER
from langalign.encoders.static import TOKENIZER_FILE, StaticEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.export.graph import Graph


@dataclass(frozen=True)
class Tokenized:
    """How texts become token numbers: a tokenizer that pads and cuts by itself, and settings."""

    tokenizer: str
    settings: dict[str, Any]


def add_static(graph: Graph, encoder: StaticEncoder) -> Tokenized:
    """Add the weighted mean of sub-word vectors; where no token is known, the zero vector."""
    from tokenizers import Tokenizer

    onnx_float = 1  # TensorProto.FLOAT
    stored = encoder.tensors()
    ids, mask = graph.input("input_ids"), graph.input("attention_mask")
    table = graph.constant("mini.table", stored.embeddings)
    last = graph.constant("mini.last", np.array([-1], dtype=np.int64))
    one = graph.constant("mini.tokens", np.array([1], dtype=np.int64))
    tiny = graph.constant("mini.tiny", np.array(np.finfo(np.float32).tiny))
    graph.add("Cast", [mask], "mini.mask", to=onnx_float)
    graph.add("Gather", [graph.constant("mini.weights", stored.weights), ids], "mini.weight")
    graph.add("Mul", ["mini.weight", "mini.mask"], "mini.counted")
    graph.add("ReduceSum", ["mini.counted", last], "mini.total", keepdims=1)
    graph.add("Max", ["mini.total", tiny], "mini.divisor")
    graph.add("Gather", [graph.constant("mini.scales", stored.scales), ids], "mini.scale")
    graph.add("Mul", ["mini.scale", "mini.mask"], "mini.factor")
    graph.add("Unsqueeze", ["mini.factor", last], "mini.factors")
    graph.add("Gather", [table, ids], "mini.bytes")
    graph.add("Cast", ["mini.bytes"], "mini.rows", to=onnx_float)
    graph.add("Mul", ["mini.rows", "mini.factors"], "mini.weighted")
    graph.add("ReduceSum", ["mini.weighted", one], "mini.sum", keepdims=0)
    graph.add("Div", ["mini.sum", "mini.divisor"], "mini.vectors")
    tokenizer = Tokenizer.from_file(str(encoder.path / TOKENIZER_FILE))
    tokenizer.enable_truncation(encoder.max_tokens)
    tokenizer.enable_padding(pad_id=0)
    settings = {"prompt": "", "special_tokens": False, "max_chars": encoder.max_chars}
    return Tokenized(tokenizer.to_str(), settings)


def transformer_graph(encoder: TransformerEncoder) -> tuple[Graph, Tokenized]:
    """Return an exported transformer, in the precision that the encoder has.

    Raises
    ------
    EncoderError
        If it cannot be exported.
    """
    from tokenizers import Tokenizer

    int8 = encoder.backend == "onnx-int8"
    runner = runner_of(
        encoder.request,
        backend="onnx-int8" if int8 else "onnx",
        device=None,
        batch_size=encoder.batch_size,
        threads=encoder.threads,
    )
    assert isinstance(runner, OnnxRunner), "a backend that is asked for is the one that runs"
    folder, config = runner.export.folder, runner.export.config
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    if runner.limit is not None:
        tokenizer.enable_truncation(
            runner.limit, strategy="longest_first", direction=config["truncation_side"]
        )
    tokenizer.enable_padding(
        pad_id=config["pad_id"],
        pad_type_id=config["pad_type_id"],
        direction="left" if config["pads_left"] else "right",
    )
    settings = {"prompt": runner.prompt, "special_tokens": True, "max_chars": None}
    graph = Graph.load(folder / (INT8_GRAPH if int8 else GRAPH))
    return graph, Tokenized(tokenizer.to_str(), settings)
