"""Batches: what is computed together, what waits, what is refused, what a stop answers."""

from __future__ import annotations

import asyncio
import threading

import pytest

from langalign.serving.batching import Batcher
from langalign.serving.failures import ServiceError
from langalign.serving.limits import Limits


class Recorder:
    """Work that answers items with their doubles, fails on ``"bad"``, and keeps what it gets."""

    def __init__(self):
        self.calls = []
        self.free = threading.Event()
        self.free.set()
        self.begun = threading.Event()

    def __call__(self, kind, items):
        self.calls.append((kind, list(items)))
        self.begun.set()
        self.free.wait()
        if "bad" in items:
            raise ValueError("bad")
        return [item * 2 for item in items]


async def running(work, limits, use):
    sizes = []
    batcher = Batcher(work, limits, on_batch=sizes.append)
    batcher.start()
    try:
        return await use(batcher), sizes
    finally:
        work.free.set()
        await batcher.stop()


def test_what_comes_together_is_computed_together_by_kind():
    work = Recorder()

    async def use(batcher):
        return await asyncio.gather(
            batcher.submit("a", [1, 2]), batcher.submit("b", ["x"]), batcher.submit("a", [3])
        )

    found, sizes = asyncio.run(running(work, Limits(batch_wait=0), use))
    assert found == [[2, 4], ["xx"], [6]]
    assert work.calls == [("a", [1, 2, 3]), ("b", ["x"])]
    assert sizes == [4]


def test_batches_are_no_larger_than_allowed_but_for_one_request_alone():
    work = Recorder()

    async def use(batcher):
        return await asyncio.gather(*(batcher.submit("a", list(range(n))) for n in (3, 2, 9, 1)))

    _, sizes = asyncio.run(running(work, Limits(batch_texts=5, batch_wait=0), use))
    assert sizes == [5, 9, 1]


def test_what_comes_while_a_batch_is_computed_becomes_the_next_one():
    work = Recorder()
    work.free.clear()

    async def use(batcher):
        first = asyncio.create_task(batcher.submit("a", [1]))
        await asyncio.to_thread(work.begun.wait)
        rest = [asyncio.create_task(batcher.submit("a", [n])) for n in (2, 3, 4)]
        await asyncio.sleep(0)
        work.free.set()
        return await asyncio.gather(first, *rest)

    found, sizes = asyncio.run(running(work, Limits(batch_wait=0), use))
    assert found == [[2], [4], [6], [8]]
    assert sizes == [1, 3]


def test_one_that_cannot_be_computed_fails_alone():
    work = Recorder()

    async def use(batcher):
        asked = [[1], ["bad"], [3]]
        return await asyncio.gather(
            *(batcher.submit("a", items) for items in asked), return_exceptions=True
        )

    found, _ = asyncio.run(running(work, Limits(batch_wait=0), use))
    assert found[0] == [2]
    assert isinstance(found[1], ValueError)
    assert found[2] == [6]


def test_more_than_the_queue_holds_is_refused_with_a_time_to_come_back():
    work = Recorder()
    work.free.clear()

    async def use(batcher):
        first = asyncio.create_task(batcher.submit("a", [1]))
        await asyncio.to_thread(work.begun.wait)
        large = asyncio.create_task(batcher.submit("a", [2, 3, 4, 5]))  # alone it always may
        await asyncio.sleep(0)
        assert batcher.waiting_items == 4
        with pytest.raises(ServiceError) as refused:
            await batcher.submit("a", [6])
        work.free.set()
        return refused.value, await first, await large

    (refused, first, large), _ = asyncio.run(
        running(work, Limits(queued_texts=3, batch_wait=0), use)
    )
    assert refused.status == 429
    assert refused.retry_after >= 1
    assert (first, large) == ([2], [4, 6, 8, 10])


def test_a_request_that_waited_too_long_is_answered_so_and_not_computed():
    work = Recorder()
    work.free.clear()

    async def use(batcher):
        first = asyncio.create_task(batcher.submit("a", [1]))
        await asyncio.to_thread(work.begun.wait)
        with pytest.raises(ServiceError) as late:
            await batcher.submit("a", [2])
        work.free.set()
        with pytest.raises(ServiceError):
            await first
        return late.value

    late, _ = asyncio.run(running(work, Limits(seconds=0.05, batch_wait=0), use))
    assert late.status == 504
    assert work.calls == [("a", [1])]


def test_a_stop_answers_what_was_accepted_and_takes_no_more():
    work = Recorder()
    work.free.clear()

    async def use(batcher):
        asked = [asyncio.create_task(batcher.submit("a", [n])) for n in range(5)]
        await asyncio.to_thread(work.begun.wait)
        stopping = asyncio.create_task(batcher.stop())
        await asyncio.sleep(0)
        with pytest.raises(ServiceError) as refused:
            await batcher.submit("a", [9])
        work.free.set()
        await stopping
        return await asyncio.gather(*asked), refused.value.status

    async def alone():
        batcher = Batcher(work, Limits(batch_texts=2, batch_wait=0))
        batcher.start()
        return await use(batcher)

    found, status = asyncio.run(alone())
    assert found == [[0], [2], [4], [6], [8]]
    assert status == 503
