"""One warning for all texts that were cut, however many calls they were encoded in."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from langalign.errors import DataWarning

_Kind = tuple[int, bool]
_counts: ContextVar[dict[_Kind, tuple[int, int]] | None] = ContextVar("counts", default=None)


def report_cut(n_cut: int, n_texts: int, *, limit: int, pairs: bool) -> None:
    """Warn that so many of so many texts were cut, now or at the end of :func:`one_report`.

    Parameters
    ----------
    n_cut, n_texts
        How many were cut; nothing is said of none.
    limit
        Tokens after which they were cut.
    pairs
        Whether they are pairs of texts.

    Warns
    -----
    DataWarning
    """
    counts = _counts.get()
    if counts is None:
        _warn({(limit, pairs): (n_cut, n_texts)})
        return
    before = counts.get((limit, pairs), (0, 0))
    counts[limit, pairs] = before[0] + n_cut, before[1] + n_texts


@contextmanager
def one_report(name: str = "") -> Iterator[None]:
    """Gather what is reported within, and warn once at the end, of the texts called ``name``."""
    if _counts.get() is not None:
        yield
        return
    counts: dict[_Kind, tuple[int, int]] = {}
    token = _counts.set(counts)
    try:
        yield
    finally:
        _counts.reset(token)
    _warn(counts, f"{name}: " if name else "")


def _warn(counts: dict[_Kind, tuple[int, int]], place: str = "") -> None:
    for (limit, pairs), (n_cut, n_texts) in counts.items():
        if not n_cut:
            continue
        kind, remedy = "texts", "long_texts='pool' (--long-texts pool) reads all"
        if pairs:
            kind = "pairs of texts"
            remedy = "pair_mode='siamese' with long_texts='pool' reads all"
        warnings.warn(
            f"{place}{n_cut:,} of {n_texts:,} {kind} were cut at {limit} tokens, which is as much "
            f"as the encoder reads; {remedy}",
            DataWarning,
            stacklevel=4,
        )
