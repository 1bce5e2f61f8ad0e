"""Files as commands read them: a message about their content names the file, and the option."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from langalign.errors import DataError

if TYPE_CHECKING:
    from langalign.bundle import Bundle
    from langalign.data import LabeledText, ParallelText, Text
    from langalign.model import LangAlign
    from langalign.vectors import Vectors


def read_parallel(
    paths: list[Path],
    source_lang: str,
    target_lang: str,
    *,
    split: str,
    where: list[str] | None = None,
    max_pairs: int | None = None,
    seed: int = 0,
) -> ParallelText:
    """Read parallel text, or a random part of it.

    Raises
    ------
    DataError
        If it cannot be read, or holds fewer than two pairs, or is of one language.
    """
    import numpy as np

    from langalign.data import ParallelText, normalize_language

    if normalize_language(source_lang) == normalize_language(target_lang):
        raise DataError(
            f"--source-lang and --target-lang are both {source_lang!r}; give two different "
            "languages"
        )
    parallel = ParallelText.read(
        *paths,
        source_lang=source_lang,
        target_lang=target_lang,
        split=split,
        where=conditions(where or []),
    )
    if len(parallel) < 2:
        raise DataError(
            f"{', '.join(map(str, paths))}: {len(parallel)} pair of texts; at least 2 are needed, "
            "and a useful map takes some hundreds. Give more parallel text (--parallel)."
        )
    if max_pairs is None or max_pairs >= len(parallel):
        return parallel
    rows = np.random.default_rng(seed).choice(len(parallel), max_pairs, replace=False)
    return parallel.take(sorted(rows.tolist()))


def read_parallel_if_given(
    paths: list[Path] | None, languages: tuple[str, str], *, split: str, where: list[str] | None
) -> ParallelText | None:
    """Read parallel text as :func:`read_parallel` does; ``None`` where no file is named."""
    return read_parallel(paths, *languages, split=split, where=where) if paths else None


def read_parts(
    paths: list[Path],
    languages: tuple[str, str],
    column: str | None,
    *,
    split: str,
    where: list[str] | None,
) -> list[str] | None:
    """Read which part of the text each pair belongs to; ``None`` where no column is named.

    Raises
    ------
    DataError
        If a table has no such column.
    """
    if column is None:
        return None
    from langalign.data import normalize_language
    from langalign.data.parallel_reading import row_parts

    source, target = map(normalize_language, languages)
    return list(row_parts(paths, (source, target), column, split, conditions(where or [])))


def read_places(
    paths: list[Path], languages: tuple[str, str], *, split: str, where: list[str] | None
) -> list[str]:
    """Read where each pair of :func:`read_parallel` stands in its file.

    Raises
    ------
    DataError
        If something cannot be read.
    """
    from langalign.data import normalize_language
    from langalign.data.parallel_reading import row_places

    source, target = map(normalize_language, languages)
    return list(row_places(paths, (source, target), split, conditions(where or [])))


def read_labeled(path: Path, lang: str, *, split: str) -> LabeledText:
    """Read labelled text to learn from.

    Raises
    ------
    DataError
        If it cannot be read, or all rows have one label.
    """
    from langalign.data import LabeledText

    labeled = LabeledText.read(path, lang=lang, split=split)
    if len(set(labeled.labels)) < 2:
        raise DataError(
            f"{path}: all {len(labeled):,} rows have the label {labeled.labels[0]!r}; a classifier "
            "needs examples of at least two classes. Check the column 'label' and the split."
        )
    return labeled


def read_labeled_if_given(path: Path | None, lang: str, *, split: str) -> LabeledText | None:
    """Read labelled text as :func:`read_labeled` does; ``None`` where no file is named."""
    return None if path is None else read_labeled(path, lang, split=split)


def read_texts_if_given(path: Path | None, lang: str, *, split: str) -> tuple[Text, ...] | None:
    """Read texts without labels; ``None`` where no file is named.

    Raises
    ------
    DataError
        If they cannot be read.
    """
    from langalign.data import read_texts

    return None if path is None else read_texts(path, lang, split)


def read_model(folder: Path, cache: bool | Path) -> LangAlign:
    """Read a model that keeps its vectors in ``cache``.

    Raises
    ------
    PersistenceError
        If it is missing or damaged.
    EncoderError
        If its encoder cannot be loaded.
    """
    from langalign.model import LangAlign

    model = LangAlign.load(folder)
    model.cache = cache
    return model


def read_bundle(folder: Path, cache: bool | Path) -> Bundle:
    """Read a model or a bundle, either as a bundle, that keeps its vectors in ``cache``.

    Raises
    ------
    PersistenceError
        If it is missing or damaged.
    EncoderError
        If an encoder cannot be loaded.
    """
    from langalign.saved import as_bundle, load

    bundle = as_bundle(load(folder))
    for model in bundle.models.values():
        model.cache = cache
    return bundle


def column_language(model: LangAlign) -> str | None:
    """Return the language whose columns hold texts for ``model``; ``None`` where it knows none."""
    return None if model.target_lang_ == "und" else model.target_lang_


def read_record(path: Path) -> dict[str, Any]:
    """Read a record that this command has just written."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def read_vectors(path: Path) -> Vectors:
    """Read a ``.npy`` file of vectors, shape (n, d).

    Raises
    ------
    DataError
        If it is missing or damaged, or holds something else.
    """
    from langalign.data.files import require_file
    from langalign.files.npy_reading import read_npy
    from langalign.vectors import as_vectors

    require_file(path)
    try:
        array = read_npy(path)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path}: not a .npy file of numbers, or a damaged one ({error}); write it with "
            "'langalign encode' or numpy.save"
        ) from error
    return as_vectors(array, name=str(path))


def conditions(given: list[str]) -> dict[str, str]:
    """Return ``["source=news"]`` as ``{"source": "news"}``."""
    found = {}
    for text in given:
        column, equals, value = text.partition("=")
        if not column or not equals:
            raise typer.BadParameter(f"{text!r}: expected column=value, such as source=news")
        found[column] = value
    return found
