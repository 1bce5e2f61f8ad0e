"""A word alignment as a folder: the map, the transforms before it, and the mapped vectors."""

from __future__ import annotations

from pathlib import Path

from langalign.aligners.base import aligners
from langalign.aligners.common_space import CommonSpace
from langalign.errors import PersistenceError
from langalign.persistence import (
    CONFIG,
    FORMAT_VERSION,
    load_component,
    read_config,
    save_component,
    write_folder,
    write_json,
)
from langalign.registry import Registry
from langalign.transforms.base import Transform, transforms
from langalign.words.alignment import COMMON_SPACE, WordAlignment
from langalign.words.files import write_word_vectors
from langalign.words.word_vectors import WordVectors

KIND = "word alignment"
MAP, SOURCE, TARGET = "map", "source", "target"
SOURCE_VECTORS, TARGET_VECTORS = "source.vec", "target.vec"

both_sided: Registry[CommonSpace] = Registry("map of both sides", "langalign.aligners")
both_sided.register(COMMON_SPACE)(CommonSpace)


def save_alignment(
    alignment: WordAlignment, path: str | Path, source: WordVectors, target: WordVectors
) -> None:
    """Write an alignment, and both sides' words mapped by it as ``source.vec``, ``target.vec``.

    Parameters
    ----------
    alignment
        As :func:`~langalign.words.alignment.align_words` returns it.
    path
        New folder, or an older one of this kind, which is replaced.
    source, target
        The words as they were before mapping.

    Raises
    ------
    PersistenceError
        If the folder cannot be written.
    """
    with write_folder(path, kind=KIND) as folder:
        registry = both_sided if isinstance(alignment.map, CommonSpace) else aligners
        (folder / MAP).mkdir()
        save_component(alignment.map, folder / MAP, kind=registry.kind)
        _save_chain(alignment.source_transforms, folder / SOURCE)
        _save_chain(alignment.target_transforms, folder / TARGET)
        write_word_vectors(alignment.apply(source), folder / SOURCE_VECTORS)
        write_word_vectors(alignment.apply_target(target), folder / TARGET_VECTORS)
        write_json(
            folder / CONFIG,
            {
                "format_version": FORMAT_VERSION,
                "kind": KIND,
                "map_kind": registry.kind,
                "n_source_transforms": len(alignment.source_transforms),
                "n_target_transforms": len(alignment.target_transforms),
                "n_seed_pairs": alignment.n_seed_pairs,
                "n_pairs": alignment.n_pairs,
            },
        )


def load_alignment(path: str | Path) -> WordAlignment:
    """Read an alignment, to map words that it was not fitted with.

    Raises
    ------
    PersistenceError
        If anything in the folder is missing or damaged.
    """
    folder = Path(path)
    config = read_config(folder, expected=KIND)
    try:
        registry = both_sided if config["map_kind"] == both_sided.kind else aligners
        return WordAlignment(
            _load_chain(folder / SOURCE, int(config["n_source_transforms"])),
            _load_chain(folder / TARGET, int(config["n_target_transforms"])),
            load_component(folder / MAP, registry),
            int(config["n_seed_pairs"]),
            int(config["n_pairs"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PersistenceError(f"{folder / CONFIG}: damaged ({error!r}); align again") from error


def _save_chain(chain: tuple[Transform, ...], folder: Path) -> None:
    for number, step in enumerate(chain):
        (folder / str(number)).mkdir(parents=True)
        save_component(step, folder / str(number), kind=transforms.kind)


def _load_chain(folder: Path, length: int) -> tuple[Transform, ...]:
    return tuple(load_component(folder / str(number), transforms) for number in range(length))
