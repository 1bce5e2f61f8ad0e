"""A table being read: its columns, and its rows one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from langalign.errors import DataError

Row = tuple[int, Mapping[str, object]]
_MISSING = object()
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are read only once, as they are asked for.

    Parameters
    ----------
    path
        Its file, for messages.
    columns
        The names of its columns.
    rows
        Yields the number of each row (where it stands in the file) and its values by column.
    unit
        What the numbers count: ``"line"`` or ``"row"``.

    Examples
    --------
    >>> table = Table(Path("train.tsv"), ("ko",), iter([(2, {"ko": "안녕"})]))
    >>> table.at(2)
    'train.tsv, line 2'
    """

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[Row]
    unit: str = "line"

    def at(self, number: int) -> str:
        """Return where a row stands, for messages."""
        return f"{self.path}, {self.unit} {number}"


def named_columns(names: list[str], path: Path) -> tuple[str, ...]:
    """Return the names of a header, checked.

    Raises
    ------
    DataError
        If a name is there twice.

    Examples
    --------
    >>> named_columns(["en", "ko"], Path("train.tsv"))
    ('en', 'ko')
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"{path}: the header names {twice[0]!r} more than once; rename one of the columns"
        )
    return tuple(names)


def selected_rows(table: Table, split: str | None, where: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of a split, where a table has a column ``split``, and of a filter.

    Parameters
    ----------
    table
        The table; its rows are used up.
    split
        The split, None for all rows.
    where
        A value for each of some columns.

    Raises
    ------
    DataError
        If the table has no rows, no such column, or no such row (the values there are listed).

    Examples
    --------
    >>> rows = iter([(2, {"ko": "안녕", "split": "train"}), (3, {"ko": "네", "split": "test"})])
    >>> list(selected_rows(Table(Path("train.tsv"), ("ko", "split"), rows), "test", {}))
    [(3, {'ko': '네', 'split': 'test'})]
    """
    wanted = _wanted(table, split, where)
    seen: dict[str, dict[str, None]] = {name: {} for name in wanted}
    empty, found = True, False
    for number, row in table.rows:
        empty = False
        values = {name: str(row.get(name)) for name in wanted}
        if values == wanted:
            found = True
            yield number, row
        elif not found:
            _note(values, seen)
    if empty:
        raise DataError(f"{table.path}: columns but no rows in it; was its writing cut off?")
    if not found:
        raise _nothing_selected(table, wanted, seen)


def cell(table: Table, number: int, row: Mapping[str, object], column: str) -> object:
    """Return one value of a row.

    Raises
    ------
    DataError
        If the row lacks the column.

    Examples
    --------
    >>> cell(Table(Path("train.tsv"), ("ko",), iter(())), 2, {"ko": "안녕"}, "ko")
    '안녕'
    """
    value = row.get(column, _MISSING)
    if value is _MISSING:
        raise DataError(
            f"{table.at(number)}: no {column!r} here, only {_listed(row)}; complete or drop it"
        )
    return value


def _wanted(table: Table, split: str | None, where: Mapping[str, str]) -> dict[str, str]:
    wanted = dict(where)
    if split is not None and "split" in table.columns:
        wanted["split"] = split
    for name in wanted:
        if name not in table.columns:
            raise DataError(
                f"{table.path}: no column {name!r} to select rows by; "
                f"found {_listed(table.columns)}"
            )
    return wanted


def _note(values: Mapping[str, str], seen: Mapping[str, dict[str, None]]) -> None:
    for name, value in values.items():
        if len(seen[name]) < _LISTED:
            seen[name][value] = None


def _nothing_selected(
    table: Table, wanted: Mapping[str, str], seen: Mapping[str, Mapping[str, None]]
) -> DataError:
    asked = " and ".join(f"{name} {value!r}" for name, value in wanted.items())
    there = "; ".join(f"{name}: {_listed(values)}" for name, values in seen.items())
    return DataError(f"{table.path}: no row has {asked}; there are {there}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
