"""Moses: two plain files, line i of one translating line i of the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from langalign.data.files import COMPRESSIONS, file_format, read_lines
from langalign.data.languages import language_spellings
from langalign.errors import DataError

Sides = tuple[Path, Path]


def is_side(path: Path, source_lang: str, target_lang: str) -> bool:
    """Return whether a file is one half of a pair: named after a language (``x.ko``), or ``.txt``.

    Examples
    --------
    >>> is_side(Path("corpus.ko.gz"), "en", "ko"), is_side(Path("corpus.tsv"), "en", "ko")
    (True, False)
    """
    named = _side_suffixes(source_lang) + _side_suffixes(target_lang)
    return file_format(path) in (".txt", *named)


def sides_of_prefix(prefix: Path, source_lang: str, target_lang: str) -> Sides | None:
    """Return ``prefix.en`` and ``prefix.ko`` (or .gz, .xz) where ``prefix`` is no file.

    Examples
    --------
    >>> sides_of_prefix(Path("no-such-corpus"), "en", "ko") is None
    True
    """
    if _is_file(prefix):
        return None
    source = _side_of_prefix(prefix, source_lang)
    target = _side_of_prefix(prefix, target_lang)
    return (source, target) if source and target else None


def paired_sides(paths: list[Path], source_lang: str, target_lang: str) -> list[Sides]:
    """Return halves given one after the other as pairs, the source first in each.

    Files that are not named after a language are taken as source, target in the order given.

    Raises
    ------
    DataError
        If a half is alone, or both halves are of one language.

    Examples
    --------
    >>> [[path.name for path in pair] for pair in paired_sides([Path("x.ko"), Path("x.en")],
    ...                                                         "en", "ko")]
    [['x.en', 'x.ko']]
    """
    if len(paths) % 2:
        raise DataError(
            f"{paths[-1]}: this is one half of a parallel text; "
            f"give the {source_lang} file and the {target_lang} file"
        )
    pairs = zip(paths[::2], paths[1::2], strict=True)
    return [_ordered(first, second, source_lang, target_lang) for first, second in pairs]


def read_moses(sides: Sides) -> Iterator[tuple[int, tuple[str, str]]]:
    r"""Yield the number and the two texts of each line.

    Raises
    ------
    DataError
        If a file cannot be read or one has more lines; both counts are given.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sides = Path(folder, "x.en"), Path(folder, "x.ko")
    ...     _ = sides[0].write_text("Hello\n", encoding="utf-8")
    ...     _ = sides[1].write_text("안녕\n", encoding="utf-8")
    ...     list(read_moses(sides))
    [(1, ('Hello', '안녕'))]
    """
    counts = [0, 0]
    for source, target in itertools.zip_longest(read_lines(sides[0]), read_lines(sides[1])):
        counts[0] += source is not None
        counts[1] += target is not None
        if source is not None and target is not None:
            yield source[0], (source[1], target[1])
    if counts[0] != counts[1]:
        raise DataError(
            f"{sides[0]} has {counts[0]} lines and {sides[1]} has {counts[1]}; line i of one must "
            "translate line i of the other, so give files of one corpus, unfiltered"
        )


def _side_suffixes(lang: str) -> tuple[str, ...]:
    return tuple(f".{name.lower()}" for name in language_spellings(lang))


def _side_of_prefix(prefix: Path, lang: str) -> Path | None:
    for name in language_spellings(lang):
        for compression in ("", *COMPRESSIONS):
            path = Path(f"{prefix}.{name}{compression}")
            if _is_file(path):
                return path
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no possible name of a file
        return False


def _ordered(first: Path, second: Path, source_lang: str, target_lang: str) -> Sides:
    suffixes = file_format(first), file_format(second)
    source, target = _side_suffixes(source_lang), _side_suffixes(target_lang)
    for one, names in ((source, source_lang), (target, target_lang)):
        if suffixes[0] in one and suffixes[1] in one:
            raise DataError(
                f"{first} and {second} are both {names}; "
                f"give one {source_lang} file and one {target_lang} file after the other"
            )
    swapped = suffixes[0] in target or suffixes[1] in source
    return (second, first) if swapped else (first, second)
