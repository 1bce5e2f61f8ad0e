"""One SQLite file of vectors: all of one encoder, found by key.

Several processes may read and write it at once; what was committed outlives a killed process.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from langalign.errors import EncoderError

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
_KEYS_A_QUERY = 500
_SECONDS_TO_WAIT = 60.0


class DamagedCacheError(Exception):
    """The file is not what this module writes; its owner moves it aside and starts a new one."""


class CacheFile:
    """An open cache file, to be used in a ``with`` block.

    Parameters
    ----------
    path
        The file; made if there is none.
    fingerprint
        Of the encoder whose vectors it holds; written into a new file for people to read.

    Raises
    ------
    EncoderError
        If the file cannot be opened or written (folder read-only, disk full, locked for long).
    DamagedCacheError
        If it is not a cache file, or a damaged one.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._fingerprint = fingerprint
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> CacheFile:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self.path, timeout=_SECONDS_TO_WAIT, isolation_level=None
            )
            self._prepare(self._connection)
        except (OSError, sqlite3.Error) as error:
            self._close()
            raise self._explained(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        if isinstance(error, sqlite3.Error):
            raise self._explained(error) from error

    @property
    def dim(self) -> int | None:
        """Width of the vectors in the file; None in an empty one."""
        row = self._open.execute("SELECT value FROM about WHERE name = 'dim'").fetchone()
        try:
            return None if row is None else int(row[0])
        except ValueError as error:
            raise DamagedCacheError(f"dim is {row[0]!r}") from error

    def read(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the vectors, as little-endian float32, of those keys that are in the file."""
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), _KEYS_A_QUERY):
            some = keys[start : start + _KEYS_A_QUERY]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
            found.update(self._open.execute(query, some))
        self._check_widths(found)
        return found

    def write(self, vectors: Mapping[bytes, bytes], dim: int) -> None:
        """Add vectors of width ``dim`` in one transaction; keys that are there stay as they are."""
        connection = self._open
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("INSERT OR IGNORE INTO about VALUES ('dim', ?)", (str(dim),))
            if self.dim != dim:
                raise DamagedCacheError(f"holds vectors of width {self.dim}, new ones have {dim}")
            connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", vectors.items())
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None, "use the cache file in a with block"
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout = {int(_SECONDS_TO_WAIT * 1000)}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if {"vectors", "about"} <= {name for (name,) in tables}:
            return
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            connection.execute(statement)
        about = ("fingerprint", self._fingerprint)
        connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", about)
        connection.execute("COMMIT")

    def _check_widths(self, found: Mapping[bytes, bytes]) -> None:
        if not found:
            return
        dim = self.dim
        if dim is None or any(len(vector) != 4 * dim for vector in found.values()):
            raise DamagedCacheError(f"not all of its vectors have the width {dim}")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _explained(self, error: OSError | sqlite3.Error) -> Exception:
        """Distinguish a damaged file, which can be replaced, from one that cannot be written."""
        code = getattr(error, "sqlite_errorname", None) or "SQLITE_IOERR"
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or code == "SQLITE_ERROR":
            return DamagedCacheError(str(error))
        remedy = (
            "another process has held it for long; wait for that one to end"
            if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            else "set LANGALIGN_CACHE to a folder on a disk that can be written and has room"
        )
        return EncoderError(f"the vector cache {self.path} cannot be used ({error}); {remedy}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other (SQLite's WAL mode)."""
    give_up = time.monotonic() + _SECONDS_TO_WAIT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return  # or the file system does not allow it
        except sqlite3.OperationalError as error:
            # Here SQLite itself does not wait for another process that does the same.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
