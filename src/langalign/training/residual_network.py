"""A linear map plus what a network adds to it, in torch for training, as plain layers after it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from langalign.vectors import Vectors


class ResidualNetwork(nn.Module):
    """``x @ coef + intercept + f(x)`` with dense layers ``f``, whose last begins at zero.

    Before training it is therefore the linear map. All of it is trained.

    Parameters
    ----------
    coef, intercept
        The linear map, shapes (d_source, d_target) and (d_target,).
    hidden
        Widths of the hidden layers; with none, it is a linear map.
    dropout
        Share of hidden units that are dropped in training.
    """

    def __init__(
        self, coef: Vectors, intercept: Vectors, *, hidden: Sequence[int], dropout: float
    ) -> None:
        super().__init__()
        d_source, d_target = coef.shape
        self.linear = nn.Linear(d_source, d_target)
        self.dense = nn.ModuleList(
            nn.Linear(d_in, d_out)
            for d_in, d_out in itertools.pairwise([d_source, *hidden, d_target])
        )
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(coef.T.copy()))
            self.linear.bias.copy_(torch.from_numpy(intercept))
        for parameter in self.dense[-1].parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map ``x`` of shape (n, d_source) to shape (n, d_target)."""
        hidden = x
        for layer in self.dense[:-1]:
            hidden = self.dropout(torch.relu(layer(hidden)))
        mapped: torch.Tensor = self.linear(x) + self.dense[-1](hidden)
        return mapped

    def layers(self) -> tuple[list[Vectors], list[Vectors]]:
        """Return weights (d_in, d_out) and biases of plain dense layers with ReLU between.

        The linear part passes through them as ``x = relu(x) - relu(-x)``: each hidden layer carries
        both halves beside its own units.
        """
        dense = [_of(layer) for layer in self.dense]
        skip, offset = _of(self.linear)
        if len(dense) == 1:
            weight, bias = dense[0]
            return [weight + skip], [bias + offset]
        width = len(skip)
        both = np.hstack([np.eye(width), -np.eye(width)]).astype(np.float32)
        on = np.eye(2 * width, dtype=np.float32)
        weights = [
            np.hstack([dense[0][0], both]),
            *(_block(weight, on) for weight, _ in dense[1:-1]),
            np.vstack([dense[-1][0], skip, -skip]),
        ]
        still = np.zeros(2 * width, dtype=np.float32)
        biases = [np.concatenate([bias, still]) for _, bias in dense[:-1]]
        return weights, [*biases, dense[-1][1] + offset]


def _of(layer: nn.Module) -> tuple[Vectors, Vectors]:
    weight, bias = (parameter.detach().numpy() for parameter in layer.parameters())
    return np.ascontiguousarray(weight.T), bias.copy()


def _block(first: Vectors, second: Vectors) -> Vectors:
    """Return the block-diagonal matrix of two."""
    (a, b), (c, d) = first.shape, second.shape
    return np.block([[first, np.zeros((a, d), np.float32)], [np.zeros((c, b), np.float32), second]])
