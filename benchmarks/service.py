"""The service under load, for a long time, killed, and sent what it should not be.

A model on the bundled encoder, or on MiniLM, in one process, clients in another, loopback only.
Throughput is held against the same model in a loop over the same texts in the same batches,
alternately, as the ratio of medians.

    python benchmarks/service.py mini minilm faults kills soak --out benchmarks/results/service.json
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minilm import minilm
from records import stamps
from service_faults import GOOD, faults, slow_clients
from service_process import Process, load, predict, service

from langalign import LangAlign
from langalign.data import bundled
from langalign.encoders.base import Encoder
from langalign.persistence import checksums, write_json

Sizes = tuple[tuple[int, int, int], ...]
MINI: Sizes = ((1, 16, 2048), (16, 8, 16_384), (64, 8, 16_384), (256, 8, 16_384), (1024, 4, 16_384))
MINILM: Sizes = ((1, 16, 256), (16, 8, 1024), (64, 8, 1024))
"""Texts per request, clients, and texts in all, by encoder."""
CLIENT = Path(__file__).with_name("service_process.py")


PARTS = ("mini", "minilm", "faults", "kills", "soak")


def fitted(encoder: Encoder | str = "mini") -> LangAlign:
    """Return a Korean classifier of reviews; how good it is does not matter here."""
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    settings: dict[str, Any] = {"aligner": "linear", "select": False, "cache": False}
    model = LangAlign(encoder, encoder, target_lang="ko", **settings)
    return model.fit(bundled.sentiment("en", "train"), parallel=pairs)


def texts(n: int, lang: str = "ko") -> list[str]:
    """Return n different texts of the length of reviews."""
    found = bundled.sentiment(lang, "train").texts
    pairs = itertools.product(range(n), range(len(found)))
    some = itertools.islice(pairs, n)
    return [f"{found[row]} {found[(row + turn + 1) % len(found)]}" for turn, row in some]


@dataclass
class Spent:
    """What some texts took: texts a second, and microseconds of computing per text."""

    rate: float = 0.0
    cpu_us: float = 0.0


@contextlib.contextmanager
def spent(n: int, cpu: Callable[[], float]) -> Iterator[Spent]:
    """Yield what is filled, at the end of the block, with what n texts took in it."""
    cost, start, computed = Spent(), time.perf_counter(), cpu()
    yield cost
    cost.cpu_us = 1e6 * (cpu() - computed) / n
    cost.rate = n / (time.perf_counter() - start)


def throughput(
    model: LangAlign, process: Process, folder: Path, *, sizes: Sizes, lang: str, repeats: int
) -> Iterator[Any]:
    """Yield, for each size of request, texts a second of the loop and of the service."""
    for size, clients, n in sizes:
        some = texts(n, lang)
        (folder / "texts.json").write_text(json.dumps(some), "utf-8")
        bare, served, each = list[Spent](), list[Spent](), list[float]()
        for _ in range(repeats):
            with spent(len(some), time.process_time) as cost:
                for row in range(0, len(some), size):
                    model.predict_proba(some[row : row + size])
            bare.append(cost)
            command = [sys.executable, str(CLIENT), str(folder / "texts.json")]
            command += [str(process.port), str(size), str(clients)]
            with spent(len(some), process.cpu_seconds) as cost:
                shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            answered = json.loads(shown)
            cost.rate = len(some) / answered["seconds"]  # without the start of the client
            served.append(cost)
            each += answered["each"]
        quantiles = statistics.quantiles(each, n=100)
        yield {
            "texts_a_request": size,
            "clients": clients,
            "texts": len(some),
            "loop": _median(bare, "rate"),
            "service": _median(served, "rate"),
            "ratio": _median(served, "rate") / _median(bare, "rate"),
            "loop_cpu_us": _median(bare, "cpu_us"),
            "service_cpu_us": _median(served, "cpu_us"),
            "p50_ms": 1000 * quantiles[49],
            "p99_ms": 1000 * quantiles[98],
            "load": os.getloadavg()[0],
        }


def _median(costs: list[Spent], what: str) -> float:
    middle: float = statistics.median(getattr(cost, what) for cost in costs)
    return middle


def endless(stop: threading.Event, body: bytes) -> Iterator[bytes]:
    """Yield a body until it is to stop."""
    while not stop.is_set():
        yield body


def soak(process: Process, seconds: float, every: float = 5.0) -> dict[str, Any]:
    """Load the service for a while, 16 texts per request; return memory over time and errors."""
    body = json.dumps({"texts": texts(16)}).encode()
    expected = _labels(process, texts(16))
    stop, memory = threading.Event(), list[tuple[float, float]]()

    def watch() -> None:
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            memory.append((time.monotonic() - start, process.megabytes()))
            time.sleep(every)
        stop.set()

    watching = threading.Thread(target=watch)
    watching.start()
    tally = load(process.port, endless(stop, body), clients=4, expected=expected)
    watching.join()
    settled = [mb for at, mb in memory if at > seconds / 10]
    return {
        "seconds": seconds,
        "requests": len(tally.seconds),
        "wrong": tally.wrong,
        "broken": tally.broken,
        "megabytes_first": settled[0],
        "megabytes_last": settled[-1],
        "megabytes_most": max(settled),
        "memory": memory,
    }


def ended_under_load(
    model: Path, folder: Path, sign: signal.Signals, rounds: int
) -> dict[str, Any]:
    """Stop a service in the middle of a load, start it again, and see what was lost."""
    before = checksums(model)
    body = json.dumps(GOOD).encode()
    found: dict[str, Any] = {"signal": sign.name, "rounds": rounds, "answered": 0, "broken": 0}
    found |= {"wrong": 0, "logged": 0, "started": 0, "statuses": [], "seconds_to_start": []}
    for turn in range(rounds):
        start = time.monotonic()
        with service(model, folder / f"{sign.name}-{turn}.log") as process:
            found["seconds_to_start"].append(time.monotonic() - start)
            expected = _labels(process, GOOD["texts"])
            found["started"] += 1
            found["answered"] += 1
            stop = threading.Event()
            ending = threading.Timer(1.0, lambda one=process: one.popen.send_signal(sign))
            gone = threading.Timer(2.5, stop.set)
            ending.start()
            gone.start()
            paced = _paced(stop, body)
            tally = load(process.port, paced, clients=8, expected=expected, keep_alive=False)
            found["statuses"].append(process.popen.wait())
            found["answered"] += len(tally.seconds)
            found["broken"] += tally.broken
            found["wrong"] += tally.wrong
            found["logged"] += process.answered()
    found["files_changed"] = sum(checksums(model)[name] != each for name, each in before.items())
    return found


def _paced(stop: threading.Event, body: bytes) -> Iterator[bytes]:
    """Yield a body as often as a client can take it, less often when the door is closed."""
    for body_again in endless(stop, body):
        yield body_again
        time.sleep(0.002)


def _labels(process: Process, asked: list[str]) -> list[str]:
    status, answer = predict(process.port, asked)
    assert status == 200, answer
    return [each["label"] for each in answer["predictions"]]


def part_of_record(part: str, given: argparse.Namespace) -> dict[str, Any]:
    """Return one part of the record."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        model = fitted(minilm() if part == "minilm" else "mini")
        model.save(folder / "model")
        if part == "kills":
            ends = (signal.SIGKILL, signal.SIGTERM)
            return {
                sign.name: ended_under_load(folder / "model", folder, sign, given.rounds)
                for sign in ends
            }
        options = ("--timeout", "2") if part == "faults" else ()
        with service(folder / "model", folder / "log", *options) as process:
            if part in ("mini", "minilm"):
                sizes, lang = (MINI, "ko") if part == "mini" else (MINILM, "en")
                measured = throughput(
                    model, process, folder, sizes=sizes, lang=lang, repeats=given.repeats
                )
                return {"sizes": list(measured)}
            if part == "soak":
                return soak(process, given.seconds)
            return faults(process.port) | {"slow": slow_clients(process.port, clients=100)}


def main() -> None:
    """Measure and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--out", type=Path, required=True, help="Record; other parts stay.")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=600.0, help="Of the soak.")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    record = json.loads(given.out.read_text("utf-8")) if given.out.exists() else {}
    for part in given.parts:
        record[part] = part_of_record(part, given) | {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            **stamps(),
            "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
        }
        write_json(given.out, record)


if __name__ == "__main__":
    main()
