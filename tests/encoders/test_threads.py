"""One transformer, or two, asked from several threads: each gets what it asked for."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from langalign.encoders.transformer import TransformerEncoder

torch = pytest.importorskip("torch")

CALLS = [
    ["the dog " * 30, "a man eats", "a woman " * 25],
    ["runs", "the dog sleeps " * 20],
]


@pytest.fixture
def pause(monkeypatch):
    """Let a function be called wherever a tokenizer has been set to truncate and pad."""
    from transformers import PreTrainedTokenizerFast

    original = PreTrainedTokenizerFast.set_truncation_and_padding

    def set_by(function):
        def set_then_paused(self, *given, **settings):
            original(self, *given, **settings)
            function()

        monkeypatch.setattr(PreTrainedTokenizerFast, original.__name__, set_then_paused)

    return set_by


@pytest.mark.filterwarnings("ignore::langalign.errors.DataWarning")
@pytest.mark.parametrize("long_texts", ["pool", "truncate"])
def test_threads_that_share_an_encoder(tiny_bert, pause, long_texts):
    settings = {"backend": "torch", "long_texts": long_texts, "batch_size": 2}
    alone = TransformerEncoder(tiny_bert, **settings)
    expected = [alone.encode(texts) for texts in CALLS]
    shared = TransformerEncoder(tiny_bert, **settings)
    rng = np.random.default_rng(0)
    pauses = iter(rng.uniform(0, 0.004, 10_000).tolist())
    pause(lambda: time.sleep(next(pauses)))
    with ThreadPoolExecutor(len(CALLS)) as threads:
        found = list(threads.map(shared.encode, CALLS * 20))
    for vectors, wanted in zip(found, expected * 20, strict=True):
        np.testing.assert_allclose(vectors, wanted, atol=1e-6)


def test_the_number_of_threads_is_set_back_by_the_last_of_two(tiny_bert, pause):
    def number_in_a_new_thread():
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(torch.get_num_threads).result()

    before = number_in_a_new_thread()
    runners = [
        TransformerEncoder(tiny_bert, backend="torch", threads=before + n)._runner for n in (1, 2)
    ]
    within, pauses = threading.Event(), iter([0.2, 0.5])  # the second ends last

    def paused():
        within.set()
        time.sleep(next(pauses))

    pause(paused)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(runners[0].run, ["a man"])
        assert within.wait(timeout=60)
        second = threads.submit(runners[1].run, ["a man"])
        np.testing.assert_array_equal(first.result(), second.result())
    assert number_in_a_new_thread() == before
