"""Planted pairs without end, and what a process of its own took for work on them."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from langalign.vectors import Vectors


def planted(n: int, width: int, rows: int, seed: int = 0) -> Iterator[tuple[Vectors, Vectors]]:
    """Yield blocks of pairs that a fixed linear map, a shift and noise join.

    Variances fall from dimension to dimension, as those of embeddings do.
    """
    rng = np.random.default_rng(seed)
    scales = np.logspace(0, -1.5, width).astype(np.float32)
    W = (rng.standard_normal((width, width)) / np.sqrt(width)).astype(np.float32)
    shift = rng.standard_normal(width).astype(np.float32)
    for start in range(0, n, rows):
        shape = min(rows, n - start), width
        X = rng.standard_normal(shape, dtype=np.float32) * scales + shift
        noise = rng.standard_normal(shape, dtype=np.float32)
        noise *= np.float32(0.1)
        yield X, X @ W + noise


def measured_alone(program: str, *arguments: object) -> dict[str, Any]:
    """Run a program of this folder in a fresh process; return what it prints, and its peak."""
    command = [sys.executable, str(Path(program).resolve()), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def machine() -> dict[str, Any]:
    """Return what the times depend on: cores, threads of the products, and the load meanwhile."""
    from threadpoolctl import threadpool_info

    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "cores": os.cpu_count(),
        "threads": max((pool["num_threads"] for pool in blas), default=1),
        "blas": sorted({f"{pool['internal_api']} {pool['version']}" for pool in blas}),
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def peak_bytes() -> int:
    """Return the largest resident size that this program had."""
    status = Path("/proc/self/status")
    if status.exists():  # elsewhere the peak of the process that started it may count as well
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text("utf-8"))[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
