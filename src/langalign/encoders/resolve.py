"""From what a user writes to an encoder, and from an encoder to a reference in a saved model."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from langalign.encoders.base import Encoder, encoders
from langalign.encoders.cache import CachedEncoder
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.precomputed import PrecomputedEncoder
from langalign.encoders.runner import Backend
from langalign.encoders.static import StaticEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.encoders.transformer_loading import LongTexts, Pooling
from langalign.errors import EncoderError, SettingError, UnknownNameError

EncoderSpec: TypeAlias = "Encoder | str | Path | Callable[[list[Any]], Any]"

NOT_SAVED = ("function", "custom")
"""Types of description that stand for code of its author's: a name, and nothing to restore."""
_TRANSFORMER_SETTINGS = ("pooling", "prompt", "normalize", "max_length", "revision")


def resolve(
    spec: EncoderSpec,
    *,
    pooling: Pooling | None = None,
    prompt: str | None = None,
    normalize: bool | None = None,
    max_length: int | None = None,
    long_texts: LongTexts = "truncate",
    backend: Backend | None = None,
    batch_size: int = 32,
    threads: int | None = None,
) -> Encoder:
    """Return the encoder that ``spec`` means.

    Parameters
    ----------
    spec
        An encoder; a function; a registered name (``"mini"``); a ``.npy`` file of vectors made
        beforehand; the folder of a static encoder; a model's name on the Hugging Face hub or its
        local folder. A registered name wins over a folder of that name: write ``"./mini"``.
    pooling, prompt, normalize, max_length
        As in :class:`~langalign.encoders.transformer.TransformerEncoder`; only for those.
    long_texts
        As there; without effect on other encoders: static ones read all of every text.
    backend, batch_size, threads
        As there; without effect on other encoders.

    Raises
    ------
    EncoderError
        If ``spec`` is nothing of this, or looks like a mistyped name.
    SettingError
        If an option is given that the encoder does not have.

    Examples
    --------
    >>> resolve("mini")
    MiniEncoder()
    >>> resolve("minni")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    langalign.errors.EncoderError: there is no encoder called 'minni'. Did you mean 'mini'? ...
    """
    options: dict[str, Any] = {
        "pooling": pooling,
        "prompt": prompt,
        "normalize": normalize,
        "max_length": max_length,
    }
    ready = _without_options(spec)
    if ready is None:
        model = cast("str | Path", spec)
        return TransformerEncoder(
            model,
            long_texts=long_texts,
            backend=backend,
            batch_size=batch_size,
            threads=threads,
            **options,
        )
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise SettingError(
            f"{', '.join(given)}: not an option of {ready!r}, only of transformer models; leave it"
        )
    return ready


def resolve_both(source: EncoderSpec, target: EncoderSpec) -> tuple[Encoder, Encoder]:
    """Return the encoders of both sides; one that is named twice is loaded once."""
    resolved = resolve(source)
    same = target is source or (isinstance(target, str) and target == source)
    return resolved, resolved if same else resolve(target)


def describe(encoder: Encoder) -> dict[str, Any]:
    """Return a reference that JSON can hold and :func:`from_description` understands.

    A class that is neither registered nor one of this package's is described by its name alone.

    Examples
    --------
    >>> describe(resolve("mini"))
    {'type': 'registered', 'name': 'mini'}
    """
    if isinstance(encoder, CachedEncoder):
        return describe(encoder.encoder)
    registered = vars(type(encoder)).get("registered_name")
    if registered is not None:
        return {"type": "registered", "name": registered}
    if type(encoder) is TransformerEncoder:
        settings = {name: getattr(encoder, name) for name in _TRANSFORMER_SETTINGS}
        settings["long_texts"] = encoder.long_texts
        if encoder.backend is not None:  # else each machine chooses
            settings["backend"] = encoder.backend
        return {"type": "transformer", "model": encoder.model, **settings}
    if type(encoder) is FunctionEncoder:
        return {"type": "function", "name": encoder.name}
    if type(encoder) is PrecomputedEncoder:
        return {"type": "precomputed", "path": str(encoder.path)}
    if type(encoder) is StaticEncoder:
        return {"type": "static", "path": str(encoder.path)}
    return {"type": "custom", "name": f"{type(encoder).__module__}.{type(encoder).__qualname__}"}


def from_description(description: Mapping[str, Any]) -> Encoder:
    """Return the encoder that :func:`describe` described.

    Raises
    ------
    EncoderError
        If it is a function or a class of the user's own, which cannot be restored from a name, or
        if the description is damaged.
    """
    try:
        kind = description["type"]
        if kind == "registered":
            return encoders.get(description["name"])()
        if kind == "transformer":
            settings: dict[str, Any] = {key: description.get(key) for key in _TRANSFORMER_SETTINGS}
            # These settings are younger than the others.
            settings["long_texts"] = description.get("long_texts", "truncate")
            settings["backend"] = description.get("backend")
            return TransformerEncoder(description["model"], **settings)
        if kind == "precomputed":
            return PrecomputedEncoder(description["path"])
        if kind == "static":
            return StaticEncoder(description["path"])
        if kind in NOT_SAVED:
            raise EncoderError(
                f"the encoder {description['name']!r} is code of its author's and is not saved "
                "with a model; pass it: load(path, target_encoder=...)"
            )
    except (KeyError, TypeError) as error:
        if isinstance(error, UnknownNameError):
            raise
        raise EncoderError(f"damaged reference to an encoder: {dict(description)!r}") from error
    raise EncoderError(f"unknown type of encoder {kind!r}; upgrade: pip install -U langalign")


def _without_options(spec: EncoderSpec) -> Encoder | None:
    """Return the encoder if it is one without transformer options, else None."""
    if _is_encoder(spec):
        return cast("Encoder", spec)
    if isinstance(spec, type):
        raise EncoderError(f"{spec.__name__} is a class; pass an encoder made from it")
    if callable(spec):
        return FunctionEncoder(spec)
    if not isinstance(spec, (str, Path)) or not str(spec).strip():
        raise EncoderError(
            f"expected an encoder, a function, a name or a path, got {type(spec).__name__} {spec!r}"
        )
    name, path = str(spec), Path(spec).expanduser()
    if name in encoders.names():
        return encoders.get(name)()
    if path.suffix == ".npy":
        return PrecomputedEncoder(path)
    if _is_static(path):
        return StaticEncoder(path)
    _refuse_mistyped(name, path)
    return None


def _is_encoder(spec: object) -> bool:
    """Recognise an encoder by its attributes, without reading their values: that loads weights."""
    if isinstance(spec, type):
        return False
    missing = object()
    names = ("encode", "dim", "fingerprint", "reads_pairs")
    return all(inspect.getattr_static(spec, name, missing) is not missing for name in names)


def _is_static(path: Path) -> bool:
    try:
        content = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    # A Hugging Face model's config.json has neither key.
    return isinstance(content, dict) and {"format_version", "max_token_chars"} <= content.keys()


def _refuse_mistyped(name: str, path: Path) -> None:
    if "/" in name or "\\" in name or path.exists():
        return
    near = difflib.get_close_matches(name.lower(), encoders.names(), n=1, cutoff=0.7)
    if near:
        raise EncoderError(
            f"there is no encoder called {name!r}. Did you mean {near[0]!r}? A model on the hub is "
            "written organisation/name, a folder ./name."
        )
