"""Texts without labels: what a model is asked about, or learns a space from."""

from __future__ import annotations

from pathlib import Path

from langalign.data.columns import text_at, text_columns
from langalign.data.files import file_format, read_lines, require_file
from langalign.data.formats import read_table
from langalign.data.languages import normalize_language
from langalign.data.table import selected_rows
from langalign.data.text import Text, as_texts


def read_texts(
    path: str | Path, lang: str | None = None, split: str | None = None
) -> tuple[Text, ...]:
    r"""Read texts, or pairs of texts, in the order of the file.

    Parameters
    ----------
    path
        A .txt file (one text per line, blank lines are empty texts), or a table with a column of
        texts or two of pairs, as :meth:`LabeledText.read` reads it; a column ``label`` is ignored.
    lang
        The language code, where the column is named after it.
    split
        Read only these rows, where the table has a column ``split``.

    Returns
    -------
    tuple of str, or of pairs of str
        The n texts.

    Raises
    ------
    DataError
        If something cannot be read; file, line and remedy are named.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "reviews.txt")
    ...     _ = path.write_text("좋아요\n별로예요\n", encoding="utf-8")
    ...     read_texts(path)
    ('좋아요', '별로예요')
    """
    path = Path(path)
    require_file(path)
    code = None if lang is None else normalize_language(lang)
    if file_format(path) == ".txt":
        return as_texts((line for _, line in read_lines(path)), name=str(path))
    table = read_table(path, besides="; besides .txt, one text per line")
    columns = text_columns(table, code)
    rows = (text_at(table, number, row, columns) for number, row in selected_rows(table, split, {}))
    return as_texts(rows, name=str(path))
