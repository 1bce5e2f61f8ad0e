"""Two ways of doing one thing, timed in turns, so that both see the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from code_state import CODE
from streams import machine

from langalign.evaluation.record import environment_versions
from langalign.persistence import write_json

RESULTS = Path(__file__).parent / "results"


def seconds_of(
    ways: Mapping[str, Callable[[], Any]],
    *,
    repeats: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Run each way ``repeats`` times, in turns, and return the seconds of every run.

    Each way runs once untimed first; whatever it loads or fills is then there for all.
    """
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = clock()
            way()
            seconds[name].append(clock() - start)
    return seconds


def ratios(peer: Sequence[float], ours: Sequence[float]) -> list[float]:
    """Return how many times as fast we were in each turn."""
    return [theirs / own for theirs, own in zip(peer, ours, strict=True)]


def spread(values: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Return the median and the range."""
    figures = {"median": statistics.median(values), "low": min(values), "high": max(values)}
    return {name: round(figure, digits) for name, figure in figures.items()}


def write_record(name: str, content: Mapping[str, Any]) -> Path:
    """Write what was measured, with the machine and the versions it was measured with."""
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    path = RESULTS / f"{name}-{date}.json"
    stamps = {"machine": machine(), "versions": environment_versions(), "code": CODE, "date": date}
    write_json(path, {**content, **stamps})
    return path
