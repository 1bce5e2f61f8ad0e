"""What the service counts, for Prometheus; no label takes a value from a request's content."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from langalign.version import __version__

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """Counters of one service, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Info("langalign", "The service.", registry=self.registry).info({"version": __version__})
        self._requests = Counter(
            "langalign_requests",
            "Requests answered.",
            ("route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "langalign_request_seconds",
            "From a request's first byte to its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._texts = Counter(
            "langalign_texts", "Texts computed.", ("model",), registry=self.registry
        )
        self._batches = Histogram(
            "langalign_batch_texts",
            "Texts computed together.",
            ("model",),
            buckets=SIZES,
            registry=self.registry,
        )
        self._queued = Gauge(
            "langalign_queued_texts", "Texts that wait.", ("model",), registry=self.registry
        )

    def on_batch(self, model: str) -> Callable[[int], None]:
        """Return a function that counts a batch of ``model``."""
        texts, batches = self._texts.labels(model), self._batches.labels(model)

        def count(size: int) -> None:
            texts.inc(size)
            batches.observe(size)

        return count

    def watch_queue(self, model: str, length: Callable[[], int]) -> None:
        """Let the gauge of ``model`` show what ``length`` returns."""
        self._queued.labels(model).set_function(length)

    def on_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def page(self) -> bytes:
        """Return all counters in Prometheus' text format."""
        return generate_latest(self.registry)
