"""A bundle as a folder: ``config.json``, and a model folder per language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.encoders.base import Encoder
from langalign.encoders.resolve import EncoderSpec
from langalign.errors import PersistenceError
from langalign.model import LangAlign
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    checksums,
    read_config,
    require_seal,
    sealed,
    write_folder,
    write_json,
)
from langalign.version import __version__

if TYPE_CHECKING:
    from langalign.bundle import Bundle

KIND = "bundle"


def save_bundle(bundle: Bundle, path: str | Path) -> None:
    """Write a bundle; an older one at ``path`` is replaced only when the new one is whole."""
    with write_folder(path, kind=KIND) as folder:
        languages = [model.target_lang_ or "und" for model in bundle.targets]
        for lang, model in zip(languages, bundle.targets, strict=True):
            model.save(folder / lang)
        config = {
            "format_version": FORMAT_VERSION,
            "kind": KIND,
            "langalign_version": __version__,
            "languages": languages,
            "source_from": bundle.source_from,
        }
        write_json(folder / CONFIG, sealed(config | {"files": checksums(folder)}))


def load_bundle(bundle_class: type[Bundle], path: str | Path, pool: EncoderPool) -> Bundle:
    """Read a bundle; see :meth:`Bundle.load`."""
    folder = Path(path)
    config = read_config(folder, expected=KIND)
    require_seal(config, folder / CONFIG)
    models = [pool.load(place) for place in bundled_folders(folder, config)]
    bundle = bundle_class(models, source_side=config["source_from"] is not None)
    if bundle.source_from != config["source_from"]:
        raise PersistenceError(
            f"{folder}: the source encoder of its model {config['source_from']!r}, which answers "
            "for the source language, is not on this machine; bring it here, or bundle the models "
            "without it"
        )
    return bundle


def bundled_folders(folder: Path, config: dict[str, Any]) -> list[Path]:
    """Return the model folders of a bundle, by its config.

    Raises
    ------
    PersistenceError
        If the config names something else than folders in it.
    """
    languages = config.get("languages")
    if not isinstance(languages, list) or not languages:
        raise PersistenceError(f"{folder / CONFIG}: damaged, it names no languages; save it again")
    if any(not isinstance(lang, str) or not lang.replace("-", "").isalnum() for lang in languages):
        raise PersistenceError(f"{folder}: names a model outside of itself ({languages}); refused")
    return [folder / lang for lang in languages]


class EncoderPool:
    """Loads models so that an encoder which several of them use is in memory once."""

    def __init__(self) -> None:
        self._known: list[tuple[Any, Encoder]] = []

    def load(self, folder: Path) -> LangAlign:
        """Read a model, with the encoders that were read before where it names the same.

        Raises
        ------
        LangAlignError
            As :meth:`LangAlign.load`.
        """
        described = read_config(folder, expected="model").get("encoders", {})
        source, target = described.get("source"), described.get("target")
        model = LangAlign.load(
            folder, source_encoder=self._find(source), target_encoder=self._find(target)
        )
        for description, encoder in (
            (source, model.source_encoder_),
            (target, model.target_encoder_),
        ):
            if self._find(description) is None:
                self._known.append((description, encoder))
        return model

    def _find(self, description: Any) -> EncoderSpec | None:
        return next((encoder for known, encoder in self._known if known == description), None)
