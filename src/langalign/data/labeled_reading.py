"""Reading the labelled rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

from langalign.data.columns import label_at, require_label_column, text_at, text_columns
from langalign.data.languages import normalize_language
from langalign.data.table import Table, selected_rows
from langalign.data.text import Text

LabeledRow = tuple[int, Text, str]
"""Where a row stands in its table (:meth:`Table.at`), its text and its label."""


def labeled_rows(table: Table, lang: str | None, split: str | None) -> Iterator[LabeledRow]:
    """Yield the number, the text and the label of each row of a split.

    Parameters
    ----------
    table
        The table; its rows are used up.
    lang
        The language code, where the column of the texts is named after it.
    split
        The split to read of a table that has one.

    Raises
    ------
    DataError
        If a column or a value is missing; the place is named.

    Examples
    --------
    >>> from langalign.data.bundled import bundled_path
    >>> from langalign.data.formats import read_table
    >>> table = read_table(bundled_path("sentiment"), besides="")
    >>> number, _, label = next(labeled_rows(table, "ko", "train"))
    >>> number, label
    (3, 'negative')
    """
    columns = text_columns(table, None if lang is None else normalize_language(lang))
    require_label_column(table)
    for number, row in selected_rows(table, split, {}):
        yield number, text_at(table, number, row, columns), label_at(table, number, row)
