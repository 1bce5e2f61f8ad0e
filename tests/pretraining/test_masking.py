"""What masked language modelling hides."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

pytest.importorskip("transformers")

from pretrain_mini_lm.masking import mask, start_chance
from pretrain_mini_lm.packing import pack
from pretrain_mini_lm.subwords import MASK, N_SPECIAL

N_VOCAB = 1000


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    lines = [rng.integers(N_SPECIAL, N_VOCAB, size=n).tolist() for n in rng.integers(1, 99, 2000)]
    return pack(lines, 128)


def masked(rows, *, share=0.2, spans=False, seed=0):
    return mask(rows, share=share, spans=spans, n_vocab=N_VOCAB, rng=np.random.default_rng(seed))


def within(count, n, share):
    """Return whether a count is where 99.9% of binomial ones are."""
    low, high = binom.interval(0.999, n, share)
    return low <= count <= high


@pytest.mark.parametrize("share", [0.15, 0.4])
def test_the_share_of_hidden_tokens(rows, share):
    n_tokens = int((rows >= N_SPECIAL).sum())
    assert within(len(masked(rows, share=share).places), n_tokens, share)


@pytest.mark.parametrize("spans", [False, True])
def test_80_10_10(rows, spans):
    found = masked(rows, spans=spans)
    shown = found.ids.reshape(-1)[found.places]
    n = len(shown)
    assert within((shown == MASK).sum(), n, 0.8)
    # One in so many random tokens is the hidden one.
    same = 0.1 + 0.1 / (N_VOCAB - N_SPECIAL)
    assert within((shown == found.targets).sum(), n, same)
    others = shown[(shown != MASK) & (shown != found.targets)]
    assert others.min() >= N_SPECIAL
    assert others.max() < N_VOCAB
    assert len(np.unique(others)) > 0.5 * N_VOCAB


@pytest.mark.parametrize("spans", [False, True])
def test_special_tokens_are_never_hidden_and_the_rest_stays(rows, spans):
    found = masked(rows, spans=spans)
    flat = rows.astype(np.int64).reshape(-1)
    assert found.targets.min() >= N_SPECIAL
    np.testing.assert_array_equal(flat[found.places], found.targets)
    seen = np.ones(flat.size, dtype=bool)
    seen[found.places] = False
    np.testing.assert_array_equal(found.ids.reshape(-1)[seen], flat[seen])


def test_one_seed_one_mask(rows):
    one, two, other = masked(rows), masked(rows), masked(rows, seed=1)
    np.testing.assert_array_equal(one.ids, two.ids)
    assert not np.array_equal(one.ids, other.ids)


def test_the_start_chance_covers_the_share_in_long_lines():
    # By hand: lengths 1, 2, 3 have chances 6/11, 3/11, 2/11.
    q = start_chance(0.3)
    assert 1 - (1 - q) * (1 - q * 5 / 11) * (1 - q * 2 / 11) == pytest.approx(0.3)
    line = np.full((1, 200_000), 7, dtype=np.uint16)
    share = len(masked(line, share=0.3, spans=True).places) / line.size
    assert share == pytest.approx(0.3, abs=0.01)


def test_spans_hide_neighbours_more_often(rows):
    def neighbours(spans):
        hidden = np.zeros(rows.size, dtype=bool)
        hidden[masked(rows, spans=spans).places] = True
        return (hidden[1:] & hidden[:-1]).sum() / hidden.sum()

    assert neighbours(False) == pytest.approx(0.2, abs=0.02)
    assert neighbours(True) > 0.4


def test_spans_end_with_their_line():
    """A line's only token is hidden by a span from its place or its mark before it, no other."""
    rows = pack([[9]] * 4000, 128)
    n_tokens = int((rows >= N_SPECIAL).sum())
    found = masked(rows, share=0.3, spans=True)
    q = start_chance(0.3)
    assert within(len(found.places), n_tokens, 1 - (1 - q) * (1 - q * 5 / 11))
