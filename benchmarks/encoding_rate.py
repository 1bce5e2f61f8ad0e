"""How many texts one processor encodes in a second: what most of a large corpus costs.

Sentences of the bundled reviews, all of them different; no cache.

    OMP_NUM_THREADS=1 python benchmarks/encoding_rate.py
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minilm import minilm
from records import RESULTS, stamps
from streams import machine

from langalign.data.bundled import bundled_path
from langalign.data.parallel import ParallelText
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.persistence import write_json


def rate(name: str, encoder: Encoder, n: int) -> dict[str, Any]:
    """Return seconds for so many texts, of the clock and of the processor."""
    found = ParallelText.read(bundled_path("sentiment"), source_lang="en", target_lang="ko")
    texts = [f"{row} {found.source[row % len(found)]}" for row in range(n)]
    encoder.encode(texts[:8])  # loads it
    start, start_cpu = time.perf_counter(), time.process_time()
    encoder.encode(texts)
    return {
        "encoder": name,
        "texts": n,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - start_cpu,
    }


def main() -> None:
    """Measure both encoders and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    record = {
        "runs": [rate("mini", MiniEncoder(), 50_000), rate("all-MiniLM-L6-v2", minilm(), 1000)],
        "machine": machine(),
        **stamps(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    print(record["runs"])
    write_json(arguments.out / "encoding-rate.json", record)


if __name__ == "__main__":
    main()
