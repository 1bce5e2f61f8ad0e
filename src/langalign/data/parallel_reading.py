"""Reading parallel text from files of any known format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from langalign.data.columns import parallel_columns, text_at
from langalign.data.files import file_format
from langalign.data.formats import read_table
from langalign.data.moses import Sides, is_side, paired_sides, read_moses, sides_of_prefix
from langalign.data.table import selected_rows
from langalign.data.text import Text
from langalign.data.tmx import read_tmx
from langalign.errors import DataError

Languages = tuple[str, str]
TextPair = tuple[Text, Text]
_BESIDES = "; besides .tmx, and two plain files x.{} and x.{} (or .txt) or their common name x"


def parallel_rows(
    paths: list[Path], languages: Languages, split: str | None, where: Mapping[str, str]
) -> Iterator[TextPair]:
    """Yield the source and the target text of each row of all files, one file after the other.

    Parameters
    ----------
    paths
        The files; the two halves of a Moses pair stand one after the other.
    languages
        Source and target language.
    split
        The split to read of tables that have one.
    where
        A value for each of some columns.

    Raises
    ------
    DataError
        If no file is given or something cannot be read.

    Examples
    --------
    >>> from langalign.data import bundled_path
    >>> rows = parallel_rows([bundled_path("sentiment")], ("en", "ko"), "test", {})
    >>> len(next(rows))
    2
    """
    if not paths:
        raise DataError("no file given; give at least one file of parallel text")
    for source in _sources(paths, languages):
        if isinstance(source, tuple) or file_format(source) == ".tmx":
            yield from _rows_without_columns(source, languages, where)
        else:
            yield from _table_rows(source, languages, split, where)


def row_parts(
    paths: list[Path],
    languages: Languages,
    column: str,
    split: str | None,
    where: Mapping[str, str],
) -> Iterator[str]:
    """Yield what part of the text each row belongs to, in the order of :func:`parallel_rows`.

    Parameters
    ----------
    paths, languages, split, where
        As for :func:`parallel_rows`.
    column
        Column that names the part, such as its source; rows of a file without columns are named
        after the file.

    Raises
    ------
    DataError
        If a table has no such column, or something cannot be read.

    Examples
    --------
    >>> from langalign.data import bundled_path
    >>> parts = row_parts([bundled_path("sentiment")], ("en", "ko"), "domain", "test", {})
    >>> next(parts)
    'films'
    """
    for source in _sources(paths, languages):
        if isinstance(source, tuple) or file_format(source) == ".tmx":
            name = source[0].stem if isinstance(source, tuple) else source.stem
            yield from (name for _ in _rows_without_columns(source, languages, where))
            continue
        table = read_table(source, besides=_BESIDES.format(*languages))
        if column not in table.columns:
            raise DataError(
                f"{source}: no column {column!r} to split the pairs by; found "
                f"{', '.join(map(repr, table.columns))}"
            )
        for _, row in selected_rows(table, split, where):
            yield str(row.get(column) or "(none)")


def row_places(
    paths: list[Path], languages: Languages, split: str | None, where: Mapping[str, str]
) -> Iterator[str]:
    """Yield where each row stands in its file, in the order of :func:`parallel_rows`.

    Splits, filters and lines without a pair come between a row's number among those read and its
    place in the file.

    Parameters
    ----------
    paths, languages, split, where
        As for :func:`parallel_rows`.

    Raises
    ------
    DataError
        If something cannot be read.

    Examples
    --------
    >>> from langalign.data import bundled_path
    >>> place = next(row_places([bundled_path("sentiment")], ("en", "ko"), "train", {}))
    >>> place.rpartition("/")[2]
    'sentiment.tsv, line 3'
    """
    for source in _sources(paths, languages):
        if isinstance(source, tuple) or file_format(source) == ".tmx":
            unit = f"{source[0]}, line" if isinstance(source, tuple) else f"{source}, unit"
            for number, _ in _numbered_rows(source, languages):
                yield f"{unit} {number}"
            continue
        table = read_table(source, besides=_BESIDES.format(*languages))
        for number, _ in selected_rows(table, split, where):
            yield table.at(number)


def _sources(paths: list[Path], languages: Languages) -> list[Path | Sides]:
    """Return the files to read, with the halves of Moses pairs put together."""
    sources: list[Path | Sides] = []
    halves: list[Path] = []
    for path in paths:
        pair = sides_of_prefix(path, *languages)
        if pair is not None:
            sources.append(pair)
        elif is_side(path, *languages):
            halves.append(path)
        else:
            sources.append(path)
    return sources + list(paired_sides(halves, *languages))


def _rows_without_columns(
    source: Path | Sides, languages: Languages, where: Mapping[str, str]
) -> Iterator[TextPair]:
    if where:
        name = source[0] if isinstance(source, tuple) else source
        raise DataError(
            f"{name}: this format has no columns to select rows by ({', '.join(where)}); "
            "leave where out, or give a table"
        )
    for _, pair in _numbered_rows(source, languages):
        yield pair


def _numbered_rows(source: Path | Sides, languages: Languages) -> Iterator[tuple[int, TextPair]]:
    yield from read_moses(source) if isinstance(source, tuple) else read_tmx(source, *languages)


def _table_rows(
    path: Path, languages: Languages, split: str | None, where: Mapping[str, str]
) -> Iterator[TextPair]:
    table = read_table(path, besides=_BESIDES.format(*languages))
    source, target = parallel_columns(table, *languages)
    for number, row in selected_rows(table, split, where):
        yield text_at(table, number, row, source), text_at(table, number, row, target)
