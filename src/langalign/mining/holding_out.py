"""Pairs to fit a map on, and others to hide among the texts that are mined."""

from __future__ import annotations

from langalign.data.groups import text_groups
from langalign.data.parallel import ParallelText
from langalign.head_room.map_check import hold_out
from langalign.mining.probes import MOST

ONE_IN = 5
"""A fifth is held out, but no more than probes can be."""


def hold_out_pairs(
    parallel: ParallelText, *, random_state: int = 0
) -> tuple[ParallelText, ParallelText]:
    """Return the pairs to fit on, and those to hold out; no text stands in both.

    Parameters
    ----------
    parallel
        Parallel text.
    random_state
        Seed of the split.

    Raises
    ------
    DataError
        If there are too few pairs to hold any out.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> hold_out_pairs(bundled.parallel("sentiment", "en", "ko"))
    (ParallelText(680 texts, en -> ko), ParallelText(170 texts, en -> ko))
    """
    parts = max(ONE_IN, len(parallel) // MOST)
    held_out, rest = hold_out(text_groups(parallel), parts, random_state)
    return parallel.take(rest.tolist()), parallel.take(held_out.tolist())
