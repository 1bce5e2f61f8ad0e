"""What a search of both directions costs: peak memory and seconds, each in a process of its own.

Vectors are random, translations planted for half of them: the cost does not depend on what they
mean. ``--rows 100000`` is the size that must stay below 2 GB. Beside it the whole matrix of
similarities (``naive``), at a size where it fits.

    python benchmarks/retrieval.py --rows 100000
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from records import RESULTS, stamps
from streams import measured_alone, peak_bytes

from langalign.persistence import write_json
from langalign.retrieval import nearest_both_ways
from langalign.retrieval.both_ways import NEIGHBOURHOOD
from langalign.vectors import Vectors

CANDIDATES = 4
NAIVE_ROWS = 10_000


def planted(n: int, width: int) -> tuple[Vectors, Vectors]:
    """Return two sides of random vectors; every other row has a translation on the other side."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, width), dtype=np.float32)
    Y = rng.standard_normal((n, width), dtype=np.float32)
    Y[::2] += X[::2]
    return X, Y


def naive(X: Vectors, Y: Vectors) -> NDArray[np.int64]:
    """Return each query's best keys by the ratio margin from the whole matrix."""
    X, Y = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (X, Y))
    cosines = X @ Y.T
    near = [np.sort(cosines, axis=axis) for axis in (0, 1)]
    of_keys = near[0][-NEIGHBOURHOOD:].mean(axis=0)
    of_queries = near[1][:, -NEIGHBOURHOOD:].mean(axis=1)
    scores = cosines / ((of_queries[:, None] + of_keys) / 2)
    order: NDArray[np.int64] = np.argsort(-scores, axis=1, kind="stable")
    return order[:, :CANDIDATES]


def measure(n: int, width: int, search: str) -> dict[str, Any]:
    """Return seconds and peak memory of this process after one search."""
    X, Y = planted(n, width)
    start, cpu = time.perf_counter(), time.process_time()
    if search == "naive":
        indices = naive(X, Y)
    else:
        indices = nearest_both_ways(X, Y, CANDIDATES, scoring=search).forward.indices
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    found = indices[::2, 0] == np.arange(0, n, 2)
    return {
        "search": search,
        "rows": [n, n],
        "width": width,
        "candidates": CANDIDATES,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_bytes": peak_bytes(),
        "input_bytes": X.nbytes + Y.nbytes,
        "matrix_bytes": 4 * n * n,
        "planted_found": float(found.mean()),
    }


def main() -> None:
    """Measure each case in a fresh process and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000, help="texts per side")
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--search", nargs="*", default=["ratio"], help="scorings to measure")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs=3, metavar=("SEARCH", "ROWS", "WIDTH"), help="in-process")
    arguments = parser.parse_args()
    if arguments.one:
        search, n, width = arguments.one
        print(json.dumps(measure(int(n), int(width), search)))
        return
    cases = [(search, arguments.rows) for search in arguments.search]
    cases += [(search, NAIVE_ROWS) for search in ("naive", *arguments.search)]
    runs = []
    for search, n in cases:
        runs.append(measured_alone(__file__, "--one", search, n, arguments.width))
        print(runs[-1], flush=True)
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    record = {"runs": runs, **stamps(), "date": date}
    write_json(arguments.out / f"retrieval-{date}.json", record)


if __name__ == "__main__":
    main()
