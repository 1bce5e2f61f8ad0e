"""A table of PostgreSQL with a column of pgvector."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from langalign.errors import DataError
from langalign.migration.postgres_place import FORM, PostgresPlace
from langalign.migration.stores.base import Store, stores
from langalign.migration.vector_table import PURPOSE, VectorTable, table_oid
from langalign.migration.vector_table_copy import copy_with_vectors
from langalign.optional import require
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from psycopg import Connection

_RIGHTS = """
SELECT quote_ident(nspname),
    has_schema_privilege(oid, 'CREATE') AND has_database_privilege(current_database(), 'TEMPORARY')
FROM pg_namespace
WHERE nspname = coalesce(%s, current_schema())
"""


@stores.register("pgvector")
class PgvectorStore(Store):
    """A column of type ``vector`` or ``halfvec``; the new table has all else of the old one.

    ``postgresql://user@localhost:5432/db/table``, where needed with ``schema.table``, with
    ``table:column``, and with options of libpq after it (``?host=/var/run/postgresql``). What is
    left out, a password above all, libpq takes from where it always does: ``PGPASSWORD``,
    ``~/.pgpass``.
    """

    # Why a new table, not a new column of the old one: adding a column locks out all readers until
    # the transaction ends, which fills it here, and every row of the old table would be written
    # again. From a new table a column is filled at the pace that its users bear.

    form = FORM
    is_address = True

    def __init__(self, place: str) -> None:
        self.table = PostgresPlace.parse(place)
        super().__init__(str(self.table))  # the password goes no further

    @classmethod
    def recognises(cls, place: str) -> bool:
        """Decide by the scheme, including those of other libraries: these hold passwords too."""
        return place.startswith("postgres") and "://" in place

    @property
    def n_rows(self) -> int:
        """Number of vectors; rows that have none are not counted."""
        with self._opened() as table:
            return table.count()

    @property
    def width(self) -> int:
        """Numbers in each vector: as declared, or else as the first has."""
        with self._opened() as table:
            if table.dimensions is not None:
                return table.dimensions
            first = next(table.batches(1, start=0), None)
        if first is None:
            raise DataError(f"{self}: no vectors in it")
        return int(first.shape[1])

    @property
    def name_beside(self) -> str:
        """The table's name, in the working folder."""
        return self.table.written

    def identity(self) -> str:
        """Return the column, and a sum over the versions of all rows."""
        with self._opened() as table:
            return f"{self.table.database} {table.oid} {table.column} {table.state()}"

    def exists(self) -> bool:
        """Return whether there is a table, or anything else of this name."""
        with self._connected() as connection:
            return table_oid(connection, self.table) is not None

    def batches(self, rows: int, *, start: int) -> Iterator[Vectors]:
        """Yield vectors in the order of the primary key; rows that have none are left out."""
        with self._opened() as table:
            yield from table.batches(rows, start=start)

    def require_free(self, source: Store) -> None:
        """Raise :class:`DataError` unless ``source`` can be converted to here."""
        super().require_free(source)
        if isinstance(source, PgvectorStore) and source.table.database != self.table.database:
            raise DataError(
                f"{self}: the new table is made in the database of the old one; write the same "
                f"before the name: {source.table.database}"
            )
        with self._connected() as connection:
            row = connection.execute(_RIGHTS, [self.table.schema]).fetchone()
        if row is None:
            raise DataError(f"{self}: there is no such schema; make it first: CREATE SCHEMA")
        schema, allowed = row
        if not allowed:
            raise DataError(
                f"{self}: this user may not make tables there; grant CREATE on the schema {schema} "
                "and TEMPORARY on the database"
            )

    def write(self, parts: Iterator[Vectors], *, like: Self, width: int) -> None:
        """Make the table in one transaction: it is there, whole, when that is committed."""
        with self._connected() as connection:
            copy_with_vectors(
                VectorTable.find(connection, like.table), self.table, parts, width=width
            )

    @contextlib.contextmanager
    def _opened(self) -> Iterator[VectorTable]:
        with self._connected() as connection:
            yield VectorTable.find(connection, self.table)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection[Any]]:
        """Yield a connection in a transaction that sees the database as it is at its start."""
        psycopg = require("psycopg", extra="index", purpose=PURPOSE)
        try:
            with self._connection() as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                # Rows that a policy hides would be missing: an error rather than that.
                connection.execute("SET row_security = off")
                yield connection
        except psycopg.Error as error:
            reason = error.diag.message_primary or str(error).partition("\n")[0]
            raise DataError(
                f"{self}: PostgreSQL says: {reason}. Nothing was written; correct this and start "
                "again"
            ) from error

    def _connection(self) -> Connection[Any]:
        psycopg = require("psycopg", extra="index", purpose=PURPOSE)
        try:
            connection: Connection[Any] = psycopg.connect(self.table.address)
        except psycopg.OperationalError as error:
            raise DataError(
                f"{self}: no way into a PostgreSQL there ({' '.join(str(error).split())[:300]}); "
                "check the address, the user, and the password (PGPASSWORD or ~/.pgpass)"
            ) from error
        except psycopg.Error:
            # What libpq does not understand it repeats, with the password: not to be chained.
            raise DataError(
                f"{self}: libpq does not understand the address; expected {FORM}, and its options "
                "after ?, with special characters written as %40"
            ) from None
        return connection
