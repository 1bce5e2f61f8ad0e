"""Clusters run in a process of their own: their threads, warnings and workers end with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SECONDS = 120
"""Far more than a run takes; what hangs is killed with all its processes."""


@pytest.fixture
def on_cluster(tmp_path):
    """Return a function that runs a program of this folder and returns what it printed."""

    def run(program, *arguments):
        # A short folder: sockets lie in it, and their names may have 107 letters.
        environment = os.environ | {
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_AUTH_MODE": "disabled",
            "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
            "PYTHONWARNINGS": "default",
        }
        process = subprocess.Popen(
            [sys.executable, Path(__file__).parent / program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        try:
            printed, complaints = process.communicate(timeout=SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.returncode == 0, complaints
        return printed

    return run


@pytest.fixture
def shards(tmp_path):
    """Return the names of six shards of vectors, and all of their rows."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1800, 12)).astype(np.float32)
    Y = (X @ rng.standard_normal((12, 9)) + rng.standard_normal((1800, 9))).astype(np.float32)
    names = []
    for number in range(6):
        rows = slice(number * 300, (number + 1) * 300)
        np.save(tmp_path / f"en-{number}.npy", X[rows])
        np.save(tmp_path / f"ko-{number}.npy", Y[rows])
        names.append(f"{tmp_path}/en-{number}.npy,{tmp_path}/ko-{number}.npy")
    return names, X, Y
