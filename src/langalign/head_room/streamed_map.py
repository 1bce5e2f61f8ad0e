"""A map fitted to files of vectors that need not fit into memory, and checked as any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.pair_statistics import rows_at_once
from langalign.aligners.statistics_aligner import StatisticsAligner
from langalign.errors import VectorError
from langalign.files.vector_file import VectorFile
from langalign.head_room.map_check import FEWEST_PAIRS, MapCheck, checked, hold_out
from langalign.progress import CountProgress
from langalign.vectors import as_float32

Block = tuple[int, NDArray[Any], NDArray[Any]]


def fit_streamed(
    aligner: StatisticsAligner,
    source: VectorFile,
    target: VectorFile,
    *,
    random_state: int = 0,
    progress: CountProgress | None = None,
) -> tuple[StatisticsAligner, MapCheck | None]:
    """Fit a map to all pairs of two files, and check one on held-out pairs; each is read once.

    For the map of chance pairs are shuffled within the blocks in which they are read.

    Parameters
    ----------
    aligner
        Unfitted.
    source, target
        Row i of one is the translation of row i of the other.
    random_state
        Seed of holding out, shuffling and resampling.
    progress
        Called with how many pairs are read, and how many there are.

    Returns
    -------
    aligner : StatisticsAligner
        Fitted to all pairs.
    check : MapCheck or None
        ``None`` where the pairs are too few to hold any out.
    """
    blocks = _blocks(aligner, source, target, progress)
    if len(source) < FEWEST_PAIRS:
        _, X, Y = next(blocks)
        return aligner.fresh().fit(X, Y), None
    held_out, rest = hold_out(np.arange(len(source)), 10, random_state)
    is_rest = np.zeros(len(source), dtype=bool)
    is_rest[rest] = True
    rng = np.random.default_rng(random_state)
    none = aligner.no_statistics(source.width, target.width)
    seen = unseen = shuffled = none
    for start, X, Y in blocks:
        kept = is_rest[start : start + len(X)]
        x, y = X[kept], Y[kept]
        try:
            unseen = unseen.extended(X[~kept], Y[~kept])
            seen = seen.extended(x, y)
            shuffled = shuffled.extended(x, y[rng.permutation(len(y))])
        except VectorError:  # it counts rows among those kept: say which of which file it is
            as_float32(X, name=str(source.path), first_row=start)
            as_float32(Y, name=str(target.path), first_row=start)
            raise
    X, Y = source.take(held_out), target.take(held_out)
    check = checked(
        aligner.fresh().fit_statistics(seen).transform(X),
        aligner.fresh().fit_statistics(shuffled).transform(X),
        (X.astype(np.float32), Y.astype(np.float32)),
        seen.total().y_mean.astype(np.float32),
        random_state=random_state,
    )
    return aligner.fresh().fit_statistics(seen + unseen), check


def _blocks(
    aligner: StatisticsAligner,
    source: VectorFile,
    target: VectorFile,
    progress: CountProgress | None,
) -> Iterator[Block]:
    rows, start = rows_at_once(aligner.n_parts, max(source.width, target.width)), 0
    for X, Y in zip(source.blocks(rows), target.blocks(rows), strict=True):
        yield start, X, Y
        start += len(X)
        if progress is not None:
            progress(start, len(source))
