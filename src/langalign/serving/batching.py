"""Dynamic batching: requests that come close together are computed together."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from langalign.errors import EncoderError
from langalign.serving.failures import ServiceError
from langalign.serving.limits import Limits

Work = Callable[[Any, list[Any]], Sequence[Any]]
"""From a kind of work and n items to n results."""
_STARTING_RATE = 1000.0
"""Items a second, as long as nothing has been measured."""


@dataclass(slots=True, eq=False)
class _Job:
    kind: Hashable
    items: list[Any]
    answer: asyncio.Future[list[Any]]


class Batcher:
    """A queue and one worker thread, which computes what waits in batches.

    While a batch is computed, what comes waits and becomes the next one, so that batches grow with
    the load. Only where the worker is idle does a request wait for company, ``batch_wait`` seconds.
    Items of one kind of work are computed in one call; if that fails, each request by itself, so
    that one which cannot be computed fails alone.

    Parameters
    ----------
    work
        Called in the worker thread.
    limits
        Size of batches and of the queue.
    on_batch
        Called with the number of items of each batch, after it.
    on_death
        Called with what went wrong, should it ever end unasked; nothing is taken on after that.
    """

    def __init__(
        self,
        work: Work,
        limits: Limits,
        *,
        on_batch: Callable[[int], None] = lambda size: None,
        on_death: Callable[[BaseException], None] = lambda error: None,
    ) -> None:
        self._work = work
        self._limits = limits
        self._on_batch = on_batch
        self._on_death = on_death
        self._waiting: deque[_Job] = deque()
        self._waiting_items = 0
        self._arrived = asyncio.Event()
        self._rate = _STARTING_RATE
        self._stopping = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="langalign-batch")
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting_items(self) -> int:
        """Items that wait to be computed."""
        return self._waiting_items

    def start(self) -> None:
        """Begin to compute; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Compute what waits, then end the worker."""
        self._stopping = True
        self._arrived.set()
        if self._task is not None:
            await asyncio.wait([self._task])
        self._worker.shutdown()

    async def submit(self, kind: Hashable, items: Sequence[Any]) -> list[Any]:
        """Return the results of some items, in their order.

        Raises
        ------
        ServiceError
            With status 429 if too much waits already, 503 after a stop, 504 if it takes too long.
        """
        self._require_room(len(items))
        job = _Job(kind, list(items), asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._waiting_items += len(job.items)
        self._arrived.set()
        try:
            # A job whose future is cancelled by this is left out when its turn comes.
            return await asyncio.wait_for(job.answer, self._limits.seconds)
        except TimeoutError:
            raise ServiceError(
                504,
                f"no answer within {self._limits.seconds:g} seconds; send fewer texts at a time",
                code="timeout",
            ) from None

    def _require_room(self, size: int) -> None:
        if self._stopping:
            raise _stopping()
        if self._waiting_items and self._waiting_items + size > self._limits.queued_texts:
            seconds = max(1, math.ceil(self._waiting_items / self._rate))
            raise ServiceError(
                429,
                f"{self._waiting_items} texts are waiting; ask again in {seconds} s",
                code="overloaded",
                retry_after=seconds,
            )

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        self._stopping = True
        for job in self._waiting:
            if not job.answer.done():
                job.answer.set_exception(_stopping())
        self._on_death(error)

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting and self._stopping:
                return
            if not self._stopping and self._waiting_items < self._limits.batch_texts:
                await asyncio.sleep(self._limits.batch_wait)
            jobs = self._next_batch()
            while jobs:
                await self._compute(jobs)
                jobs = self._next_batch()
            if not self._stopping:
                self._arrived.clear()

    def _next_batch(self) -> list[_Job]:
        """Take jobs until a batch is full; one job that is larger is a batch by itself."""
        jobs: list[_Job] = []
        size = 0
        while self._waiting:
            following = self._waiting[0]
            if jobs and size + len(following.items) > self._limits.batch_texts:
                break
            self._waiting.popleft()
            self._waiting_items -= len(following.items)
            if not following.answer.done():
                jobs.append(following)
                size += len(following.items)
        return jobs

    async def _compute(self, jobs: list[_Job]) -> None:
        start = time.perf_counter()
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._worker, self._computed, jobs)
        size = sum(len(job.items) for job in jobs)
        self._rate = 0.8 * self._rate + 0.2 * size / max(time.perf_counter() - start, 1e-6)
        for job, result in zip(jobs, found, strict=True):
            if job.answer.done():
                continue
            if isinstance(result, Exception):
                job.answer.set_exception(result)
            else:
                job.answer.set_result(result)
        self._on_batch(size)

    def _computed(self, jobs: list[_Job]) -> list[list[Any] | Exception]:
        """Return results of each job, or what went wrong with it; runs in the worker."""
        kinds: dict[Hashable, list[int]] = {}
        for place, job in enumerate(jobs):
            kinds.setdefault(job.kind, []).append(place)
        found: dict[int, list[Any] | Exception] = {}
        for kind, places in kinds.items():
            alike = [jobs[place] for place in places]
            found |= zip(places, self._together(kind, alike), strict=True)
        return [found[place] for place in range(len(jobs))]

    def _together(self, kind: Hashable, jobs: list[_Job]) -> list[list[Any] | Exception]:
        try:
            results = self._results(kind, [item for job in jobs for item in job.items])
        except BaseException as error:  # panics of libraries in Rust are no Exception
            if len(jobs) > 1:
                return [self._together(kind, [job])[0] for job in jobs]
            return [_answerable(error)]
        parts: list[list[Any] | Exception] = []
        for job in jobs:
            parts.append(results[: len(job.items)])
            results = results[len(job.items) :]
        return parts

    def _results(self, kind: Hashable, items: list[Any]) -> list[Any]:
        results = list(self._work(kind, items))
        if len(results) != len(items):
            raise EncoderError(f"{len(results)} results for {len(items)} texts; expected as many")
        return results


def _stopping() -> ServiceError:
    return ServiceError(503, "the service is stopping", code="stopping", retry_after=1)


def _answerable(error: BaseException) -> Exception:
    """Return an error that a future takes and a request can be answered with."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    failure = EncoderError(f"computing broke off ({type(error).__name__}: {error})")
    failure.__cause__ = error
    return failure.with_traceback(error.__traceback__)
