"""Two processes on one cache, and a process that is killed in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.cache_file import CacheFile
from langalign.encoders.damaged_cache import file_number, move_aside
from langalign.encoders.function import FunctionEncoder
from langalign.errors import DataWarning

WORKER = """
import sys, time
import numpy as np
from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder

folder, first, last, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])

def vectors(texts):
    time.sleep(pause)
    return np.array([[float(text), 1.0] for text in texts])

encoder = FunctionEncoder(vectors, name="shared")
cached = CachedEncoder(
    encoder, VectorCache(folder), batch_size=5, progress=lambda *now: print(*now, flush=True)
)
result = cached.encode([str(number) for number in range(first, last)])
assert result[:, 0].tolist() == list(range(first, last))
"""


def start(folder, first, last, pause=0.0):
    command = [sys.executable, "-c", WORKER, str(folder), str(first), str(last), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def resume(folder, count):
    """Encode 0 .. count-1 here; return how many texts had to be encoded."""
    asked = []

    def vectors(texts):
        asked.extend(texts)
        return np.array([[float(text), 1.0] for text in texts])

    encoder = FunctionEncoder(vectors, name="shared", dim=2)
    result = CachedEncoder(encoder, VectorCache(folder)).encode([str(n) for n in range(count)])
    np.testing.assert_array_equal(result[:, 0], np.arange(count))
    return len(asked)


def test_two_processes_at_once(tmp_path):
    workers = [start(tmp_path, 0, 600), start(tmp_path, 300, 900), start(tmp_path, 0, 900)]
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
    assert resume(tmp_path, 900) == 0
    assert not list(tmp_path.glob("*.damaged*"))


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path):
    path = tmp_path / "new.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE any (thing)")
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, other.close)
    done.start()
    with CacheFile(path, "shared") as file:
        assert not done.is_alive()
        assert file.dim is None


def test_a_damaged_file_is_moved_aside_by_one_of_several_processes(tmp_path):
    path = VectorCache(tmp_path).path("function:shared")
    path.write_bytes(b"junk" * 500)
    workers = [start(tmp_path, 200 * number, 200 * number + 400) for number in range(3)]
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
    assert [found.name for found in tmp_path.glob("*.damaged*")] == [f"{path.stem}.damaged-1"]
    assert resume(tmp_path, 800) == 0


def test_what_took_the_place_of_a_damaged_file_is_not_moved(tmp_path):
    path = VectorCache(tmp_path).path("function:shared")
    path.write_bytes(b"junk" * 500)
    number = file_number(path)
    with pytest.warns(DataWarning, match="damaged-1"):
        resume(tmp_path, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        move_aside(path, "as a slower process finds", number=number)
        assert resume(tmp_path, 5) == 0


def test_killed_run_goes_on_where_it_stopped(tmp_path):
    worker = start(tmp_path, 0, 1000, pause=0.02)
    done = 0
    while done < 50:
        done = int(worker.stdout.readline().split()[0])
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate(timeout=60)
    assert worker.returncode == -signal.SIGKILL
    encoded = resume(tmp_path, 1000)
    assert 0 < encoded <= 1000 - done
    assert resume(tmp_path, 1000) == 0


def test_reader_works_while_another_process_writes(tmp_path):
    worker = start(tmp_path, 0, 1000, pause=0.02)
    worker.stdout.readline()
    before = time.monotonic()
    assert resume(tmp_path, 5) == 0
    assert time.monotonic() - before < 10
    worker.kill()
    worker.communicate(timeout=60)
