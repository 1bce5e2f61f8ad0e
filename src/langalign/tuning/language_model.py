"""A transformer with gradients: texts in, pooled vectors out as a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from langalign.data.text import Text
from langalign.encoders.transformer import TransformerEncoder
from langalign.encoders.transformer_loading import load_model
from langalign.encoders.transformer_saving import save_model
from langalign.errors import SettingError


class LanguageModel(torch.nn.Module):
    """A copy of an encoder's weights that can be trained; the encoder itself is left alone.

    Parameters
    ----------
    encoder
        What is copied: its model and how it pools, normalises, prompts and cuts.
    device
        Where the copy runs.

    Notes
    -----
    On a GPU that can, the forward pass is in bfloat16; weights, gradients and the vectors that come
    out are float32 everywhere.
    """

    def __init__(self, encoder: TransformerEncoder, device: torch.device) -> None:
        super().__init__()
        self.network: Any = load_model(
            encoder.model,
            pooling=encoder.pooling,
            normalize=encoder.normalize,
            max_length=encoder.max_length,
            revision=encoder.revision,
            device=str(device),
        )
        self.prompt: str | None = encoder.prompt
        self.device = device

    def forward(self, texts: Sequence[Text]) -> torch.Tensor:
        """Return one vector per text, shape (n, d), float32; texts are all single or all pairs."""
        prompt = self.prompt
        if prompt is None:
            prompt = self.network.prompts.get(self.network.default_prompt_name)
        inputs = {
            name: value.to(self.device) if isinstance(value, torch.Tensor) else value
            for name, value in self.network.preprocess(list(texts), prompt=prompt or "").items()
        }
        with torch.autocast("cuda", torch.bfloat16, enabled=_has_bfloat16(self.device)):
            vectors: torch.Tensor = self.network(inputs)["sentence_embedding"]
        return vectors.float()

    def save(self, folder: Path) -> None:
        """Write a sentence-transformers folder that says all settings itself."""
        save_model(self.network, folder, prompt=self.prompt)


def device_of(name: str | None) -> torch.device:
    """Return the device that is meant: a GPU if there is one, where nothing is said.

    Raises
    ------
    SettingError
        If there is no such device here.
    """
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise SettingError(
            f"device={name!r}: not usable here ({reason}); use 'cpu', or install PyTorch for this "
            "device"
        ) from error
    return device


def _has_bfloat16(device: torch.device) -> bool:
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
