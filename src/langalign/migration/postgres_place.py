"""How a table of PostgreSQL is named: an address for libpq, and what may be shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from langalign.errors import DataError

if TYPE_CHECKING:
    from psycopg.sql import Identifier

SCHEMES = ("postgresql", "postgres")
FORM = "postgresql://USER@HOST/DB/TABLE or postgresql://USER@HOST/DB/SCHEMA.TABLE:COLUMN"
# Of libpq's other options several are secrets, and none distinguishes one table from another.
_SHOWN = ("user", "host", "hostaddr", "port", "dbname")


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A table, and where it is.

    Parameters
    ----------
    address
        What libpq connects to. It may hold a password: never to be shown.
    database
        The same without secrets.
    written
        The table as it was written, for names of files.
    schema, table, column
        As they stand in the catalogue; what was left out is None.

    Examples
    --------
    >>> place = PostgresPlace.parse("postgresql://me:secret@localhost:5432/shop/items:embedding")
    >>> place.table, place.column, str(place)
    ('items', 'embedding', 'postgresql://me@localhost:5432/shop/items:embedding')
    """

    address: str = field(repr=False)
    database: str
    written: str
    schema: str | None
    table: str
    column: str | None

    @classmethod
    def parse(cls, place: str) -> Self:
        """Read what a user writes.

        Raises
        ------
        DataError
            If it cannot be understood. The message does not repeat it: there is no telling then
            which part of it is the password.
        """
        scheme, _, rest = place.partition("://")
        _require(scheme in SCHEMES, "it must begin with postgresql://")
        path, mark, options = rest.partition("?")
        server, *names = path.split("/")
        _require(
            rest.count("@") == server.count("@") <= 1,
            "@, / and ? in names and passwords are written %40, %2F and %3F",
        )
        _require(
            len(names) == 2,
            f"after the host it has {len(names)} parts between slashes, not 2: DB and TABLE",
        )
        database, target = names
        written, _, column = target.partition(":")
        schema, _, table = written.rpartition(".")
        _require(bool(table), "it names no table")
        user, at, host = server.rpartition("@")
        shown = [option for option in options.split("&") if option.partition("=")[0] in _SHOWN]
        return cls(
            address=f"{scheme}://{server}/{database}{mark}{options}",
            database=f"{SCHEMES[0]}://{user.partition(':')[0]}{at}{host}/{database}"
            + ("?" + "&".join(shown) if shown else ""),
            written=written,
            schema=unquote(schema) or None,
            table=unquote(table),
            column=unquote(column) or None,
        )

    @property
    def quoted(self) -> Identifier:
        """The table's name for a query, quoted."""
        from psycopg import sql

        return sql.Identifier(*filter(None, (self.schema, self.table)))

    def __str__(self) -> str:
        """Return the place as it was written, without secrets."""
        where, mark, options = self.database.partition("?")
        column = f":{self.column}" if self.column else ""
        return f"{where}/{self.written}{column}{mark}{options}"


def _require(met: bool, otherwise: str) -> None:
    if not met:
        raise DataError(f"an address of PostgreSQL that is none ({otherwise}); expected {FORM}")
