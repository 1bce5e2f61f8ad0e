"""Labelled texts that a model is tested on: their split is found and they are read in one pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from langalign.errors import DataError

if TYPE_CHECKING:
    from langalign.data import LabeledText
    from langalign.data.table import Table

SPLITS = ("test", "dev", "validation", "valid", "val")
"""Looked for in this order; never the training rows unless they are asked for."""


def open_tested(path: Path, split: str | None) -> tuple[Table, str | None]:
    """Return a table, and the split of it to test on; ``None`` where it has no column ``split``.

    Where no split is named, the rows of those that can be the one are kept until it is known.

    Raises
    ------
    DataError
        If the file cannot be read, has none of these splits, or no column for the one named.
    """
    from langalign.data.formats import read_table

    table = read_table(path, besides="")
    if "split" not in table.columns:
        if split:
            raise DataError(f"{path}: has no column 'split', so leave --split {split} out")
        return table, None
    if split is not None:
        return table, split or None
    rows, found = [], dict[str, None]()
    for number, row in table.rows:
        name = str(row.get("split"))
        found[name] = None
        if name in SPLITS:
            rows.append((number, row))
    chosen = next((name for name in SPLITS if name in found), None)
    if chosen is None and found:
        raise DataError(
            f"{path}: the column 'split' has no 'test', only "
            f"{', '.join(map(repr, list(found)[:20]))}; choose one with --split"
        )
    return replace(table, rows=iter(rows)), chosen


def read_tested(
    table: Table, lang: str | None, split: str | None
) -> tuple[LabeledText, tuple[str, ...]]:
    """Return the labelled texts of a table, and where each stands in its file.

    Raises
    ------
    DataError
        If something cannot be read; file, line and remedy are named.
    """
    from langalign.data.labeled import UNDETERMINED, LabeledText
    from langalign.data.labeled_reading import labeled_rows

    numbers, texts, labels = zip(*labeled_rows(table, lang, split), strict=True)
    places = tuple(map(table.at, numbers))
    return LabeledText(texts, labels, UNDETERMINED if lang is None else lang), places
