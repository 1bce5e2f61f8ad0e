"""What decides a transformer's vectors, as one hash that outlives its name and its place."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from langalign.optional import require

# Settings of a network that change its vectors and cannot be seen in its weights.
_CONFIG = (
    "model_type",
    "hidden_act",
    "hidden_activation",
    "num_attention_heads",
    "num_key_value_heads",
    "layer_norm_eps",
    "rms_norm_eps",
    "position_embedding_type",
    "rope_theta",
    "rope_scaling",
    "rope_parameters",
)


def fingerprint_of(model: Any, *, prompt: str | None, pools_long_texts: bool) -> str:
    """Return ``transformer:`` and the SHA-256 of a loaded model and its prompt.

    Parameters
    ----------
    model
        A ``SentenceTransformer`` with all options applied.
    prompt
        What is put before every text, after the model's own default.
    pools_long_texts
        Whether texts that are too long are read in windows. Where they are cut, nothing of it is
        hashed.

    Notes
    -----
    Hashed are the weights (shapes and bytes, in the network's order, without their names),
    the settings that change the vectors, the tokenizer, and every module after the network:
    pooling, normalisation, dense layers. A pooler that no vector passes through is left out: it is
    often missing from the file and drawn at random.
    """
    digest = hashlib.sha256()
    settings = {
        "config": {key: _plain(getattr(model.config, key, None)) for key in _CONFIG},
        "modules": [_module(module) for module in model],
        "max_length": model.max_seq_length,
        "prompt": prompt or "",
        "lower_case": bool(getattr(model[0], "do_lower_case", False)),
    }
    if pools_long_texts:
        settings["long_texts"] = "pool"
    digest.update(json.dumps(settings, sort_keys=True).encode())
    digest.update(tokenizer_text(model.tokenizer).encode())
    _hash_weights(digest, model)
    return f"transformer:{digest.hexdigest()}"


def _module(module: Any) -> dict[str, Any]:
    pooling = getattr(module, "pooling_mode", None)
    return {
        "class": type(module).__name__,
        "pooling": list(pooling) if isinstance(pooling, tuple) else pooling,
        "include_prompt": getattr(module, "include_prompt", None),
        "activation": _plain(getattr(module, "activation_function", None)),
    }


def _plain(value: Any) -> Any:
    """Return what JSON can hold; of any other object its class, never its address."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return type(value).__name__


def tokenizer_text(tokenizer: Any) -> str:
    """Return the tokenizer as text, without the padding and cutting that each call sets anew."""
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if hasattr(backend, "to_str"):
        content = json.loads(backend.to_str())
        content.pop("truncation", None)
        content.pop("padding", None)
    else:
        content = tokenizer.get_vocab()
    return json.dumps(content, sort_keys=True)


def _hash_weights(digest: Any, model: Any) -> None:
    torch = require("torch", extra="torch", purpose="A transformer encoder")
    pooler_unused = getattr(model[0], "module_output_name", "") == "token_embeddings"
    for name, tensor in model.state_dict().items():
        if pooler_unused and ".pooler." in name:
            continue
        digest.update(str(tuple(tensor.shape)).encode())
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy())
