"""What a reverse model costs beside its head alone: nothing, where both are affine.

Usage: ``python benchmarks/folding.py``; seconds. One thousand ready vectors, planted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from alternating import ratios, seconds_of, spread
from records import write_record
from streams import planted

from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.heads.logistic import LogisticHead
from langalign.text_pairs import features

ROWS, WIDTH = 1_000, 384


def measure(*, repeats: int, clock: Callable[[], float] = time.perf_counter) -> dict[str, Any]:
    """Serve by turns: the head alone, the folded model, and map and head one after the other."""
    X, Y = next(planted(5_000, WIDTH, 5_000))
    y = np.where(X[:, 0] > X[:, 0].mean(), "good", "bad")
    model = AlignedClassifier(Linear(), LogisticHead(), direction="reverse", select=False)
    model.fit(X, y, pairs=(X, Y))
    rows, head = Y[:ROWS], model.head_
    assert isinstance(head, LogisticHead)
    seconds = seconds_of(
        {
            "head": lambda: head.predict_proba(rows),
            "folded": lambda: model.predict_proba(rows),
            "in two steps": lambda: head.predict_proba(features(model.map_target(rows))),
        },
        repeats=repeats,
        clock=clock,
    )
    return {
        "rows": ROWS,
        "width": WIDTH,
        "microseconds": {
            name: spread([1e6 * run for run in runs], 1) for name, runs in seconds.items()
        },
        "ratio": spread(ratios(seconds["head"], seconds["folded"])),
        "ratio_in_two_steps": spread(ratios(seconds["head"], seconds["in two steps"])),
        "at_inference": model.at_inference,
    }


def main() -> None:
    """Measure and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=301)
    arguments = parser.parse_args()
    found = measure(repeats=arguments.repeats)
    print(found)
    print(write_record("folding", found | {"repeats": arguments.repeats}))


if __name__ == "__main__":
    main()
