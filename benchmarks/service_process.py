"""A service in a process of its own, and clients that load it; all on this machine."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADERS = {"content-type": "application/json"}
STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass
class Process:
    """A running ``langalign serve``.

    Parameters
    ----------
    popen
        The process.
    port
        Where it listens.
    log
        Its log.
    """

    popen: subprocess.Popen[str]
    port: int
    log: Path

    def megabytes(self) -> float:
        """Return its resident memory."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text("utf-8")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def cpu_seconds(self) -> float:
        """Return how long it has computed, all threads together."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def answered(self) -> int:
        """Return how many predictions were answered with 200, by the log."""
        lines = self.log.read_text("utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return sum(
            event.get("route") == "/predict" and event.get("status") == 200 for event in events
        )


@contextlib.contextmanager
def service(model: Path, log: Path, *options: str) -> Iterator[Process]:
    """Start a service and yield it when it listens; it is killed at the end if it still runs."""
    command = [sys.executable, "-m", "langalign.cli.main", "serve", str(model), "--port", "0"]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        ) as popen,
    ):
        assert popen.stdout is not None
        found = STARTED.search(popen.stdout.readline())
        assert found, log.read_text("utf-8")
        try:
            yield Process(popen, int(found[1]), log)
        finally:
            if popen.poll() is None:
                popen.kill()


def predict(port: int, texts: Sequence[str], *, timeout: float = 60) -> tuple[int, Any]:
    """Ask once, on a connection of its own; return the status and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("POST", "/predict", json.dumps({"texts": list(texts)}), HEADERS)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def labels_of(content: bytes) -> list[str]:
    """Return the labels of an answer."""
    return [each["label"] for each in json.loads(content)["predictions"]]


@dataclass
class Tally:
    """What clients saw.

    Parameters
    ----------
    seconds
        How long each answered request took.
    wrong
        Answers other than 200, or with other labels than expected.
    broken
        Requests that ended without an answer.
    """

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    broken: int = 0


def load(
    port: int,
    bodies: Iterator[bytes],
    *,
    clients: int,
    expected: Sequence[str] | None = None,
    keep_alive: bool = True,
) -> Tally:
    """Send bodies from several connections at once until they end; return what was seen.

    Parameters
    ----------
    port
        Of the service.
    bodies
        Requests to ``/predict``; taken by whichever client is free.
    clients
        How many.
    expected
        The labels that each answer must have.
    keep_alive
        Whether a connection is used again.
    """
    tally, lock = Tally(), threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with lock:
                body = next(bodies, None)
            if body is None:
                connection.close()
                return
            start = time.perf_counter()
            try:
                connection.request("POST", "/predict", body, HEADERS)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException):
                tally.broken += 1
                connection.close()
                continue
            if response.status != 200 or (expected and labels_of(content) != expected):
                tally.wrong += 1
            tally.seconds.append(time.perf_counter() - start)
            if not keep_alive:
                connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def main() -> None:
    """Load a service from a process of its own: port, file of texts, texts per request, clients."""
    port, size, clients = (int(argument) for argument in sys.argv[2:5])
    texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    bodies = [
        json.dumps({"texts": texts[row : row + size]}).encode()
        for row in range(0, len(texts), size)
    ]
    start = time.perf_counter()
    tally = load(port, iter(bodies), clients=clients)
    seconds = time.perf_counter() - start
    assert not (tally.wrong or tally.broken), tally
    sys.stdout.write(json.dumps({"seconds": seconds, "each": tally.seconds}))


if __name__ == "__main__":
    main()
