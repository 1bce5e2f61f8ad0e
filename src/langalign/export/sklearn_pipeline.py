"""A classifier of vectors as a scikit-learn pipeline: needs scikit-learn and safetensors.

``load(folder)`` reads ``langalign.json`` and ``weights.safetensors``; nothing is unpickled.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

Layers = list[tuple[Any, Any]]
"""Weights (d_in, d_out) and biases (d_out,), with ReLU between."""


def unit_length(X: Any) -> Any:
    """Return vectors (n, d) divided by their lengths; a zero vector stays zero."""
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    return X / np.where(lengths > 0, lengths, 1.0)


def mapped(X: Any, layers: Layers) -> Any:
    """Return what dense layers make of vectors (n, d)."""
    for number, (weight, bias) in enumerate(layers):
        X = (np.maximum(X, 0.0) if number else X) @ weight + bias
    return X


def build(settings: dict[str, Any], aligner: Layers, head: Layers) -> Any:
    """Return a fitted ``Pipeline`` of the steps there are: unit length, aligner, head."""
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    steps: list[tuple[str, Any]] = []
    if settings["unit_length"]:
        steps.append(("unit_length", FunctionTransformer(unit_length)))
    if aligner:
        steps.append(("aligner", FunctionTransformer(mapped, kw_args={"layers": aligner})))
    steps.append(("head", _head(settings, head)))
    return Pipeline(steps)


def load(folder: str | Path) -> Any:
    """Return the pipeline of an exported folder."""
    from safetensors.numpy import load_file

    settings = json.loads((Path(folder) / "langalign.json").read_text(encoding="utf-8"))
    arrays = load_file(Path(folder) / "weights.safetensors")
    aligner, head = (
        [(arrays[f"{part}.weight.{n}"], arrays[f"{part}.bias.{n}"]) for n in range(count)]
        for part, count in settings["layers"].items()
    )
    return build(settings, aligner, head)


def _head(settings: dict[str, Any], layers: Layers) -> Any:
    if settings["task"] == "similarity":
        return _ridge(layers)
    labels = np.array(settings["labels"])
    classifier = _logistic(layers) if len(layers) == 1 else _perceptron(layers, labels)
    classifier.classes_ = labels
    if len(classifier.classes_) != 2 or settings["threshold"] == 0.5:
        return classifier
    from sklearn.model_selection import FixedThresholdClassifier

    second = classifier.classes_[1]
    outer = FixedThresholdClassifier(
        classifier,
        threshold=settings["threshold"],
        pos_label=second,
        response_method="predict_proba",
    )
    outer.estimator_, outer._pos_label = classifier, second
    return outer


def _ridge(layers: Layers) -> Any:
    from sklearn.linear_model import Ridge

    (weight, bias), ridge = layers[0], Ridge()
    ridge.coef_, ridge.intercept_ = weight[:, 0], float(bias[0])
    ridge.n_features_in_ = len(weight)
    return ridge


def _logistic(layers: Layers) -> Any:
    from sklearn.linear_model import LogisticRegression

    (weight, bias), head = layers[0], LogisticRegression()
    if weight.shape[1] == 2:  # of two classes scikit-learn keeps the difference
        weight, bias = weight[:, 1:] - weight[:, :1], bias[1:] - bias[:1]
    head.coef_, head.intercept_ = np.ascontiguousarray(weight.T), bias
    head.n_features_in_ = len(weight)
    return head


def _perceptron(layers: Layers, labels: Any) -> Any:
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import LabelBinarizer

    weights, biases = (list(part) for part in zip(*layers, strict=True))
    two = weights[-1].shape[1] == 2
    if two:
        weights[-1] = weights[-1][:, 1:] - weights[-1][:, :1]
        biases[-1] = biases[-1][1:] - biases[-1][:1]
    head = MLPClassifier(hidden_layer_sizes=tuple(weight.shape[1] for weight in weights[:-1]))
    head.coefs_, head.intercepts_ = weights, biases
    head.n_layers_, head.n_outputs_ = len(weights) + 1, weights[-1].shape[1]
    head.out_activation_ = "logistic" if two else "softmax"
    head.n_features_in_ = len(weights[0])
    head._label_binarizer = LabelBinarizer().fit(labels)
    return head
