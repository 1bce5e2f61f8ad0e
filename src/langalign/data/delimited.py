"""TSV (tabs, no quoting) and CSV (commas, quotes), both with a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from langalign.data.files import empty_file, read_lines
from langalign.data.table import Row, Table, named_columns
from langalign.errors import DataError


def read_tsv(path: Path) -> Table:
    r"""Read a tab-separated file with a header; nothing is quoted or escaped.

    Raises
    ------
    DataError
        If the file cannot be read; while rows are read, if one has another number of fields.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.tsv")
    ...     _ = path.write_text("en\tko\nHello\t안녕\n", encoding="utf-8")
    ...     list(read_tsv(path).rows)
    [(2, {'en': 'Hello', 'ko': '안녕'})]
    """
    records = ((number, line.split("\t")) for number, line in read_lines(path))
    return _table(path, records, "a TSV field can hold no tab and no line feed (use JSONL)")


def read_csv(path: Path) -> Table:
    r"""Read a comma-separated file with a header; fields may be quoted.

    Raises
    ------
    DataError
        If the file cannot be read; while rows are read, if one has another number of fields or
        its quotes do not close.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.csv")
    ...     _ = path.write_text('en,ko\n"Hi, you",안녕\n', encoding="utf-8")
    ...     list(read_csv(path).rows)
    [(2, {'en': 'Hi, you', 'ko': '안녕'})]
    """
    return _table(path, _csv_records(path), "put fields that hold a comma into double quotes")


def _csv_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    lines = (line for _, line in read_lines(path, keep_ends=True))
    reader = csv.reader(lines, strict=True)
    start = 1
    try:
        for record in reader:
            if record:  # no blank line
                yield start, record
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path}, line {start}: not CSV ({error}); check the quotes of this line, "
            "or save the table as TSV or JSONL"
        ) from error


def _table(path: Path, records: Iterator[tuple[int, list[str]]], remedy: str) -> Table:
    first = next(records, None)
    if first is None or first[1] == [""]:
        raise empty_file(path)
    columns = named_columns(first[1], path)
    return Table(path, columns, _rows(path, columns, records, remedy))


def _rows(
    path: Path, columns: tuple[str, ...], records: Iterator[tuple[int, list[str]]], remedy: str
) -> Iterator[Row]:
    for number, fields in records:
        if fields == [""] and len(columns) > 1:  # a blank line
            continue
        if len(fields) != len(columns):
            raise DataError(
                f"{path}, line {number}: {len(fields)} field(s), the header has {len(columns)}; "
                f"{remedy}"
            )
        yield number, dict(zip(columns, fields, strict=True))
