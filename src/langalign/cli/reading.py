"""Files as commands read them: a message about their content names the file, and the option."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from langalign.errors import DataError

if TYPE_CHECKING:
    from langalign.data import LabeledText, ParallelText
    from langalign.vectors import Vectors


def conditions(given: list[str]) -> dict[str, str]:
    """Return ``["source=news"]`` as ``{"source": "news"}``."""
    parted = [text.partition("=") for text in given]
    wrong = [text for text, (column, equals, _) in zip(given, parted, strict=True) if not column]
    wrong += [text for text, (_, equals, _) in zip(given, parted, strict=True) if not equals]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r}: expected column=value, such as source=news")
    return {column: value for column, _, value in parted}


def read_parallel(
    paths: list[Path],
    source_lang: str,
    target_lang: str,
    *,
    split: str,
    where: list[str],
    max_pairs: int | None,
    seed: int,
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
        where=conditions(where),
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


def read_vectors(path: Path) -> Vectors:
    """Read a ``.npy`` file of vectors, shape (n, d).

    Raises
    ------
    DataError
        If it is missing or damaged, or holds something else.
    """
    import numpy as np

    from langalign.data.files import require_file
    from langalign.vectors import as_vectors

    require_file(path)
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"{path}: not a .npy file of numbers, or a damaged one ({error}); write it with "
            "'langalign encode' or numpy.save"
        ) from error
    return as_vectors(array, name=str(path))
