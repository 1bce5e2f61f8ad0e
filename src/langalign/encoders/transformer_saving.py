"""Writing a loaded sentence-transformers model as a folder that says all its settings itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langalign.encoders.transformer_loading import without_progress_bars
from langalign.files.safetensors_writing import safetensors_errors_as_os_errors
from langalign.optional import require

PROMPT_NAME = "langalign"


def save_model(model: Any, folder: Path, *, prompt: str | None) -> None:
    """Write a model with the options that it was loaded with.

    Parameters
    ----------
    model
        A ``SentenceTransformer``, as :func:`~langalign.encoders.transformer_loading.load_model`
        returns it, perhaps with other weights or with modules behind it.
    folder
        Where.
    prompt
        What is put before every text. ``None``: the model's own default; ``""``: nothing.
    """
    torch = require("torch", extra="torch", purpose="Saving a transformer encoder")
    for name, module in list(model.named_children()):
        if isinstance(module, torch.nn.Identity):  # where normalising was switched off
            delattr(model, name)
    if prompt:
        model.prompts = dict(model.prompts) | {PROMPT_NAME: prompt}
        model.default_prompt_name = PROMPT_NAME
    elif prompt is not None:
        model.default_prompt_name = None
    with without_progress_bars(), safetensors_errors_as_os_errors(folder):
        model.save(str(folder), create_model_card=False)
