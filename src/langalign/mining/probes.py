"""Held-out pairs, hidden among the texts that are mined, to see what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from langalign.data.cleaning import row_faults
from langalign.data.groups import text_groups
from langalign.data.parallel import ParallelText
from langalign.data.text import Text, folded
from langalign.errors import DataError
from langalign.mining.texts import Minable

FEWEST = 40
MOST = 2000
"""Enough for an interval of two hundredths; more would crowd the files out."""


@dataclass(frozen=True, slots=True)
class Probes:
    """Texts of which it is known whether their translation is there.

    Parameters
    ----------
    planted
        Pairs of which both sides are hidden.
    source_alone, target_alone
        Texts without a translation: one side each of other pairs.
    """

    planted: ParallelText
    source_alone: tuple[Text, ...]
    target_alone: tuple[Text, ...]

    @property
    def source(self) -> tuple[Text, ...]:
        """Return what is hidden among the source texts: planted first."""
        return (*self.planted.source, *self.source_alone)

    @property
    def target(self) -> tuple[Text, ...]:
        """Return what is hidden among the target texts: planted first."""
        return (*self.planted.target, *self.target_alone)


def make_probes(
    held_out: ParallelText, source: Minable, target: Minable, *, random_state: int
) -> Probes:
    """Part held-out pairs: half are hidden whole, of a quarter each only one side is.

    Rows that :func:`~langalign.data.cleaning.clean` would drop are left out, as are those of which
    a text stands in a file, where its translation may stand as well, and all but one of the rows
    that share a text.

    Parameters
    ----------
    held_out
        Parallel text on which no map was fitted.
    source, target
        The texts to be mined.
    random_state
        Seed of the split.

    Raises
    ------
    DataError
        If fewer than forty pairs are left, or they are pairs of pairs.
    """
    if held_out.is_pairs:
        raise DataError("held-out pairs: expected parallel single texts, got pairs of texts")
    sound = [
        row
        for row, fault in enumerate(row_faults(held_out))
        if fault is None
        and folded(str(held_out.source[row])) not in source.keys
        and folded(str(held_out.target[row])) not in target.keys
    ]
    if sound:
        _, firsts = np.unique(text_groups(held_out.take(sound)), return_index=True)
        sound = [sound[place] for place in np.sort(firsts).tolist()]
    if len(sound) < FEWEST:
        raise DataError(
            f"{len(sound)} usable held-out pairs of {len(held_out):,} are too few to find a "
            f"threshold (at least {FEWEST}, and some hundreds to trust it; those of which a text "
            "stands in the files are left out). Give more parallel text, or a threshold"
        )
    order = np.random.default_rng(random_state).permutation(sound)[:MOST].tolist()
    half, quarter = len(order) // 2, len(order) // 4
    return Probes(
        planted=held_out.take(order[:half]),
        source_alone=held_out.take(order[half : half + quarter]).source,
        target_alone=held_out.take(order[half + quarter :]).target,
    )
