"""How near each row's translation is, among what stands in the rows around it.

The two sides need not be of one space: a linear map between their main directions is fitted on the
file itself, crosswise, so that no row is mapped by what it was part of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import MINIMUM_PAIRS
from langalign.aligners.linear import Linear
from langalign.vectors import Vectors, unit

DIRECTIONS = 64
"""Main directions of each side: enough to distinguish rows, and quick for every offset."""
FURTHEST_SLIP = 10
WINDOW = 20
"""Rows to each side that a translation is compared with."""
PART = 100
"""Rows judged together: the mean rank of unrelated ones then strays by 0.03 from a half, and in
measurements by 0.1 at most."""
CLEARLY = 0.1
"""In mean rank; consecutive rows that say nearly the same rank alike."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows in a run: their numbers, their mean rank by offset, and each one's own rank."""

    rows: Integers
    ranks: Floats
    own: Floats

    @property
    def best(self) -> float:
        """The best mean rank of all offsets."""
        return float(self.ranks.max())

    @property
    def slip(self) -> int:
        """The offset of the best mean rank; none where rows repeat what stands around them."""
        return int(self.ranks.argmax()) - WINDOW if self.best > self.ranks[WINDOW] + CLEARLY else 0


def parts_of_file(source: Vectors, target: Vectors, rows: Integers) -> list[Part]:
    """Return the file in runs of about ``PART`` rows, ranked.

    Parameters
    ----------
    source, target
        Vectors of the pairs, (m, d_source) and (m, d_target), in the order of the file.
    rows
        Number of each pair's row in the file, rising, shape (m,).
    """
    X, Y = _main_directions(source), _main_directions(target)
    # Of a sparse sample no row has a neighbour; rows are then compared with those that are there.
    places = np.arange(len(rows)) if np.median(np.diff(rows)) > 2 else rows
    ranks = _ranks(_similarities(X, Y, places))
    parts = []
    for part in np.array_split(np.arange(len(rows)), max(1, len(rows) // PART)):
        counted = ~np.isnan(ranks[part])
        sums = np.where(counted, ranks[part], 0.0).sum(axis=0)
        enough = counted.sum(axis=0) >= len(part) / 2
        means = np.where(enough, sums / np.maximum(counted.sum(axis=0), 1), 0.0)
        parts.append(Part(rows[part], means, ranks[part, WINDOW]))
    return parts


def _similarities(X: Vectors, Y: Vectors, places: Integers) -> Floats:
    """Return the cosine of each mapped row with those around it, (m, 2 * WINDOW + 1); NaN: none."""
    fold = np.arange(len(X)) // (PART // 2) % 2
    slips = sorted(range(-FURTHEST_SLIP, FURTHEST_SLIP + 1), key=abs)
    slip = max(slips, key=lambda k: _explained(X, Y, *_partners(places, k), fold))
    mapped = np.empty_like(Y)
    own, partner = _partners(places, slip)
    for held_out in (0, 1):
        train = fold[own] != held_out
        aligner = Linear().fit(X[own[train]], Y[partner[train]])
        mapped[fold == held_out] = aligner.transform(X[fold == held_out])
    Z, T = unit(mapped - Y.mean(axis=0)), unit(Y - Y.mean(axis=0))
    similarities = np.full((len(X), 2 * WINDOW + 1), np.nan)
    for column, offset in enumerate(range(-WINDOW, WINDOW + 1)):
        own, partner = _partners(places, offset)
        similarities[own, column] = (Z[own] * T[partner]).sum(axis=1)
    return similarities


def _partners(places: Integers, offset: int) -> tuple[Integers, Integers]:
    """Return the rows that have a row ``offset`` further down, and those rows."""
    found = np.minimum(np.searchsorted(places, places + offset), len(places) - 1)
    own = np.flatnonzero(places[found] == places + offset)
    return own, found[own]


def _explained(X: Vectors, Y: Vectors, own: Integers, partner: Integers, fold: Integers) -> float:
    train = fold[own] == 0
    if min(train.sum(), (~train).sum()) < MINIMUM_PAIRS:
        return -np.inf
    aligner = Linear().fit(X[own[train]], Y[partner[train]])
    held_out = Y[partner[~train]]
    error = ((held_out - aligner.transform(X[own[~train]])) ** 2).sum()
    total = ((held_out - Y[partner[train]].mean(axis=0)) ** 2).sum()
    return float(1 - error / total) if total > 0 else 0.0


def _ranks(similarities: Floats) -> Floats:
    """Return of each similarity which share of its row it exceeds; half of those it equals."""
    others = (~np.isnan(similarities)).sum(axis=1) - 1
    ranks = np.full_like(similarities, np.nan)
    for column in range(similarities.shape[1]):
        value = similarities[:, column : column + 1]
        below = (similarities < value).sum(axis=1) + ((similarities == value).sum(axis=1) - 1) / 2
        known = ~np.isnan(value[:, 0]) & (others > 0)
        ranks[known, column] = below[known] / others[known]
    return ranks


def _main_directions(X: Vectors) -> Vectors:
    """Return ``X`` in its main directions, (m, DIRECTIONS) at most."""
    centred = X - X.mean(axis=0)
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    return np.ascontiguousarray(centred @ directions[:, -DIRECTIONS:].astype(np.float32))
