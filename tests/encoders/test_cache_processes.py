"""Two processes on one cache, and a process that is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np

from langalign.encoders.cache import CachedEncoder, VectorCache
from langalign.encoders.function import FunctionEncoder

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
