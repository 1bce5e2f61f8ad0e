"""A table of pgvector: what the catalogue says of it, its vectors, and whether it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from langalign.errors import DataError
from langalign.migration.postgres_place import PostgresPlace
from langalign.optional import require
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composed, Identifier

PURPOSE = "A table of pgvector"
KINDS = {"vector": "Vector", "halfvec": "HalfVector"}
"""Types of columns that are converted, and what the package pgvector calls them."""

_COLUMNS = """
SELECT a.attname, t.typname, n.nspname, a.atttypmod
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_KEYS = """
SELECT a.attname
FROM pg_index i
CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary AND k.position <= i.indnkeyatts
ORDER BY k.position
"""


@dataclass(frozen=True)
class VectorTable:
    """One column of vectors, and the key that orders its rows.

    Parameters
    ----------
    connection
        Open.
    place
        As a user named it.
    oid
        The table's.
    column, kind, schema_of_kind
        The column of vectors, its type (a key of :data:`KINDS`), and the schema of that type.
    dimensions
        That the column is declared with; None where it is not.
    keys
        Columns of the primary key.
    """

    connection: Connection[Any]
    place: PostgresPlace
    oid: int
    column: str
    kind: str
    schema_of_kind: str
    dimensions: int | None
    keys: tuple[str, ...]

    @classmethod
    def find(cls, connection: Connection[Any], place: PostgresPlace) -> Self:
        """Look a table up.

        Raises
        ------
        DataError
            If it is not there, has no such column, or no primary key.
        """
        oid = table_oid(connection, place)
        if oid is None:
            raise DataError(
                f"{place}: there is no such table; names are written as they stand in the "
                "catalogue, without quotes, and a schema that is not searched before a dot"
            )
        columns = connection.execute(_COLUMNS, [oid]).fetchall()
        column, kind, schema, modifier = _vector_column(place, columns)
        keys = tuple(name for (name,) in connection.execute(_KEYS, [oid]))
        if not keys:
            raise DataError(
                f"{place}: no primary key, which says whose each vector is; add one: ALTER TABLE "
                "... ADD COLUMN id bigserial PRIMARY KEY"
            )
        dimensions = modifier if modifier > 0 else None
        return cls(connection, place, oid, column, kind, schema, dimensions, keys)

    @property
    def name(self) -> Identifier:
        """The table, quoted."""
        return self.place.quoted

    @cached_property
    def order(self) -> Composed:
        """The columns of the key, quoted."""
        from psycopg import sql

        return sql.SQL(", ").join(map(sql.Identifier, self.keys))

    @cached_property
    def type_name(self) -> Identifier:
        """The type of the column, quoted; its schema need not be one that is searched."""
        from psycopg import sql

        return sql.Identifier(self.schema_of_kind, self.kind)

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield vectors in the order of the key, without rows that have none."""
        from psycopg import sql

        column = sql.Identifier(self.column)
        query = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL ORDER BY {} OFFSET {}").format(
            column, self.name, column, self.order, start
        )
        # A named cursor stays on the server: rows come as they are asked for.
        with self.connection.cursor("langalign") as cursor:
            cursor.execute(query, binary=True)
            while found := cursor.fetchmany(rows):
                yield self._vectors([value for (value,) in found])

    def count(self) -> int:
        """Count the vectors."""
        from psycopg import sql

        query = sql.SQL("SELECT count({}) FROM {}")
        return int(self._value(query.format(sql.Identifier(self.column), self.name)))

    def state(self) -> str:
        """Return what changes when any row is inserted, changed or deleted.

        A row's ``xmin`` is the transaction that wrote it as it is. It stands in the row's header:
        this reads the table, and not the vectors, which are stored separately where they are long.
        """
        from psycopg import sql

        query = sql.SQL(
            "SELECT concat(count(*), ' ', sum(hashtextextended(ROW(xmin, {})::text, 0))) FROM {}"
        )
        return str(self._value(query.format(self.order, self.name)))

    def encoded(self, vectors: Vectors) -> list[bytes]:
        """Return vectors as the column's type has them in a binary COPY."""
        # What half precision cannot hold becomes infinity, which the server refuses.
        with np.errstate(over="ignore"):
            return [self._binary(vector).to_binary() for vector in vectors]

    @cached_property
    def _binary(self) -> Any:
        return getattr(require("pgvector", extra="index", purpose=PURPOSE), KINDS[self.kind])

    def _value(self, query: Composed) -> Any:
        row = self.connection.execute(query).fetchone()
        return row[0] if row else None

    def _vectors(self, values: list[bytes]) -> Vectors:
        rows = [self._binary.from_binary(value).to_numpy() for value in values]
        widths = sorted({len(row) for row in rows})
        if len(widths) > 1:
            raise DataError(
                f"{self.place}: vectors of widths {', '.join(map(str, widths))} in one column; "
                "those of one model have one: move the others to a table of their own"
            )
        return np.stack(rows).astype(np.float32, copy=False)


def table_oid(connection: Connection[Any], place: PostgresPlace) -> int | None:
    """Return the identifier of a table, view or anything else of this name; None if none has."""
    name = place.quoted.as_string(connection)
    row = connection.execute("SELECT to_regclass(%s)::oid", [name]).fetchone()
    return row[0] if row else None


def _vector_column(place: PostgresPlace, columns: list[Any]) -> Any:
    """Return the row of the catalogue that describes the column of vectors."""
    there = ", ".join(f"{name} ({kind})" for name, kind, _, _ in columns)
    found = [
        column for column in columns if column[1] in KINDS and place.column in (None, column[0])
    ]
    if not found:
        wanted = f"column {place.column}" if place.column else "column"
        raise DataError(f"{place}: no {wanted} of type {' or '.join(KINDS)}, only {there}")
    if len(found) > 1:
        raise DataError(f"{place}: several columns of vectors, {there}; name one: TABLE:COLUMN")
    return found[0]
