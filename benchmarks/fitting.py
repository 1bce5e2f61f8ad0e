"""Closed forms from a stream: rate beside the bare matrix products, memory, error, and a peer.

Streamed pairs are read from ``.npy`` files in blocks, in a process of its own, whose peak memory is
its own. Beside each block the three products of it are timed alone, as many and as large as the
statistics take. The peer is scikit-learn's Ridge on arrays in memory, fitted by turns with ours,
and both beside the same solved in float64. On a busy machine ``--clock processor``, with one
thread, leaves out the time in which others had the processor.

    python benchmarks/fitting.py
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from alternating import ratios, seconds_of
from numpy.typing import NDArray
from records import RESULTS, stamps
from streams import machine, measured_alone, peak_bytes, planted

from langalign.aligners.linear import Linear
from langalign.aligners.moments import BLOCK
from langalign.aligners.pair_statistics import PairStatistics, rows_at_once
from langalign.files.vector_file import VectorFile
from langalign.persistence import write_json
from langalign.vectors import Vectors

CLOCKS: dict[str, Callable[[], float]] = {
    "wall": time.perf_counter,
    "processor": time.process_time,
}
ALPHA = 100.0


def seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return how long it takes."""
    start = clock()
    work()
    return clock() - start


def write_stream(folder: Path, n: int, width: int) -> None:
    """Write both sides as ``.npy`` files."""
    # Written, not mapped: a process begins with the peak memory of the one that started it.
    header = {"descr": "<f4", "fortran_order": False, "shape": (n, width)}
    with (folder / "source.npy").open("wb") as source, (folder / "target.npy").open("wb") as target:
        for file in (source, target):
            np.lib.format.write_array_header_1_0(file, header)
        for X, Y in planted(n, width, BLOCK):
            source.write(X.data)
            target.write(Y.data)


def products(X: Vectors, Y: Vectors) -> None:
    """Do the three float32 products of a block, and nothing else."""
    for start in range(0, len(X), BLOCK):
        x, y = X[start : start + BLOCK], Y[start : start + BLOCK]
        x.T @ x, x.T @ y, y.T @ y


def streamed(folder: Path, n_parts: int, clock: Callable[[], float]) -> dict[str, Any]:
    """Sum up the files and fit, timing reading, summing and the bare products of each block."""
    files = VectorFile.open(folder / "source.npy"), VectorFile.open(folder / "target.npy")
    found = PairStatistics.none(files[0].width, files[1].width, n_parts=n_parts)
    rows = rows_at_once(n_parts, files[0].width)
    times: dict[str, list[float]] = {"reading": [], "summing": [], "products": []}
    blocks = zip(files[0].blocks(rows), files[1].blocks(rows), strict=True)
    while True:
        start = clock()
        block = next(blocks, None)
        if block is None:
            break
        read = clock()
        found = found.extended(*block)
        summed = clock()
        products(*block)
        times["products"].append(clock() - summed)
        times["reading"].append(read - start)
        times["summing"].append(summed - read)
    aligner = Linear(alpha=ALPHA)
    solving = seconds(lambda: aligner.fit_statistics(found), clock)
    total = {name: sum(each) for name, each in times.items()}
    width = files[0].width
    shares = [
        bare / (read + summed)
        for read, summed, bare in zip(
            times["reading"], times["summing"], times["products"], strict=True
        )
    ]
    return {
        "pairs": found.n,
        "width": width,
        "parts": n_parts,
        "seconds": {name: round(each, 3) for name, each in total.items()} | {"solving": solving},
        "pairs_per_second": found.n / (total["reading"] + total["summing"] + solving),
        # X'X and Y'Y are symmetric, and half of each is computed.
        "gigaflops_of_products": 4e-9 * found.n * width**2 / total["products"],
        "share_of_products_rate": total["products"] / (total["reading"] + total["summing"]),
        "share_of_products_rate_by_block": _spread(shares),
        "peak_bytes": peak_bytes(),
        "input_bytes": 2 * 4 * found.n * width,
    }


def error_of(n: int, width: int) -> dict[str, Any]:
    """Compare sums and maps with those of float64 throughout, whole and merged of eight shards."""
    X, Y = next(planted(n, width, n))
    x, y = X.astype(np.float64), Y.astype(np.float64)
    x -= x.mean(axis=0)
    y -= y.mean(axis=0)
    xx, xy = x.T @ x, x.T @ y
    del x, y
    exact = np.linalg.solve(xx + ALPHA * np.eye(width), xy)
    whole = PairStatistics.of(X, Y, n_parts=1)
    parts = [
        PairStatistics.of(a, b, n_parts=1)
        for a, b in zip(np.array_split(X, 8), np.array_split(Y, 8), strict=True)
    ]
    merged = sum(parts[1:], start=parts[0])
    coef = {
        "whole": Linear(alpha=ALPHA).fit_statistics(whole).coef_,
        "merged": Linear(alpha=ALPHA).fit_statistics(merged).coef_,
    }
    return {
        "pairs": n,
        "width": width,
        "sums": _relative(whole.total().moments.xy, xy),
        "map": _relative(coef["whole"], exact),
        "merged_to_whole": _relative(coef["merged"], coef["whole"]),
    }


def beside_ridge(n: int, width: int, repeats: int, clock: Callable[[], float]) -> dict[str, Any]:
    """Fit by turns with scikit-learn's Ridge, on the same arrays with the same strength."""
    from sklearn.linear_model import Ridge

    X, Y = next(planted(n, width, n))
    x, y = X - X.mean(axis=0, dtype=np.float64), Y - Y.mean(axis=0, dtype=np.float64)
    exact = np.linalg.solve(x.T @ x + ALPHA * np.eye(width), x.T @ y)
    del x, y
    ours, theirs = Linear(alpha=ALPHA), Ridge(alpha=ALPHA)
    ways = {"ours": lambda: ours.fit(X, Y), "theirs": lambda: theirs.fit(X, Y)}
    times = seconds_of(ways, repeats=repeats, clock=clock)
    return {
        "pairs": n,
        "width": width,
        "seconds": _spread(times["ours"]),
        "seconds_ridge": _spread(times["theirs"]),
        "times_as_fast": _spread(ratios(times["theirs"], times["ours"])),
        "error": _relative(ours.coef_, exact),
        "error_ridge": _relative(theirs.coef_.T, exact),
    }


def _relative(found: NDArray[Any], exact: NDArray[Any]) -> float:
    return float(np.abs(found - exact).max() / np.abs(exact).max())


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def main() -> None:
    """Measure all, write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--peer-pairs", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--scratch", type=Path, help="folder for the files, which are large")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--streamed", nargs=2, metavar=("FOLDER", "PARTS"), help="in-process")
    arguments = parser.parse_args()
    if arguments.streamed:
        folder, n_parts = arguments.streamed
        print(json.dumps(streamed(Path(folder), int(n_parts), CLOCKS[arguments.clock])))
        return
    record: dict[str, Any] = {"clock": arguments.clock, "before": machine()}
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
        write_stream(Path(folder), arguments.pairs, arguments.width)
        record["streamed"] = [
            measured_alone(__file__, "--streamed", folder, n_parts, "--clock", arguments.clock)
            for n_parts in (1, 6)
        ]
    record["error"] = error_of(arguments.peer_pairs, arguments.width)
    record["ridge"] = beside_ridge(
        arguments.peer_pairs, arguments.width, arguments.repeats, CLOCKS[arguments.clock]
    )
    record["after"] = machine()
    record |= stamps()
    record["date"] = f"{datetime.now(UTC):%Y-%m-%d}"
    print(json.dumps(record, indent=1, default=str))
    write_json(arguments.out / "fitting.json", record)


if __name__ == "__main__":
    main()
