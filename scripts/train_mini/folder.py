"""The folder that ``langalign.encoders.static`` reads: int8 rows, tokenizer, configuration."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from .vectors import Matrix

FORMAT_VERSION = 1
SIZE_LIMIT = 16_000_000
README = "README.md"


def quantise(rows: Matrix) -> dict[str, NDArray[Any]]:
    """Return ``embeddings`` (int8) and ``scales``: row i is about ``embeddings[i] * scales[i]``."""
    scales = np.abs(rows).max(axis=1) / np.float32(127)
    steps = np.where(scales > 0, scales, 1).astype(np.float32)[:, None]
    return {"embeddings": np.rint(rows / steps).astype(np.int8), "scales": scales}


def write_folder(
    target: Path, rows: Matrix, weights: Matrix, tokenizer: Tokenizer, config: dict[str, Any]
) -> None:
    """Write the three files beside ``target``, then swap the folders; a README there is kept.

    Parameters
    ----------
    target
        Folder to create or replace.
    rows
        Token vectors, shape (n_vocab, dim).
    weights
        Weight of each token, shape (n_vocab,).
    tokenizer
        Its ids are the row numbers.
    config
        Everything that is to be recorded.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        (new / "model.safetensors").write_bytes(save({**quantise(rows), "weights": weights}))
        (new / "tokenizer.json").write_text(tokenizer.to_str(pretty=False) + "\n", "utf-8")
        text = json.dumps({"format_version": FORMAT_VERSION, **config}, indent=2)
        (new / "config.json").write_text(text + "\n", "utf-8")
        if (target / README).is_file():
            shutil.copy(target / README, new / README)
        size = sum(path.stat().st_size for path in new.iterdir())
        if size > SIZE_LIMIT:
            raise SystemExit(
                f"the folder would take {size:,} bytes, at most {SIZE_LIMIT:,} allowed"
            )
        new.chmod(0o755)
        if target.exists():
            target.rename(Path(temporary) / "old")
        new.rename(target)
