"""Batches: what is computed together, what waits, what is refused, what a stop answers."""

from __future__ import annotations

import asyncio
import threading

import pytest

from langalign.errors import EncoderError
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


class Panic(BaseException):
    """What code in Rust raises when it panics: no Exception."""


@pytest.mark.parametrize("raised", [Panic("index out of bounds"), StopIteration()])
def test_a_panic_fails_alone_and_the_next_is_answered(raised):
    def work(kind, items):
        if "bad" in items:
            raise raised
        return [item * 2 for item in items]

    async def use():
        died = []
        batcher = Batcher(work, Limits(batch_wait=0, seconds=10), on_death=died.append)
        batcher.start()
        asked = (batcher.submit("a", items) for items in ([1], ["bad"], [3]))
        found = await asyncio.gather(*asked, return_exceptions=True)
        found.append(await batcher.submit("a", [4]))
        await batcher.stop()
        return found, died

    (first, bad, third, later), died = asyncio.run(use())
    assert (first, third, later, died) == ([2], [6], [8], [])
    assert isinstance(bad, EncoderError)
    assert bad.__cause__ is raised
    assert type(raised).__name__ in str(bad)


def test_results_that_are_not_one_an_item_are_nobodys_answer():
    async def use():
        batcher = Batcher(lambda kind, items: [0] * 3, Limits(batch_wait=0))
        batcher.start()
        asked = (batcher.submit("a", items) for items in ([1, 2], [3], [4, 5, 6]))
        found = await asyncio.gather(*asked, return_exceptions=True)
        await batcher.stop()
        return found

    two, one, three = asyncio.run(use())
    assert three == [0, 0, 0]
    for found, n in ((two, 2), (one, 1)):
        assert isinstance(found, EncoderError)
        assert f"3 results for {n} texts" in str(found)


def test_a_worker_that_dies_says_so_and_takes_no_more():
    def broken(size):
        raise Panic("metrics")

    async def use():
        died = []
        limits = Limits(batch_wait=0, batch_texts=1, seconds=10)
        batcher = Batcher(lambda kind, items: items, limits, on_batch=broken, on_death=died.append)
        batcher.start()
        asked = (batcher.submit("a", items) for items in ([1], [2]))
        found = await asyncio.gather(*asked, return_exceptions=True)
        with pytest.raises(ServiceError) as refused:
            await batcher.submit("a", [3])
        await batcher.stop()
        return found, died, refused.value

    (first, second), died, refused = asyncio.run(use())
    assert first == [1]
    assert (second.status, refused.status) == (503, 503)
    assert [type(error) for error in died] == [Panic]
