"""What fitting costs against the number of pairs: seconds and peak memory, each in a process.

Pairs are generated while they are read, so that no disk is measured; the generating is not timed.

    python benchmarks/scale.py
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from records import RESULTS, stamps
from streams import machine, measured_alone, peak_bytes, planted

from langalign.aligners.linear import Linear
from langalign.aligners.pair_statistics import N_PARTS, PairStatistics, rows_at_once
from langalign.persistence import write_json

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 2_500_000, 5_000_000)


def measure(n: int, width: int) -> dict[str, Any]:
    """Fit ``linear`` to so many pairs; return seconds without generating, and the peak."""
    found = PairStatistics.none(width, width)
    seconds = cpu = 0.0
    for X, Y in planted(n, width, rows_at_once(N_PARTS, width)):
        start, start_cpu = time.perf_counter(), time.process_time()
        found = found.extended(X, Y)
        seconds += time.perf_counter() - start
        cpu += time.process_time() - start_cpu
    start = time.perf_counter()
    fitted = Linear().fit_statistics(found)
    return {
        "pairs": n,
        "width": width,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "seconds_solving": time.perf_counter() - start,
        "peak_bytes": peak_bytes(),
        "alpha": fitted.alpha_,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Measure each size in a fresh process and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3, help="of sizes up to 300,000")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--one", type=int, metavar="PAIRS", help="in-process")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.width)))
        return
    runs = []
    for n in arguments.sizes:
        for _ in range(arguments.repeats if n <= 300_000 else 1):
            runs.append(measured_alone(__file__, "--one", n, "--width", arguments.width))
            print(runs[-1], flush=True)
    record = {
        "runs": runs,
        "machine": machine(),
        **stamps(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    write_json(arguments.out / "scale.json", record)


if __name__ == "__main__":
    main()
