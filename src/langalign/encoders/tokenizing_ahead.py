"""Texts through a tokenizer in calls of bounded size, the next ones while one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

# Characters handed to the tokenizer in one call: bounds the memory that its answer takes. Fewer
# cost time, as its threads then wait for each other more often.
CHARS_PER_CALL = 2**17
# With one call at a time the tokenizer would idle at its end, where some of its threads are done
# before the rest; one more waits for it to be free.
CALLS_AT_A_TIME = 2
CALLS_AHEAD = 3


def calls_of(texts: list[str]) -> list[slice]:
    """Return runs of texts of about as many characters, at least one text each."""
    starts: list[int] = []
    call = -1
    for row, end in enumerate(accumulate(map(len, texts))):
        if end // CHARS_PER_CALL != call:
            call = end // CHARS_PER_CALL
            starts.append(row)
    return [slice(*run) for run in pairwise([*starts, len(texts)])]


def ahead(
    tokenized: Callable[[list[str]], list[Any]], calls: Iterator[list[str]]
) -> Iterator[list[Any]]:
    """Yield what the tokenizer makes of each call, working on the next ones meanwhile.

    It releases Python's lock; work that holds the lock is left to the consumer.
    """
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[Future[list[Any]]] = deque()
    with ThreadPoolExecutor(CALLS_AT_A_TIME) as threads:
        for texts in calls:
            waiting.append(threads.submit(tokenized, texts))
            if len(waiting) > CALLS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
