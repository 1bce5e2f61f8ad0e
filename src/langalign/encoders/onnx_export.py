"""A transformer as one ONNX graph, from token numbers to vectors: pooling and all that follows."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from langalign.data.text import Text
from langalign.encoders.onnx_runner import OnnxRunner
from langalign.encoders.onnx_store import GRAPH, TOKENIZER, Export, ExportError
from langalign.encoders.torch_runner import TorchRunner
from langalign.encoders.transformer_fingerprint import tokenizer_text
from langalign.errors import EncoderError
from langalign.optional import require

_PURPOSE = "Exporting a model to ONNX"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_MOST_BYTES = 2**31
"""An ONNX file holds no more."""
_OPSET = 17
_TOLERANCE = 1e-3
"""Of the distance to the model's own vector, as a share of its length; 1e-6 is usual."""

SAMPLE: tuple[Text, ...] = (
    "Exactly what I was hoping for.",
    "",
    "ok",
    "다시는 여기서 사지 않을 거예요. 思っていたよりずっと良かったです。",
    "还没用一个星期就坏了。 " * 8,
    ("Two texts", "that are read together"),
)


def export(runner: TorchRunner, folder: Path) -> dict[str, Any]:
    """Write the graph and the tokenizer of a loaded model, and see that they do what it does.

    Parameters
    ----------
    runner
        On the CPU.
    folder
        Where ``model.onnx`` and ``tokenizer.json`` are written.

    Returns
    -------
    dict
        The settings that :class:`~langalign.encoders.onnx_runner.OnnxRunner` reads.

    Raises
    ------
    ExportError
        If it cannot be exported, or the graph gives other vectors.
    MissingDependencyError
        If the extra ``onnx`` is not installed.
    """
    require("onnx", extra="onnx", purpose=_PURPOSE)
    require("onnxscript", extra="onnx", purpose=_PURPOSE)
    model = runner.model
    _require_exportable(model)
    features = model.preprocess(["two words", "one"])
    example = {name: features[name] for name in _INPUTS if name in features}
    _write_graph(model, example, folder / GRAPH)
    (folder / TOKENIZER).write_text(tokenizer_text(model.tokenizer), encoding="utf-8")
    tokenizer = model.tokenizer
    config = {
        "model": runner.request.model,
        "dim": runner.dim,
        "limit": runner.limit,
        "normalizes": runner.normalizes,
        "pad_id": tokenizer.pad_token_id or 0,
        "pad_type_id": tokenizer.pad_token_type_id,
        "pads_left": tokenizer.padding_side == "left",
        "truncation_side": tokenizer.truncation_side,
    }
    _compare(runner, Export(folder, config, runner.fingerprint, runner.prompt))
    return config


def _require_exportable(model: Any) -> None:
    reason = ""
    size = sum(weights.numel() * 4 for weights in model.parameters())
    if not hasattr(getattr(model, "tokenizer", None), "backend_tokenizer"):
        reason = "its tokenizer is not one of the library tokenizers (a fast one)"
    elif "message" in getattr(model[0], "modality_config", {}):
        reason = "it puts texts into a chat template"
    elif any(getattr(module, "include_prompt", True) is False for module in model):
        reason = "it leaves the prompt's tokens out when pooling"
    elif set(model.preprocess(["a"])) - {*_INPUTS, "modality"}:
        reason = "it takes other inputs than tokens, their mask and their types"
    elif size > _MOST_BYTES:
        reason = f"its weights take {size / 1e9:.1f} GB, an ONNX file holds 2.1 at most"
    if reason:
        raise ExportError(reason)


def _write_graph(model: Any, example: dict[str, Any], path: Path) -> None:
    torch = require("torch", extra="torch", purpose=_PURPOSE)
    axes = {name: {0: "texts", 1: "tokens"} for name in example} | {"vectors": {0: "texts"}}
    try:
        with _quiet():
            # The older exporter, as long as there is one: it takes a tenth of the time, and
            # ONNX Runtime knows its graphs better.
            torch.onnx.export(
                _from_tensors(model, tuple(example)).eval(),
                tuple(example.values()),
                str(path),
                dynamo=False,
                input_names=list(example),
                output_names=["vectors"],
                dynamic_axes=axes,
                opset_version=_OPSET,
            )
    except Exception as error:  # some dozen kinds, of four libraries
        raise ExportError(_failure(error)) from error


def _from_tensors(model: Any, names: tuple[str, ...]) -> Any:
    """Return the model as a network from tensors, in the order of these names, to vectors."""
    torch = require("torch", extra="torch", purpose=_PURPOSE)

    class Graph(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.modules_in_turn = torch.nn.ModuleList(list(model))

        def forward(self, *tensors: Any) -> Any:
            features: dict[str, Any] = dict(zip(names, tensors, strict=True))
            features["modality"] = "text"
            for module in self.modules_in_turn:
                features = module(features)
            return features["sentence_embedding"]

    return Graph()


def _compare(runner: TorchRunner, export: Export) -> None:
    """Raise :class:`ExportError` unless the export gives the vectors of the model."""
    exported = OnnxRunner(export, precision="float32", batch_size=3, threads=None)
    limit = runner.limit or 0
    sample = [text for text in SAMPLE if isinstance(text, str) or limit == 0 or limit > 4]
    for kind in (str, tuple):
        texts = [text for text in sample if isinstance(text, kind)]
        if not texts:
            continue
        expected = runner.run(texts)
        try:
            found = exported.run(texts)
        except EncoderError as error:
            raise ExportError(str(error)) from error
        distance = np.linalg.norm(found - expected, axis=1)
        length = np.maximum(np.linalg.norm(expected, axis=1), np.finfo(np.float32).tiny)
        worst = float((distance / length).max())
        if not worst <= _TOLERANCE:
            raise ExportError(f"the exported graph gives other vectors, off by {worst:.2g}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's remarks to developers of models away."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _failure(error: Exception) -> str:
    return f"the exporter failed ({type(error).__name__}: {' '.join(str(error).split())[:200]})"
