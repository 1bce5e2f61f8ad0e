"""Finding the text and label columns of a table, and reading a text or a label from a row."""

from __future__ import annotations

import math
from collections.abc import Mapping

from langalign.data.languages import language_spellings
from langalign.data.table import Table, cell
from langalign.data.text import Text
from langalign.errors import DataError

Columns = tuple[str, ...]
_PLAIN: tuple[Columns, ...] = (("text",), ("premise", "hypothesis"), ("text_a", "text_b"))


def text_columns(table: Table, lang: str | None) -> Columns:
    """Return the one column of a table's texts, or the two columns of its pairs.

    Parameters
    ----------
    table
        The table.
    lang
        A language code; columns named after it go before ``text``, ``premise`` + ``hypothesis``
        and ``text_a`` + ``text_b`` (but for Indonesian, since ``id`` is mostly a number).

    Raises
    ------
    DataError
        If there is none; the columns found and the accepted ones are listed.

    Examples
    --------
    >>> from pathlib import Path
    >>> text_columns(Table(Path("a.tsv"), ("premise_ko", "hypothesis_ko"), iter(())), "ko")
    ('premise_ko', 'hypothesis_ko')
    """
    named = () if lang is None else _named_after(lang)
    forms = (*_PLAIN, *named) if lang == "id" else (*named, *_PLAIN)
    for form in forms:
        if set(form) <= set(table.columns):
            return form
    hint = "; or say with lang which language column to read" if lang is None else ""
    raise _missing(table, "texts", [" + ".join(form) for form in forms], hint)


def parallel_columns(table: Table, source_lang: str, target_lang: str) -> tuple[Columns, Columns]:
    """Return the columns of the source texts and of the target texts.

    Columns named after the languages go before ``source`` + ``target``, since a column ``source``
    beside them says where a row is from. ``english`` + ``non_english`` come last.

    Raises
    ------
    DataError
        If there are none; the columns found and the accepted ones are listed.

    Examples
    --------
    >>> from pathlib import Path
    >>> parallel_columns(Table(Path("a.tsv"), ("source", "en", "ko"), iter(())), "en", "ko")
    (('en',), ('ko',))
    """
    sources, targets = _named_after(source_lang), _named_after(target_lang)
    forms = [(s, t) for s in sources for t in targets if len(s) == len(t)]
    forms.append((("source",), ("target",)))
    if language_spellings(source_lang)[-1] == "en":
        forms.append((("english",), ("non_english",)))
    for source, target in forms:
        if {*source, *target} <= set(table.columns) and source != target:
            return source, target
    accepted = [" + ".join(source + target) for source, target in forms]
    raise _missing(table, f"texts in {source_lang} and {target_lang}", accepted)


def require_label_column(table: Table) -> None:
    """Check that a table has the column ``label``.

    Raises
    ------
    DataError
        If it has not.

    Examples
    --------
    >>> from pathlib import Path
    >>> require_label_column(Table(Path("a.tsv"), ("text", "label"), iter(())))
    """
    if "label" not in table.columns:
        raise _missing(table, "labels", ["label"])


def text_at(table: Table, number: int, row: Mapping[str, object], columns: Columns) -> Text:
    """Return the text or the pair that stands in a row.

    Raises
    ------
    DataError
        If a value is missing or no string; its place is named.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = Table(Path("a.tsv"), ("ko",), iter(()))
    >>> text_at(table, 2, {"ko": "안녕"}, ("ko",))
    '안녕'
    """
    parts = []
    for column in columns:
        value = cell(table, number, row, column)
        if not isinstance(value, str):
            raise DataError(
                f"{table.at(number)}: {column!r} holds {value!r:.40} ({type(value).__name__}), "
                "expected a text; drop such rows or turn them into strings"
            )
        parts.append(value)
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])


def label_at(table: Table, number: int, row: Mapping[str, object]) -> str:
    """Return the label of a row; a number becomes a string, a whole one without its ``.0``.

    Raises
    ------
    DataError
        If it is missing, empty, null, true or false, or no number or string; its place is named.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = Table(Path("a.jsonl"), ("text", "label"), iter(()))
    >>> label_at(table, 1, {"text": "안녕", "label": 1.0})
    '1'
    """
    value = cell(table, number, row, "label")
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value == int(value) else str(value)
    raise DataError(
        f"{table.at(number)}: the label is {value!r:.40}; a label is a string that is not empty, "
        "or a number. Drop or complete such rows"
    )


def _named_after(lang: str) -> tuple[Columns, ...]:
    names = language_spellings(lang)
    return tuple((name,) for name in names) + tuple(
        (f"premise_{name}", f"hypothesis_{name}") for name in names
    )


def _missing(table: Table, what: str, accepted: list[str], hint: str = "") -> DataError:
    found = ", ".join(repr(name) for name in table.columns)
    return DataError(
        f"{table.path}: no column with {what}; found {found:.300}; accepted: "
        f"{', or '.join(accepted)}{hint}. The first line must name the columns"
    )
