"""An ONNX graph that nodes are added to, one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.optional import require

_PURPOSE = "Writing an ONNX graph"
OPSET, IR = 17, 8
"""Those of ONNX 1.12 of 2022: what runs graphs has known them for long."""


class Graph:
    """A model that grows.

    Parameters
    ----------
    model
        An ``onnx.ModelProto`` with one output, or none.
    output
        The name of what comes last.
    """

    def __init__(self, model: Any, output: str = "") -> None:
        self._onnx = require("onnx", extra="onnx", purpose=_PURPOSE)
        self._model = model
        self.output = output

    @classmethod
    def empty(cls) -> Graph:
        """Return a graph without nodes."""
        helper = require("onnx.helper", extra="onnx", purpose=_PURPOSE)
        graph = helper.make_graph([], "langalign", [], [])
        opset = helper.make_opsetid("", OPSET)
        return cls(helper.make_model(graph, opset_imports=[opset], ir_version=IR))

    @classmethod
    def load(cls, path: Path) -> Graph:
        """Return the graph of a file; its output is no longer one, and what is added goes on."""
        model = require("onnx", extra="onnx", purpose=_PURPOSE).load(path)
        output = model.graph.output[0].name
        del model.graph.output[:]
        return cls(model, output)

    def input(self, name: str) -> str:
        """Declare token numbers, or what belongs to each of them, shape (texts, tokens)."""
        kind = self._onnx.TensorProto.INT64
        given = self._onnx.helper.make_tensor_value_info(name, kind, ["texts", "tokens"])
        self._model.graph.input.append(given)
        return name

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Add an array under a name; numbers with a fraction become float32."""
        stored = array.astype(np.float32) if array.dtype.kind == "f" else array
        self._model.graph.initializer.append(self._onnx.numpy_helper.from_array(stored, name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node, and return what it puts out, which now comes last."""
        node = self._onnx.helper.make_node(kind, inputs, [output], **attributes)
        self._model.graph.node.append(node)
        self.output = output
        return output

    def end(self, name: str, *, width: int) -> None:
        """Make one of the names the output, shape (texts, width)."""
        kind = self._onnx.TensorProto.FLOAT
        given = self._onnx.helper.make_tensor_value_info(name, kind, ["texts", width])
        self._model.graph.output.append(given)

    def save(self, path: Path) -> None:
        """Check the graph and write it."""
        self._onnx.checker.check_model(self._model)
        path.write_bytes(self._model.SerializeToString())
