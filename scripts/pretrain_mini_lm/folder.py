"""The folder of a pretrained network: a Hugging Face one, with its record, log, curve and card."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from langalign.encoders.transformer_loading import without_progress_bars
from langalign.persistence import FORMAT_VERSION, write_folder, write_json

from .card import CARD, card
from .curve import loss_curve
from .log import Log
from .packed import PRETRAINED, RECORD, in_8_bits, in_32_bits
from .prepared import Prepared
from .run import Task, held_out_loss
from .subwords import as_transformers

CURVE, LOG = "loss.svg", "training.jsonl"


def write_encoder(
    path: Path, task: Task, prepared: Prepared, result: Mapping[str, Any], log: Log, licence: str
) -> dict[str, Any]:
    """Write the folder whole or not at all; an older one of these is replaced.

    Parameters
    ----------
    path
        The folder.
    task
        With its network trained; 8-bit weights are tried in it, and the trained ones put back.
    prepared
        What it was trained on.
    result
        What the training returned.
    log
        Of the run.
    licence
        Under which the weights may be used.

    Returns
    -------
    dict
        The record that is in the folder.

    Raises
    ------
    PersistenceError
        If ``path`` is a file, or a folder with other things in it.
    """
    network, longest = task.network.eval(), task.network.config.max_position_embeddings
    record = {
        "format_version": FORMAT_VERSION,
        "kind": PRETRAINED,
        "date": date.today().isoformat(),
        "licence": licence,
        "parameters": sum(each.numel() for each in network.parameters()),
        "text": prepared.config,
        "training": asdict(task.settings),
        "length": asdict(task.length),
        "device": _name_of(task.device),
        "versions": {name: version(name) for name in ("torch", "transformers", "tokenizers")},
        **result,
        "held_out_in_8_bits": _held_out_in_8_bits(task),
    }
    with write_folder(path, kind=PRETRAINED, mark=RECORD) as draft:
        with without_progress_bars():
            network.save_pretrained(draft)
            as_transformers(prepared.tokenizer, longest=longest).save_pretrained(draft)
        write_json(draft / RECORD, record)
        shutil.copy(log.path, draft / LOG)
        (draft / CURVE).write_text(loss_curve(log.read()), encoding="utf-8")
        (draft / CARD).write_text(card(record, probes=()), encoding="utf-8")
    return record


def _held_out_in_8_bits(task: Task) -> dict[str, float]:
    """Return the held-out loss with the weights that would be shipped."""
    named = dict(task.network.named_parameters())
    kept = {name: each.detach().clone() for name, each in named.items()}
    arrays = {name: each.cpu().numpy() for name, each in kept.items()}
    with torch.no_grad():
        for name, array in in_32_bits(in_8_bits(arrays)).items():
            named[name].copy_(torch.from_numpy(array))
        found = held_out_loss(task)
        for name, each in kept.items():
            named[name].copy_(each)
    return found


def _name_of(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
