"""Which tokens are hidden, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packing import segments
from .subwords import MASK, N_SPECIAL

SPAN_LENGTHS = np.array([1, 2, 3])
SPAN_CHANCES = np.array([6, 3, 2]) / 11
"""Falling with the length n as 1 / n."""
SHOWN_AS_MASK, SHOWN_AS_OTHER = 0.8, 0.1


@dataclass(frozen=True, slots=True)
class Masked:
    """A batch as the network sees it, and what it is to guess.

    Parameters
    ----------
    ids
        Token ids, shape (n, row_length), int64.
    segments
        Of which line each place is, shape (n, row_length).
    places
        Places to guess at, in the flattened batch, shape (n_hidden,).
    targets
        The tokens that stood there, shape (n_hidden,), int64.
    """

    ids: NDArray[np.int64]
    segments: NDArray[np.int16]
    places: NDArray[np.int64]
    targets: NDArray[np.int64]


def mask(
    rows: NDArray[np.uint16],
    *,
    share: float,
    spans: bool,
    n_vocab: int,
    rng: np.random.Generator,
) -> Masked:
    """Hide a share of the tokens: 80% as ``[MASK]``, 10% as any other token, 10% as they are.

    The last two kinds keep the network from taking every token that it sees for the right one.
    Special tokens, unknown characters included, are never hidden.

    References
    ----------
    Devlin et al. (2019), BERT: Pre-training of Deep Bidirectional Transformers, section 3.1.
    """
    ids = rows.astype(np.int64)
    lines = segments(rows)
    hidden = _in_spans(lines, share, rng) if spans else rng.random(ids.shape) < share
    hidden &= ids >= N_SPECIAL
    places = np.flatnonzero(hidden)
    targets = ids.reshape(-1)[places]
    kind = rng.random(len(places))
    others = rng.integers(N_SPECIAL, n_vocab, size=len(places))
    as_other = kind < SHOWN_AS_MASK + SHOWN_AS_OTHER
    shown = np.where(kind < SHOWN_AS_MASK, MASK, np.where(as_other, others, targets))
    ids.reshape(-1)[places] = shown
    return Masked(ids, lines, places, targets)


def _in_spans(
    lines: NDArray[np.int16], share: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return what spans cover; a span ends where its line does."""
    starts = rng.random(lines.shape) < start_chance(share)
    lengths = rng.choice(SPAN_LENGTHS, size=lines.shape, p=SPAN_CHANCES)
    covered = starts.copy()
    for further in range(1, int(SPAN_LENGTHS.max())):
        reaches = starts[:, :-further] & (lengths[:, :-further] > further)
        covered[:, further:] |= reaches & (lines[:, :-further] == lines[:, further:])
    return covered


def start_chance(share: float) -> float:
    r"""Return the chance q of a span to start at a place, so that a share of places is covered.

    .. math:: 1 - \prod_{j=0}^{2} (1 - q\,P(n > j)) = share

    since a place stays visible if no span starts there, none of two or more one place before, and
    so on. At the start of a line, fewer are covered.
    """
    longer = np.array([SPAN_CHANCES[j < SPAN_LENGTHS].sum() for j in range(SPAN_LENGTHS.max())])
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        covered = 1 - np.prod(1 - middle * longer)
        low, high = (middle, high) if covered < share else (low, middle)
    return low
