"""The optimizers of a run: Muon for the layers' matrices, AdamW for all else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from .settings import TrainingSettings

BETAS, EPSILON = (0.9, 0.98), 1e-6


class Optimizers:
    """Steps all weights of a network.

    Muon makes the momentum of a matrix orthogonal before it is added, so that rare directions are
    learned at the same pace as frequent ones. Scaled to the size of AdamW's steps, one learning
    rate serves both. It is made for matrices between hidden states; the table of sub-words, which
    is also the output's, and the vectors are stepped by AdamW.

    Parameters
    ----------
    network
        Of :func:`~pretrain_mini_lm.network.new_network`, on its device.
    settings
        The weight decay, of matrices alone.

    References
    ----------
    Jordan (2024), Muon: An optimizer for hidden layers in neural networks. Liu et al. (2025), Muon
    is scalable for LLM training, section 2.2 (the scale).
    """

    def __init__(self, network: Any, settings: TrainingSettings) -> None:
        self._named: dict[str, torch.Tensor] = dict(network.named_parameters())
        table = network.get_input_embeddings().weight
        hidden = {
            name: each for name, each in self._named.items() if each.ndim == 2 and each is not table
        }
        vectors = [each for each in self._named.values() if each.ndim == 1]
        decay = settings.weight_decay
        rest = [
            {"params": [table], "weight_decay": decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        muon = torch.optim.Muon(hidden.values(), weight_decay=decay, adjust_lr_fn="match_rms_adamw")
        adam = torch.optim.AdamW(rest, betas=BETAS, eps=EPSILON, fused=True)
        self._all: tuple[torch.optim.Optimizer, ...] = (muon, adam)
        self._of = {name: muon if name in hidden else adam for name in self._named}

    def step(self, learning_rate: float) -> None:
        """Step by the gradients, and forget them."""
        for optimizer in self._all:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return what the optimizers remember, by kind and weight: ``exp_avg.decoder.bias``."""
        return {
            f"{kind}.{name}": value
            for name, each in self._named.items()
            for kind, value in self._of[name].state[each].items()
        }

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Remember what :meth:`tensors` returned."""
        for key, value in tensors.items():
            kind, _, name = key.partition(".")
            each = self._named[name]
            self._of[name].state[each][kind] = value.to(each.device)
