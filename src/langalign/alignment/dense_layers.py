"""Fitted heads and aligners as dense layers: matrices and shifts, with ReLU between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from langalign.aligners.affine import AffineAligner
from langalign.aligners.base import Aligner
from langalign.aligners.perceptron import Perceptron
from langalign.errors import SettingError
from langalign.heads.base_logistic import BaseLogistic
from langalign.heads.mlp import MLPHead
from langalign.heads.ridge import RidgeHead
from langalign.vectors import Vectors

Layers = list[tuple[Vectors, Vectors]]
"""Weights (d_in, d_out) and biases (d_out,), with ReLU between."""


def aligner_layers(aligner: Aligner) -> Layers:
    """Return what a fitted aligner does to vectors.

    Raises
    ------
    SettingError
        If it is neither affine nor a stack of dense layers.

    Examples
    --------
    >>> from langalign.aligners.mean_shift import MeanShift
    >>> aligner_layers(MeanShift().fit([[0.0], [1.0], [2.0]], [[1.0], [2.0], [3.0]]))
    [(array([[1.]], dtype=float32), array([1.], dtype=float32))]
    """
    if isinstance(aligner, AffineAligner):
        return [(aligner.coef_, aligner.intercept_)]
    if not isinstance(aligner, Perceptron):
        raise SettingError(
            f"{aligner!r} is not made of dense layers; use an affine aligner such as 'linear', or "
            "'residual', 'fc' or 'ae'"
        )
    network = aligner
    if network.is_shift_:
        width = len(network.x_mean_)
        return [(np.eye(width, dtype=np.float32), network.y_mean_ - network.x_mean_)]
    layers = list(zip(network.weights_, network.biases_, strict=True))
    weight, bias = layers[0]
    weight = weight / np.float32(network.x_scale_)
    layers[0] = weight, bias - network.x_mean_ @ weight
    weight, bias = layers[-1]
    size = np.float32(network.y_scale_)
    layers[-1] = weight * size, bias * size + network.y_mean_
    return layers


def head_layers(head: Any) -> Layers:
    """Return what a fitted head does to features, up to its scores.

    Raises
    ------
    SettingError
        If it is a foreign classifier.
    """
    if isinstance(head, MLPHead):
        return list(zip(head.weights_, head.biases_, strict=True))
    if not isinstance(head, BaseLogistic | RidgeHead):
        raise SettingError(
            f"{type(head).__name__} is not a head of LangAlign's own; fit with 'logistic', "
            "'multilabel', 'ridge' or 'mlp'"
        )
    return [(head.coef_, head.intercept_)]


def joined(first: Layers, second: Layers) -> Layers:
    """Return the layers of one after the other; the two that meet become one.

    Examples
    --------
    >>> import numpy as np
    >>> double, plus_one = (np.array([[2.0]]), np.zeros(1)), (np.eye(1), np.ones(1))
    >>> joined([double], [plus_one])
    [(array([[2.]]), array([1.]))]
    """
    if not first or not second:
        return [*first, *second]
    (weight, bias), (after, shift) = first[-1], second[0]
    return [*first[:-1], (weight @ after, bias @ after + shift), *second[1:]]
