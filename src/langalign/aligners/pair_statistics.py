"""What closed-form aligners need of pairs: sums whose size does not grow with the pairs."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from langalign.aligners.block_sums import BlockSums
from langalign.aligners.moments import BLOCK, Folds
from langalign.aligners.scatter import Scatter
from langalign.errors import DataError, SettingError, SpaceMismatchError
from langalign.vectors import as_array, as_float32, require_same_rows

if TYPE_CHECKING:
    from typing import Self

N_PARTS = 6
"""Halves and thirds can be made of them: what any aligner holds out to choose its settings."""

SPAN = 2**20
"""Pairs of which the means of blocks are kept, until their scatter is added up."""

WIDEST_BLOCK = BLOCK * 1024
"""Numbers a block may hold: of wider vectors fewer rows are taken at a time."""


@dataclass(frozen=True, slots=True)
class PairStatistics:
    """Sufficient statistics of row-parallel vectors: counts, means and sums of products.

    They take less than (d_source + d_target)^2 float64 numbers per part, for ten pairs as for a
    billion. They are additive: the sum over shards is that of all pairs, up to rounding. An aligner
    with ``fit_statistics`` is fitted on them alone.

    Pairs are dealt to parts in turn, so that settings can be chosen on held-out pairs. Addition
    continues the dealing: the sums of shards, added in order, have the parts of one file of all
    pairs. In another order the total is the same, up to rounding, and the chosen setting may differ
    where two are equally good.

    Products are of float32 blocks from which their means were subtracted, summed in float64. Up to
    8192 pairs are multiplied in float64: while there are fewer pairs than dimensions, rounding must
    not fill the directions in which no pair varies.

    Parameters
    ----------
    parts
        Row i is in part i modulo their number.
    source, target
        Fingerprints of the two spaces, where they are known; those of other spaces are not added.
    shards
        Names of the shards that were counted, where they have names; none is counted twice.
    complete
        Whether all of Y'Y is there. Its diagonal alone is enough for ``linear`` and all others that
        do not whiten the target, and takes three quarters of the work.

    Examples
    --------
    >>> import numpy as np
    >>> from langalign.aligners.linear import Linear
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> Y = X @ np.diag([1.0, 2.0, 3.0])
    >>> shards = [PairStatistics.of(X[start::2], Y[start::2]) for start in (0, 1)]
    >>> np.diag(Linear().fit_statistics(shards[0] + shards[1]).coef_).round(2)
    array([1., 2., 3.], dtype=float32)
    """

    parts: tuple[Scatter, ...]
    source: str | None = None
    target: str | None = None
    shards: tuple[str, ...] = ()
    complete: bool = True

    @classmethod
    def of(
        cls,
        X: Any,
        Y: Any,
        *,
        n_parts: int = N_PARTS,
        source: str | None = None,
        target: str | None = None,
    ) -> Self:
        """Return the statistics of pairs.

        Parameters
        ----------
        X, Y
            Row-parallel, shapes (n, d_source) and (n, d_target). They are read in blocks: a
            memory-mapped array of any length takes the memory of a block.
        n_parts
            One is enough for aligners that hold out nothing (``linear``, ``mean-shift``).
        source, target
            Fingerprints of the two spaces.

        Raises
        ------
        VectorError
            If these are no vectors, or their rows do not correspond.
        SettingError
            If there are no parts.
        """
        if n_parts < 1:
            raise SettingError(f"n_parts={n_parts!r}: expected a number of at least 1")
        X, Y = as_array(X, name="X"), as_array(Y, name="Y")
        none = cls.none(X.shape[1], Y.shape[1], n_parts=n_parts)
        return replace(none, source=source, target=target).extended(X, Y)

    @classmethod
    def none(cls, d_source: int, d_target: int, *, n_parts: int = N_PARTS) -> Self:
        """Return the statistics of no pairs, to be extended."""
        return cls((Scatter.none(d_source, d_target),) * n_parts)

    @property
    def n(self) -> int:
        """Number of pairs."""
        return sum(part.n for part in self.parts)

    @property
    def widths(self) -> tuple[int, int]:
        """Widths of the source and of the target space."""
        d_source, d_target = self.parts[0].moments.xy.shape
        return d_source, d_target

    def extended(self, X: Any, Y: Any) -> Self:
        """Return the statistics with more pairs; dealing goes on where it stopped.

        Raises
        ------
        VectorError
            If these are no vectors of the same widths, or their rows do not correspond.
        """
        if not len(X) and not len(Y):
            return self
        d_source, d_target = self.widths
        X, Y = as_array(X, name="X", dim=d_source), as_array(Y, name="Y", dim=d_target)
        require_same_rows(X, Y, names=("X", "Y"))
        exact = self.n + len(X) <= BLOCK
        parts = list(self.parts)
        for start in range(0, len(X), SPAN):
            span = slice(start, start + SPAN)
            sums = self._sums(X[span], Y[span], dealt=self.n + start, row=start, exact=exact)
            for number, one in sums.items():
                parts[number] += one.scatter()
        return replace(self, parts=tuple(parts))

    def _sums(
        self, X: NDArray[Any], Y: NDArray[Any], *, dealt: int, row: int, exact: bool
    ) -> dict[int, BlockSums]:
        """Return the sums of pairs by part, after so many were dealt; ``row`` is the first's."""
        n_parts = len(self.parts)
        sums = {
            number: BlockSums(*self.widths, exact=exact, complete=self.complete)
            for number in {(dealt + pair) % n_parts for pair in range(min(n_parts, len(X)))}
        }
        rows = rows_at_once(n_parts, max(self.widths))
        for start in range(0, len(X), rows):
            x = as_float32(X[start : start + rows], name="X", first_row=row + start)
            y = as_float32(Y[start : start + rows], name="Y", first_row=row + start)
            for first in range(min(n_parts, len(x))):
                own = slice(first, None, n_parts)
                sums[(dealt + start + first) % n_parts].add(x[own], y[own])
        return sums

    def named(self, shard: str) -> Self:
        """Return the same statistics, counted from a shard of this name."""
        return replace(self, shards=(shard,))

    def __add__(self, other: PairStatistics) -> PairStatistics:
        """Return the statistics of the pairs of both; dealing goes on where it stopped.

        Raises
        ------
        SpaceMismatchError
            If they are of different spaces.
        SettingError
            If they have different numbers of parts.
        DataError
            If a shard would be counted twice.
        """
        self._require_addable(other)
        dealt = self.n % len(self.parts)
        others = (*other.parts[-dealt:], *other.parts[:-dealt]) if dealt else other.parts
        return PairStatistics(
            tuple(map(operator.add, self.parts, others)),
            self.source if self.source == other.source else None,
            self.target if self.target == other.target else None,
            (*self.shards, *other.shards),
            self.complete and other.complete,
        )

    def grouped(self, n_parts: int) -> PairStatistics:
        """Return the same statistics in fewer parts, as pairs would have been dealt to these.

        Raises
        ------
        SettingError
            If these parts cannot be made of the own ones.
        """
        if len(self.parts) % n_parts:
            raise SettingError(
                f"statistics of {len(self.parts)} part(s), and {n_parts} are needed to hold pairs "
                f"out; make them with n_parts={N_PARTS}, or fit 'linear'"
            )
        parts = tuple(total(self.parts[first::n_parts]) for first in range(n_parts))
        return replace(self, parts=parts)

    def total(self) -> Scatter:
        """Return the scatter of all pairs."""
        return total(self.parts)

    def held_out(self) -> Folds:
        """Return for each part the moments of the others, and its own about the others' means.

        The latter are as for pairs that a map has not seen. Empty parts are left out.
        """
        parts = [part for part in self.parts if part.n]
        folds = []
        for number, fold in enumerate(parts):
            others = total([*parts[:number], *parts[number + 1 :]])
            folds.append((others.moments, fold.about(others.x_mean, others.y_mean)))
        return folds

    def _require_addable(self, other: PairStatistics) -> None:
        if self.widths != other.widths or _differ(self, other):
            raise SpaceMismatchError(
                f"statistics of the spaces {self._spaces()} and {other._spaces()} do not add up; "
                "merge only those of vectors that the same encoders made"
            )
        if len(self.parts) != len(other.parts):
            raise SettingError(
                f"statistics of {len(self.parts)} and of {len(other.parts)} parts do not add up; "
                "make both with one n_parts"
            )
        twice = sorted(set(self.shards) & set(other.shards))
        if twice:
            raise DataError(
                f"{len(twice)} shard(s) would be counted twice, the first: {twice[0]}; give each "
                "shard's statistics once"
            )

    def _spaces(self) -> str:
        names = zip((self.source, self.target), self.widths, strict=True)
        return " -> ".join(f"{name or 'unknown'} ({width} dimensions)" for name, width in names)


def rows_at_once(n_parts: int, width: int) -> int:
    """Return how many rows are best given at once: enough for products to outweigh adding up."""
    return n_parts * min(BLOCK, max(1, WIDEST_BLOCK // width))


def total(parts: Sequence[Scatter]) -> Scatter:
    """Return the scatter of the pairs of all parts."""
    return functools.reduce(operator.add, parts)


def _differ(one: PairStatistics, other: PairStatistics) -> bool:
    sides = ((one.source, other.source), (one.target, other.target))
    return any(None not in side and side[0] != side[1] for side in sides)
