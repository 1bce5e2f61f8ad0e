"""The weights of an exported model in 8 bits: less work and memory, slightly different vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.encoders.onnx_store import GRAPH, Export
from langalign.files.whole_file import whole_file
from langalign.optional import require

INT8_GRAPH = "model-int8.onnx"
RECIPE = 1
"""Raised whenever the quantisation changes, since the vectors then do."""

_MOST_TOKEN, _MOST_WEIGHT, _ZERO = 127, 63, 128
"""Weights have 7 bits and a sign: with 8, the sums of two products overflow on processors without
instructions of their own for this (AVX2), and the vectors would depend on the processor."""


def with_int8(export: Export) -> Export:
    """Return the export, with its 8-bit graph written beside the float32 one if it is not there.

    Raises
    ------
    MissingDependencyError
        If the extra ``onnx`` is not installed.
    OSError
        If the folder cannot be written.
    """
    path = export.folder / INT8_GRAPH
    if not path.is_file():
        onnx = require("onnx", extra="onnx", purpose="Writing a model in 8 bits")
        graph = quantized(onnx.load(export.folder / GRAPH))
        with whole_file(path) as file:
            file.write(graph.SerializeToString())
    return export


def quantized(model: Any) -> Any:
    r"""Return an ONNX model whose products with constant matrices are of 8-bit integers.

    .. math:: xW \approx s\,(x_q W_q)\,\mathrm{diag}(t), \quad
              s = \max_j |x_j| / 127, \quad t_k = \max_j |W_{jk}| / 63

    Each column of ``W`` has a scale of its own, and each token: that of the token is found while
    the model runs. Rows of embedding tables have one each as well.

    Parameters
    ----------
    model
        An ``onnx.ModelProto``; it is written to.

    Notes
    -----
    ONNX Runtime's own dynamic quantisation has one scale for all tokens of a batch, so that a
    text's vector depends on the texts beside it. This one's do not, and are nearer to the model's;
    it takes as long.
    """
    graph = model.graph
    rewriting = _Rewriting(graph)
    nodes = [node for given in graph.node for node in rewriting.of(given)]
    still_used = {name for node in nodes for name in node.input}
    constants = [each for each in graph.initializer if each.name in still_used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*constants, *rewriting.constants.values()])
    return model


class _Rewriting:
    """Replaces nodes one by one, and gathers the constants that the new ones need."""

    def __init__(self, graph: Any) -> None:
        self.helper = require("onnx.helper", extra="onnx", purpose="Writing a model in 8 bits")
        self.numpy = require("onnx.numpy_helper", extra="onnx", purpose="Writing a model in 8 bits")
        self.types = require("onnx", extra="onnx", purpose="Writing a model in 8 bits").TensorProto
        self.matrices = {each.name: each for each in graph.initializer if len(each.dims) == 2}
        self.constants: dict[str, Any] = {}
        self.quantized: set[str] = set()

    def of(self, node: Any) -> list[Any]:
        """Return what takes the place of a node: itself, where there is nothing to gain."""
        if node.op_type == "MatMul" and node.input[1] in self.matrices:
            return self._product(node)
        if node.op_type == "Gather" and self._is_table(node):
            return self._rows(node)
        return [node]

    def _is_table(self, node: Any) -> bool:
        axis = next((each.i for each in node.attribute if each.name == "axis"), 0)
        return axis == 0 and node.input[0] in self.matrices

    def _product(self, node: Any) -> list[Any]:
        x, name = node.input
        y = node.output[0]
        scale = self._in_8_bits(name, axis=0)
        zero = self._constant("int8.zero", np.array(_ZERO, dtype=np.uint8))
        return [
            *self._tokens(x),
            self._node("MatMulInteger", [f"{x}/int8", f"{name}/int8", zero], f"{y}/int32"),
            self._node("Cast", [f"{y}/int32"], f"{y}/sums", to=self.types.FLOAT),
            self._node("Mul", [f"{y}/sums", f"{x}/scale"], f"{y}/scaled"),
            self._node("Mul", [f"{y}/scaled", scale], y),
        ]

    def _tokens(self, x: str) -> list[Any]:
        """Return nodes that turn each token's numbers into integers from 1 to 255."""
        if x in self.quantized:  # by another product with the same tokens
            return []
        self.quantized.add(x)
        most = self._constant("int8.most", np.array(_MOST_TOKEN, dtype=np.float32))
        least = self._constant("int8.least", np.array(1e-12, dtype=np.float32))
        # Casting cuts the fraction off, which rounds what a half was added to.
        middle = self._constant("int8.middle", np.array(_ZERO + 0.5, dtype=np.float32))
        return [
            self._node("Abs", [x], f"{x}/sizes"),
            self._node("ReduceMax", [f"{x}/sizes"], f"{x}/largest", axes=[-1], keepdims=1),
            self._node("Max", [f"{x}/largest", least], f"{x}/positive"),
            self._node("Div", [f"{x}/positive", most], f"{x}/scale"),
            self._node("Div", [most, f"{x}/positive"], f"{x}/inverse"),
            self._node("Mul", [x, f"{x}/inverse"], f"{x}/unit"),
            self._node("Add", [f"{x}/unit", middle], f"{x}/shifted"),
            self._node("Cast", [f"{x}/shifted"], f"{x}/int8", to=self.types.UINT8),
        ]

    def _rows(self, node: Any) -> list[Any]:
        name, indices = node.input
        rows = node.output[0]
        scale = self._in_8_bits(name, axis=1)
        return [
            self._node("Gather", [f"{name}/int8", indices], f"{rows}/int8", axis=0),
            self._node("Gather", [scale, indices], f"{rows}/scale", axis=0),
            self._node("Cast", [f"{rows}/int8"], f"{rows}/float", to=self.types.FLOAT),
            self._node("Mul", [f"{rows}/float", f"{rows}/scale"], rows),
        ]

    def _in_8_bits(self, name: str, *, axis: int) -> str:
        """Add a matrix as integers, with a scale a column (axis 0) or row (axis 1) of it."""
        if f"{name}/int8" not in self.constants:
            matrix: NDArray[np.float32] = self.numpy.to_array(self.matrices[name])
            largest = np.abs(matrix).max(axis=axis, keepdims=True)
            scale = np.maximum(largest, np.finfo(np.float32).tiny) / np.float32(_MOST_WEIGHT)
            self._constant(f"{name}/int8", np.rint(matrix / scale).astype(np.int8))
            self._constant(f"{name}/scale", scale if axis else scale[0])
        return f"{name}/scale"

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = self.numpy.from_array(array, name)
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> Any:
        return self.helper.make_node(kind, inputs, [output], **attributes)
