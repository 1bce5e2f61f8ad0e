"""A new table of pgvector: all of an old one, with other vectors, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from langalign.migration.postgres_place import PostgresPlace
from langalign.migration.vector_table import VectorTable, table_oid
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from psycopg.sql import Composed

_STAGED = ("pg_temp", "langalign_mapped")
_INDEXES_ON = """
SELECT n.nspname, c.relname
FROM pg_depend d
JOIN pg_class c ON c.oid = d.objid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = %s AND c.relkind IN ('i', 'I')
    AND d.refobjsubid = (SELECT attnum FROM pg_attribute WHERE attrelid = %s AND attname = %s)
"""
_OTHERS = """
SELECT attname, attidentity
FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> %s
ORDER BY attnum
"""


def copy_with_vectors(
    old: VectorTable, new: PostgresPlace, parts: Iterator[Vectors], *, width: int
) -> None:
    """Make ``new`` in the transaction of the connection of ``old``.

    Vectors are put into a temporary table, numbered; the server joins them to the old rows. So no
    other column passes through here, whatever its type, and what is held in memory is one part.

    Parameters
    ----------
    old
        What is copied.
    new
        Not there yet. Its column is called as the old one, unless it names one.
    parts
        Vectors in the order of the key of ``old``, one for each row that has one.
    width
        Of them.
    """
    from psycopg import sql

    _make_empty(old, new, width)
    _stage(old, parts, width)
    _fill(old, new)
    _continue_identities(old, new)
    if new.column not in (None, old.column):
        rename = sql.SQL("ALTER TABLE {} RENAME COLUMN {} TO {}")
        names = sql.Identifier(old.column), sql.Identifier(new.column)
        old.connection.execute(rename.format(new.quoted, *names))


def _make_empty(old: VectorTable, new: PostgresPlace, width: int) -> None:
    """Make the table with all constraints and indexes that are not on vectors.

    Those on vectors are of the old width, and are built in a fraction of the time when all is
    there, with settings that suit the new one.
    """
    from psycopg import sql

    run = old.connection.execute
    name, column = new.quoted, sql.Identifier(old.column)
    run(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(name, old.name))
    oid = table_oid(old.connection, new)
    for index in run(_INDEXES_ON, [oid, oid, old.column]).fetchall():
        run(sql.SQL("DROP INDEX {}").format(sql.Identifier(*index)))
    change = sql.SQL("ALTER TABLE {} ALTER COLUMN {} TYPE {}({})")
    run(change.format(name, column, old.type_name, width))


def _stage(old: VectorTable, parts: Iterator[Vectors], width: int) -> None:
    from psycopg import sql

    staged = sql.Identifier(*_STAGED)
    make = sql.SQL("CREATE TABLE {} (n bigint, mapped {}({})) ON COMMIT DROP")
    old.connection.execute(make.format(staged, old.type_name, width))
    values = chain.from_iterable(map(old.encoded, parts))
    with (
        old.connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(staged)) as copy,
    ):
        # Bytes are sent as they are, and the server reads them as its column has them.
        copy.set_types(["int8", "bytea"])
        for number, value in enumerate(values, start=1):
            copy.write_row((number, value))


def _fill(old: VectorTable, new: PostgresPlace) -> None:
    """Join vectors to rows by their number in the order of the key; some rows have none."""
    from psycopg import sql

    others = [name for name, _ in old.connection.execute(_OTHERS, [old.oid, old.column])]
    vector = sql.Identifier(old.column)
    # Names of our own in between, as any name may be one of the table's.
    query = sql.SQL(
        "INSERT INTO {new} ({names}{vector}) OVERRIDING SYSTEM VALUE "
        "SELECT {between}mapped FROM (SELECT {names}{vector} IS NULL, "
        "count({vector}) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) FROM {old}) "
        "AS o ({between}is_empty, n) LEFT JOIN {staged} AS m ON m.n = o.n AND NOT o.is_empty"
    )
    old.connection.execute(
        query.format(
            new=new.quoted,
            names=_each(others),
            vector=vector,
            between=_each([f"c{i}" for i in range(len(others))]),
            order=old.order,
            old=old.name,
            staged=sql.Identifier(*_STAGED),
        )
    )


def _continue_identities(old: VectorTable, new: PostgresPlace) -> None:
    """Let identity columns go on where those of the old table stand."""
    tables = [place.quoted.as_string(old.connection) for place in (new, old.place)]
    for column, identity in old.connection.execute(_OTHERS, [old.oid, old.column]).fetchall():
        if identity:
            old.connection.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), "
                "pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass))",
                [tables[0], column, tables[1], column],
            )


def _each(columns: list[str]) -> Composed:
    """Return columns, quoted, with a comma after each."""
    from psycopg import sql

    return sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(name)) for name in columns)
