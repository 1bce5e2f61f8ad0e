"""One ONNX graph from token numbers to probabilities: encoder, aligner and head."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any

import numpy as np

from langalign.encoders.static import StaticEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import EncoderError, SettingError
from langalign.export.base import formats
from langalign.export.graph import Graph
from langalign.export.onnx_encoders import Tokenized, add_static, transformer_graph
from langalign.export.served import Served, bare, served
from langalign.model import LangAlign
from langalign.model.self_test import GOLDEN_TEXTS
from langalign.persistence import write_text
from langalign.tasks import CLASSIFICATION, MULTILABEL

MODEL, TOKENIZER, EXAMPLE = "model.onnx", "tokenizer.json", "predict.py"
TOLERANCE = 1e-4
"""How far a probability may be from LangAlign's own; some 1e-6 is usual."""
_ANSWERS: dict[str, str] = {CLASSIFICATION: "Softmax", MULTILABEL: "Sigmoid"}

_README = """# A text classifier in ONNX

Written by LangAlign. `model.onnx` goes from token numbers to {answers}, `tokenizer.json` is for the
library tokenizers, `langalign.json` holds labels and settings. `predict.py` shows all that is to be
done, and runs:

    pip install onnxruntime tokenizers numpy
    python predict.py "a text" "another"
"""


@formats.register("onnx")
class OnnxFormat:
    """A graph, a tokenizer and labels: runs with onnxruntime, tokenizers and numpy."""

    def write(self, model: LangAlign, folder: Path) -> dict[str, Any]:
        """Write the graph, and see that it answers as the model does.

        Raises
        ------
        SettingError
            If the model's encoder or one of its parts cannot be exported.
        MissingDependencyError
            If the extra ``onnx`` is not installed.
        """
        answer = served(model)
        graph, tokenized = _encoding(model)
        _add_answer(graph, answer)
        graph.save(folder / MODEL)
        (folder / TOKENIZER).write_text(tokenized.tokenizer, encoding="utf-8")
        write_text(
            folder / "README.md",
            _README.format(answers="probabilities" if answer.labels else "numbers"),
        )
        example = importlib.resources.files("langalign.export") / "onnx_example.py"
        write_text(folder / EXAMPLE, example.read_text(encoding="utf-8"))
        settings = answer.settings() | tokenized.settings | {"takes_pairs": model.takes_pairs_}
        _compare(model, folder, settings)
        return settings


def _encoding(model: LangAlign) -> tuple[Graph, Tokenized]:
    """Return a graph up to the vector of a text."""
    encoder = bare(model.target_encoder_)
    if isinstance(encoder, StaticEncoder):
        graph = Graph.empty()
        return graph, add_static(graph, encoder)
    if isinstance(encoder, TransformerEncoder):
        if encoder.long_texts == "pool":
            raise SettingError(
                "the encoder reads long texts in windows (long_texts='pool'), a graph cannot; fit "
                "with long_texts='truncate' to export"
            )
        return transformer_graph(encoder)
    raise SettingError(
        f"{encoder!r} cannot be a part of a graph, only static and transformer encoders can; "
        "export --format sklearn takes ready vectors"
    )


def _add_answer(graph: Graph, answer: Served) -> None:
    x = graph.output
    if answer.unit_length:
        tiny = graph.constant("answer.tiny", np.array(np.finfo(np.float32).tiny))
        graph.add("ReduceL2", [x], "answer.lengths", axes=[-1], keepdims=1)
        graph.add("Max", ["answer.lengths", tiny], "answer.divisors")
        x = graph.add("Div", [x, "answer.divisors"], "answer.unit")
    last = len(answer.layers) - 1
    for number, (weight, bias) in enumerate(answer.layers):
        w = graph.constant(f"answer.weight.{number}", weight)
        b = graph.constant(f"answer.bias.{number}", bias)
        x = graph.add("MatMul", [x, w], f"answer.product.{number}")
        x = graph.add("Add", [x, b], f"answer.layer.{number}")
        if number < last:
            x = graph.add("Relu", [x], f"answer.active.{number}")
    kind = _ANSWERS.get(answer.task)
    if kind is None:
        graph.end(graph.add("Identity", [x], "numbers"), width=1)
        return
    axis = {"axis": -1} if kind == "Softmax" else {}
    graph.end(graph.add(kind, [x], "probabilities", **axis), width=len(answer.labels))


def _compare(model: LangAlign, folder: Path, settings: dict[str, Any]) -> None:
    """Raise unless the folder's own example answers as the model does."""
    from langalign.export.onnx_example import Classifier

    texts: list[Any] = list(GOLDEN_TEXTS)
    if model.takes_pairs_:
        texts = list(zip(texts, reversed(texts), strict=True))
    found = Classifier(folder, settings).outputs(texts)
    numbers = model.classifier_.task_ not in _ANSWERS
    expected = model.predict(texts)[:, None] if numbers else model.predict_proba(texts)
    distance = float(np.abs(found - expected).max())
    if not distance <= TOLERANCE * (max(1.0, float(np.abs(expected).max())) if numbers else 1.0):
        raise EncoderError(
            f"the exported graph answers otherwise than the model, off by {distance:.2g}; please "
            "report the encoder and the aligner"
        )
