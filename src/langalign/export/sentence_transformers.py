"""An aligned encoder as a sentence-transformers folder of stock modules: loads without own code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from langalign.alignment.dense_layers import Layers
from langalign.alignment.mapping_layers import mapping_layers
from langalign.encoders.base import Encoder
from langalign.encoders.torch_runner import TorchRunner
from langalign.encoders.transformer import TransformerEncoder
from langalign.encoders.transformer_saving import save_model
from langalign.errors import SettingError
from langalign.export.base import formats
from langalign.export.served import bare
from langalign.model import LangAlign
from langalign.optional import require
from langalign.persistence import write_text

_PURPOSE = "Writing a sentence-transformers folder"

_README = """---
library_name: sentence-transformers
---

# An aligned text encoder

Written by LangAlign. Texts in `{language}` get vectors in the space of the `{space}` encoder, by
`{aligner}` as {n_layers} dense layer(s) behind `{model}`. No code of its own is needed:

    from sentence_transformers import SentenceTransformer
    SentenceTransformer("this/folder").encode(["..."])
{served}"""
_SERVED = """
A map of one layer without activation: text-embeddings-inference serves such a folder too.
"""


@formats.register("sentence-transformers")
class SentenceTransformersFormat:
    """The encoder of the side that is mapped, with the map behind it as ``Dense`` modules.

    In reverse it is the target encoder, whose vectors an existing classifier of the source
    language understands. Forward it is the source encoder, in the target language's space.
    """

    def write(self, model: LangAlign, folder: Path) -> dict[str, Any]:
        """Write the folder that ``SentenceTransformer(folder)`` loads.

        Raises
        ------
        SettingError
            If the encoder is no transformer, reads long texts in windows, or the aligner is not
            made of dense layers.
        MissingDependencyError
            If the extra ``torch`` is not installed.
        """
        reverse = model.direction == "reverse"
        encoder = _transformer(model.target_encoder_ if reverse else model.source_encoder_)
        layers = mapping_layers(model.classifier_)
        network = TorchRunner(encoder.request, device="cpu", batch_size=1, threads=None).model
        _append(network, layers, unit_length=model.normalize)
        save_model(network, folder, prompt=encoder.prompt)
        languages = [model.source_lang, model.target_lang_ or "target language"]
        here, there = reversed(languages) if reverse else languages
        text = _README.format(
            language=here,
            space=there,
            aligner=repr(model.classifier_.aligner_),
            n_layers=len(layers),
            model=encoder.model,
            served=_SERVED if len(layers) == 1 else "",
        )
        write_text(folder / "README.md", text)
        return {"language": here, "space_of": there}


def _transformer(encoder: Encoder) -> TransformerEncoder:
    found = bare(encoder)
    if not isinstance(found, TransformerEncoder):
        raise SettingError(
            f"{found!r} is no transformer, and sentence-transformers has no module that does what "
            "it does; use --format onnx"
        )
    if found.long_texts == "pool":
        raise SettingError(
            "the encoder reads long texts in windows (long_texts='pool'), sentence-transformers "
            "cuts them; fit with long_texts='truncate' to export"
        )
    return found


def _append(network: Any, layers: Layers, *, unit_length: bool) -> None:
    torch = require("torch", extra="torch", purpose=_PURPOSE)
    modules = require("sentence_transformers.base.modules", extra="torch", purpose=_PURPOSE)
    if unit_length:
        network.append(modules.Normalize())
    for number, (weight, bias) in enumerate(layers):
        last = number == len(layers) - 1
        dense = modules.Dense(
            *weight.shape,
            activation_function=torch.nn.Identity() if last else torch.nn.ReLU(),
            init_weight=torch.from_numpy(np.ascontiguousarray(weight.T, dtype=np.float32)),
            init_bias=torch.from_numpy(bias.astype(np.float32)),
        )
        network.append(dense)
