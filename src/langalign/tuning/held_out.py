"""Which rows are held out for early stopping: whole groups, so that no text is on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError

Rows = NDArray[np.int64]


def split_groups(groups: NDArray[Any], fraction: float, random_state: int) -> tuple[Rows, Rows]:
    """Return the rows to train on and the rows held out.

    Parameters
    ----------
    groups
        Rows of one group stay together, shape (n,).
    fraction
        Share of the rows to hold out, at least one group; groups that are larger are left out
        where there are others.
    random_state
        Seed of the order in which groups are taken.

    Raises
    ------
    DataError
        If there is only one group.

    Examples
    --------
    >>> training, held_out = split_groups(np.array([0, 0, 1, 2, 3]), 0.25, 0)
    >>> len(training), len(held_out)
    (4, 1)
    """
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise DataError(
            f"{len(groups)} rows that all share a text: at least two different texts are needed, "
            "some to train on and some to stop by"
        )
    room = max(fraction * len(groups), int(sizes.min()))
    taken = np.zeros(len(sizes), dtype=bool)
    for group in np.random.default_rng(random_state).permutation(len(sizes)):
        if sizes[group] <= room and taken.sum() < len(sizes) - 1:
            taken[group] = True
            room -= sizes[group]
    held_out = taken[codes]
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def split_labeled(
    texts: Sequence[Any], codes: Rows, fraction: float, random_state: int
) -> tuple[Rows, Rows]:
    """Return the same for labelled texts; every class keeps rows to train on.

    Parameters
    ----------
    texts
        n texts or pairs of texts; equal ones stay together.
    codes
        Class numbers, shape (n,).
    """
    groups = np.array([str(text) for text in texts])
    training, held_out = split_groups(groups, fraction, random_state)
    known = np.isin(codes[held_out], codes[training])
    return np.sort(np.concatenate([training, held_out[~known]])), held_out[known]
