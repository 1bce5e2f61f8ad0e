"""The network: a small ModernBERT, which transformers loads without code of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import ModernBertConfig, ModernBertForMaskedLM

from .masking import Masked
from .settings import TrainingSettings
from .subwords import CLS, PAD, SEP

THETA = 10_000.0
"""Of the rotary positions, as usual for texts of hundreds of tokens."""


def new_network(settings: TrainingSettings, *, n_vocab: int, longest: int) -> Any:
    """Return a network with random weights; seed PyTorch beforehand.

    Positions are rotary, that is relative: lines are short, and vectors of absolute places beyond
    a hundred would hardly be trained. All layers attend to the whole line.
    """
    rope = {"rope_type": "default", "rope_theta": THETA}
    config = ModernBertConfig(
        vocab_size=n_vocab,
        hidden_size=settings.dim,
        intermediate_size=settings.mlp,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        max_position_embeddings=longest,
        layer_types=["full_attention"] * settings.layers,
        rope_parameters={"full_attention": rope, "sliding_attention": dict(rope)},
        attention_dropout=settings.dropout,
        embedding_dropout=settings.dropout,
        mlp_dropout=settings.dropout,
        pad_token_id=PAD,
        bos_token_id=CLS,
        cls_token_id=CLS,
        eos_token_id=SEP,
        sep_token_id=SEP,
    )
    return ModernBertForMaskedLM(config)


def token_vectors(network: Any, ids: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
    """Return the last layer's vectors of packed rows, shape (n, row_length, dim).

    A token attends to its own line alone, so that a line's vectors are those that it has by itself.
    What fills a row up attends to itself: attending to nothing would give no number.
    """
    same_line = segments[:, None, :, None] == segments[:, None, None, :]
    vectors: torch.Tensor = network.model(ids, attention_mask=same_line).last_hidden_state
    return vectors


def guessing_loss(
    network: Any, batch: Masked, device: torch.device, *, bfloat16: bool
) -> torch.Tensor:
    """Return the mean cross-entropy of the hidden tokens, in nats.

    The vocabulary's scores are taken at hidden places alone: at all of them they would cost more
    than the layers do.
    """
    ids, segments, places, targets = (
        torch.from_numpy(array).to(device, non_blocking=True)
        for array in (batch.ids, batch.segments, batch.places, batch.targets)
    )
    with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
        vectors = token_vectors(network, ids, segments).flatten(0, 1)
        scores = network.decoder(network.head(vectors[places]))
    return torch.nn.functional.cross_entropy(scores.float(), targets)


@contextmanager
def evaluating(network: Any) -> Iterator[None]:
    """Run the network without dropout and without gradients, then train on."""
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train()
