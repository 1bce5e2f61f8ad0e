"""Loading a sentence-transformers or plain Hugging Face model, with its options applied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from langalign.errors import EncoderError, SettingError
from langalign.optional import require

Pooling: TypeAlias = Literal["mean", "cls", "max"]
LongTexts: TypeAlias = Literal["truncate", "pool"]

_PURPOSE = "A transformer encoder"
_SECONDS_FOR_HUB = 10.0
_WITHOUT_NETWORK = (
    "Download it beforehand on a machine with network (SentenceTransformer(name).save(folder)) and "
    "pass that folder, or use the bundled 'mini'."
)


def load_model(
    name: str,
    *,
    pooling: Pooling | None,
    normalize: bool | None,
    max_length: int | None,
    revision: str | None,
    device: str | None,
) -> Any:
    """Return a ``SentenceTransformer`` in float32 that pools, normalises and truncates as set.

    Code that a model brings along is never run. ``HF_HUB_OFFLINE`` is honoured, the network is left
    alone for a local folder, and without network a model downloaded before is used.

    Raises
    ------
    EncoderError
        If the model cannot be found, reached or loaded.
    SettingError
        If an option does not fit the model.
    MissingDependencyError
        If the extra ``torch`` is not installed.
    """
    folder = local_folder(name)
    library = require("sentence_transformers", extra="torch", purpose=_PURPOSE)
    try:
        with without_progress_bars():
            model = library.SentenceTransformer(
                str(folder or name),
                device=device,
                revision=None if folder else revision,
                local_files_only=_complete(folder) or _offline() or not _reachable(name),
                trust_remote_code=False,
                model_kwargs={"dtype": "float32"},
            )
    except Exception as error:  # the libraries below raise some twenty kinds
        raise _explained(name, folder, error) from error
    model.eval()
    _set_pooling(model, pooling)
    _set_normalize(model, normalize)
    _set_max_length(model, max_length)
    return model


def normalizes(model: Any) -> bool:
    """Return whether a loaded model gives its vectors length one."""
    modules = require("sentence_transformers.base.modules", extra="torch", purpose=_PURPOSE)
    return any(isinstance(module, modules.Normalize) for module in model.children())


def local_folder(name: str) -> Path | None:
    """Return the folder that ``name`` means, None for a name on the hub."""
    path = Path(name).expanduser()
    if path.is_dir():
        if any((path / config).is_file() for config in ("modules.json", "config.json")):
            return path
        raise EncoderError(
            f"{path}: no model in this folder (neither modules.json nor config.json); pass the "
            "folder that SentenceTransformer.save or save_pretrained wrote"
        )
    if path.exists() or path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        found = "a file, not a folder" if path.exists() else "there is no such folder"
        raise EncoderError(f"{name}: {found}; pass the folder of a model, or its name on the hub")
    return None


def _complete(folder: Path | None) -> bool:
    """Return whether a folder holds a whole model (an adapter's base may have to be fetched)."""
    return folder is not None and not (folder / "adapter_config.json").is_file()


def _offline() -> bool:
    asked = (os.environ.get(key, "") for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(value.upper() in {"1", "ON", "YES", "TRUE"} for value in asked)


def _reachable(name: str) -> bool:
    """Ask the hub once: left to themselves, the libraries try a dead network for minutes."""
    hub = require("huggingface_hub", extra="torch", purpose=_PURPOSE)
    try:
        hub.HfApi().model_info(name, timeout=_SECONDS_FOR_HUB)
    except (hub.errors.HfHubHTTPError, hub.errors.HFValidationError):
        return True  # an answer; loading will say what is wrong
    except Exception:
        return False
    return True


@contextmanager
def without_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing bars of its own while it reads or writes weights."""
    logging = require("transformers.utils.logging", extra="torch", purpose=_PURPOSE)
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _explained(name: str, folder: Path | None, error: Exception) -> EncoderError:
    reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    if "trust_remote_code" in str(error):
        return EncoderError(
            f"{name}: this model needs code of its own, which LangAlign never runs. Choose a model "
            "without custom code, or wrap it yourself: FunctionEncoder(function, name=...)."
        )
    if folder is not None:
        return EncoderError(
            f"{folder}: the model in this folder cannot be loaded ({reason}); save it again with "
            "SentenceTransformer.save"
        )
    if _offline():
        return EncoderError(
            f"{name}: not among the models on this machine, and HF_HUB_OFFLINE forbids to fetch "
            f"it. {_WITHOUT_NETWORK} ({reason})"
        )
    return EncoderError(
        f"{name}: cannot be loaded from the Hugging Face hub. Is the name right, the model public "
        f"and the network open? {_WITHOUT_NETWORK} ({reason})"
    )


def _set_pooling(model: Any, pooling: Pooling | None) -> None:
    if pooling is None:
        return
    modules = require(
        "sentence_transformers.sentence_transformer.modules", extra="torch", purpose=_PURPOSE
    )
    for name, module in model.named_children():
        if isinstance(module, modules.Pooling):
            if module.pooling_output_dimension != module.embedding_dimension:
                raise SettingError("this model joins several poolings; leave pooling=None")
            model.add_module(
                name,
                modules.Pooling(module.embedding_dimension, pooling, module.include_prompt),
            )
            return
    raise SettingError(
        f"pooling={pooling!r}: this model has no pooling that could be replaced; leave pooling=None"
    )


def _set_normalize(model: Any, normalize: bool | None) -> None:
    if normalize is None:
        return
    torch = require("torch", extra="torch", purpose=_PURPOSE)
    modules = require("sentence_transformers.base.modules", extra="torch", purpose=_PURPOSE)
    for name, module in list(model.named_children()):
        if isinstance(module, modules.Normalize):
            model.add_module(name, torch.nn.Identity())
    if normalize:
        model.append(modules.Normalize())


def _set_max_length(model: Any, max_length: int | None) -> None:
    limit = _positions(model)
    if max_length is not None and (max_length < 1 or (limit is not None and max_length > limit)):
        raise SettingError(
            f"max_length is {max_length}; this model takes 1 to {limit or 'any number of'} tokens"
        )
    if max_length is not None:
        model.max_seq_length = max_length
    elif limit is not None and (model.max_seq_length or limit + 1) > limit:
        model.max_seq_length = limit


def _positions(model: Any) -> int | None:
    """Return how many tokens the position table has room for (RoBERTa's starts after padding)."""
    for name, module in model.named_modules():
        rows = getattr(module, "num_embeddings", None)
        if name.endswith("position_embeddings") and rows is not None:
            padding = module.padding_idx
            return int(rows) if padding is None else int(rows) - int(padding) - 1
    return None
