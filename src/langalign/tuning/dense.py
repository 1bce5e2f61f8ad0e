"""Heads and aligners, which run in NumPy, as dense layers that gradients pass through."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from langalign.aligners.affine import AffineAligner
from langalign.aligners.perceptron import Perceptron
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.alignment.dense_layers import Layers, head_layers
from langalign.alignment.mapping_layers import mapping_layers
from langalign.errors import SettingError
from langalign.heads.base import Classifier, Head
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead
from langalign.vectors import Vectors


def require_layers(kind: type) -> None:
    """Raise unless a class of heads or aligners is made of dense layers.

    Raises
    ------
    SettingError
        If no gradient can pass through it.
    """
    if not issubclass(kind, AffineAligner | Perceptron | LogisticHead | MLPHead):
        raise SettingError(
            f"{kind.__name__}: the language model cannot be tuned through it; use an affine "
            "aligner such as 'linear', or 'residual', 'fc' or 'ae', and the head 'logistic' or "
            "'mlp', or tune the head alone (task='head')"
        )


def head_network(head: Head | Classifier) -> torch.nn.Sequential:
    """Return a fitted head as a trainable network from features to class scores.

    Raises
    ------
    SettingError
        If the head is neither logistic regression nor a multi-layer perceptron.
    """
    require_layers(type(head))
    return dense(head_layers(head))


def tuned_head(head: Any, network: torch.nn.Sequential) -> Any:
    """Return a copy of ``head`` with the network's weights."""
    layers = _layers(network)
    if len(head.classes_) == 2:  # as fitted heads are: the first class is the reference
        weight, bias = layers[-1]
        layers[-1] = weight - weight[:, :1], bias - bias[:1]
    tuned = copy.copy(head)
    if isinstance(tuned, LogisticHead):
        tuned.coef_, tuned.intercept_ = layers[0]
    else:
        tuned.weights_, tuned.biases_ = [list(part) for part in zip(*layers, strict=True)]
    return tuned


def frozen_map(classifier: AlignedClassifier, *, normalize: bool) -> torch.nn.Sequential:
    """Return :meth:`AlignedClassifier.map_source` of one text's vector, as a frozen network.

    Parameters
    ----------
    classifier
        Fitted forward.
    normalize
        Whether vectors are given length one first.

    Raises
    ------
    SettingError
        If the aligner is neither affine nor a stack of dense layers.
    """
    require_layers(type(classifier.aligner_))
    network = dense(mapping_layers(classifier)).requires_grad_(requires_grad=False)
    return torch.nn.Sequential(_UnitLength(), *network) if normalize else network


def dense(layers: Sequence[tuple[Vectors, Vectors]]) -> torch.nn.Sequential:
    """Return dense layers with these weights and ReLU between them."""
    modules: list[torch.nn.Module] = []
    for weight, bias in layers:
        # Random initial weights would be drawn from the generator that everybody shares.
        linear = torch.nn.utils.skip_init(torch.nn.Linear, *weight.shape)  # type: ignore[no-untyped-call]
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T.astype(np.float32)))
            linear.bias.copy_(torch.from_numpy(bias.astype(np.float32)))
        modules += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def digest_of_weights(*networks: torch.nn.Module) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of the networks' weights."""
    digest = hashlib.sha256()
    for network in networks:
        for tensor in network.state_dict().values():
            digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


class _UnitLength(torch.nn.Module):
    """Vectors of length one; a zero vector stays zero."""

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(vectors, dim=-1)


def _layers(network: torch.nn.Sequential) -> Layers:
    linear = [module for module in network if isinstance(module, torch.nn.Linear)]
    return [
        (
            np.ascontiguousarray(module.weight.detach().cpu().numpy().T),
            module.bias.detach().cpu().numpy().copy(),
        )
        for module in linear
    ]
