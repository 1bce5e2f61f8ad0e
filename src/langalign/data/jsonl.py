"""JSONL: one JSON object per line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from langalign.data.files import empty_file, read_lines
from langalign.data.table import Row, Table
from langalign.errors import DataError


def read_jsonl(path: Path) -> Table:
    r"""Read one JSON object per line; the first names the columns, blank lines are skipped.

    Raises
    ------
    DataError
        If the file cannot be read; while rows are read, if a line is no JSON object.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "reviews.jsonl")
    ...     _ = path.write_text('{"text": "안녕", "label": 1}\n', encoding="utf-8")
    ...     list(read_jsonl(path).rows)
    [(1, {'text': '안녕', 'label': 1})]
    """
    rows = _objects(path)
    first = next(rows, None)
    if first is None:
        raise empty_file(path)
    return Table(path, tuple(first[1]), itertools.chain([first], rows))


def _objects(path: Path) -> Iterator[Row]:
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(
                f"{path}, line {number}: not JSON ({error}); JSONL is one object a line"
            ) from error
        if not isinstance(row, dict):
            raise DataError(
                f"{path}, line {number}: expected an object such as "
                f'{{"text": "...", "label": "..."}}, got {line:.40}'
            )
        yield number, row
