"""What all tests share: nothing of the user's is touched, and nothing is downloaded."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import uuid

import pytest
from postgres_server import Database, postgres_server

_HIDE = """
import sys

class Hide:
    '''A finder that does not find some packages, as if they were not installed.'''

    def __init__(self, finder, hidden):
        self.finder, self.hidden = finder, hidden

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.hidden:
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Hide(finder, {hidden!r}) for finder in sys.meta_path]
"""


@pytest.fixture(scope="session", autouse=True)
def _own_cache_and_no_hub(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGALIGN_CACHE", str(tmp_path_factory.mktemp("langalign-cache")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        # Left to itself it would export every tiny model of the tests, which takes longer than
        # they do; what is about backends says which it wants.
        patch.setattr("langalign.encoders.backends.automatic_backend", lambda device: "torch")
        yield


def _run_python(code, *arguments, hidden=()):
    """Run code in a new interpreter in which some packages seem not to be installed."""
    program = _HIDE.replace("{hidden!r}", repr(frozenset(hidden))) + code
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def _files_up_to(n_bytes):
    """Let writing fail beyond this size of a file, as it does on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="session")
def files_up_to():
    return _files_up_to


@pytest.fixture(scope="session")
def run_python():
    return _run_python


@pytest.fixture(scope="session")
def _postgres():
    pytest.importorskip("psycopg")
    pytest.importorskip("pgvector")
    with postgres_server() as folder:
        yield folder


@pytest.fixture
def database(_postgres):
    """A new database with pgvector in it."""
    import psycopg

    name = f"db{uuid.uuid4().hex}"
    server = f"postgresql://postgres@/postgres?host={_postgres}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return Database(_postgres, name)
