"""A pretrained folder in 8 bits, small enough to ship, and the way back to float32.

Not the 8-bit graph of ``onnx_int8``: a graph keeps neither the names of the weights nor their
shapes, so nothing could be tuned from it, and its weights have 7 bits. What is restored here is the
whole language model; exporting it to ONNX, in 8 bits as well, is what the encoder does by itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from train_mini.folder import quantise

from langalign.errors import PersistenceError
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    WEIGHTS,
    load_arrays,
    read_config,
    save_arrays,
    write_folder,
    write_json,
)

KIND = "packed language model"
PRETRAINED = "pretrained language model"
SIZE_LIMIT = 28_000_000
NETWORK = "model.safetensors"
RECORD = "langalign.json"
SETTINGS = ("config.json", "tokenizer_config.json")
AS_THEY_ARE = ("tokenizer.json", RECORD, "README.md", "loss.svg")

Arrays = dict[str, NDArray[Any]]


def in_8_bits(weights: Mapping[str, NDArray[np.float32]]) -> Arrays:
    """Return matrices as integers with a scale a row, and vectors as they are."""
    found: Arrays = {}
    for name, array in weights.items():
        if array.ndim == 2:
            integers = quantise(array)
            found[f"{name}/int8"], found[f"{name}/scale"] = (
                integers["embeddings"],
                integers["scales"],
            )
        else:
            found[name] = array
    return found


def in_32_bits(packed: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """Undo :func:`in_8_bits`; an element is off by half a step, 1/254 of its row's largest."""
    found: dict[str, NDArray[np.float32]] = {}
    for name, array in packed.items():
        stem, _, kind = name.rpartition("/")
        if kind == "int8":
            found[stem] = array.astype(np.float32) * packed[f"{stem}/scale"][:, None]
        elif kind != "scale":
            found[name] = array
    return found


def pack_folder(source: Path, target: Path) -> int:
    """Write the 8-bit folder of a pretrained one; return its size in bytes.

    Raises
    ------
    PersistenceError
        If ``source`` is no such folder, or the result is larger than what may be shipped.
    """
    with write_folder(target, kind=KIND) as draft:
        save_arrays(in_8_bits(load_arrays(source / NETWORK)), draft / WEIGHTS)
        for name in AS_THEY_ARE:
            if (source / name).is_file():
                shutil.copy(source / name, draft / name)
        settings = {name: json.loads((source / name).read_text("utf-8")) for name in SETTINGS}
        config = {"format_version": FORMAT_VERSION, "kind": KIND, "files": settings}
        write_json(draft / CONFIG, config)
        size = sum(path.stat().st_size for path in draft.iterdir())
        if size > SIZE_LIMIT:
            raise PersistenceError(
                f"{source}: takes {size:,} bytes in 8 bits, at most {SIZE_LIMIT:,} are shipped; "
                "train a smaller network or fewer sub-words"
            )
    return size


def restore_folder(packed: Path, target: Path) -> None:
    """Write the float32 Hugging Face folder of an 8-bit one.

    Raises
    ------
    PersistenceError
        If ``packed`` is not what :func:`pack_folder` wrote.
    """
    from safetensors.numpy import save_file

    config = read_config(packed, expected=KIND)
    arrays = in_32_bits(load_arrays(packed / WEIGHTS))
    with write_folder(target, kind=PRETRAINED, mark=RECORD) as draft:
        save_file(arrays, draft / NETWORK, metadata={"format": "pt"})
        for name, content in config["files"].items():
            write_json(draft / name, content)
        for name in AS_THEY_ARE:
            if (packed / name).is_file():
                shutil.copy(packed / name, draft / name)
