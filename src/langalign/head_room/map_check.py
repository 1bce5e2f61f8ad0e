"""How good a map is on pairs it was not fitted on, beside what chance gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.errors import DataError
from langalign.folds import evenly, grouped_folds
from langalign.head_room.measured import Measured, ratio
from langalign.retrieval import csls_nearest, hits_at_k, nearest
from langalign.vectors import Vectors

FEWEST_PAIRS = 20
MOST_HELD_OUT = 2000
"""Enough for an interval of two hundredths; more candidates would only make retrieval harder."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How often a held-out text's nearest neighbour across languages is its translation's.

    Parameters
    ----------
    cosine, csls
        Precision at 1 from source to target.
    cosine_back, csls_back
        From target to source.
    """

    cosine: Measured
    csls: Measured
    cosine_back: Measured
    csls_back: Measured


@dataclass(frozen=True, slots=True)
class MapCheck:
    """What a map reaches on held-out pairs.

    Parameters
    ----------
    n
        Held-out pairs, and so the candidates in retrieval.
    explained_variance
        Share of the target's variance around its mean on the fitted pairs.
    explained_variance_shuffled
        The same of a map fitted on the same pairs, shuffled.
    aligned
        Retrieval with mapped source vectors, around the mean of the fitted pairs.
    unaligned
        Retrieval with the vectors as they are; ``None`` unless both sides are of one space.
    """

    n: int
    explained_variance: Measured
    explained_variance_shuffled: float
    aligned: Retrieval
    unaligned: Retrieval | None

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)

    def summary(self) -> str:
        """Return the figures in words, one per line."""
        return (
            f"On {self.n:,} held-out pairs:\n"
            f"  explained variance  {self.explained_variance.value:.3f}  "
            f"(pairs shuffled: {self.explained_variance_shuffled:.3f})\n"
            f"  precision@1         {self.aligned.cosine.value:.3f}  (chance: {1 / self.n:.3f}), "
            f"by CSLS {self.aligned.csls.value:.3f}"
        )


def hold_out(groups: NDArray[Any], n_parts: int, random_state: int) -> tuple[Integers, Integers]:
    """Part pairs into one part of ``n_parts`` to hold out, and the rest to fit on.

    Parameters
    ----------
    groups
        Pairs of one group stay on one side, shape (m,).
    n_parts
        At least 2.
    random_state
        Seed of the split.

    Returns
    -------
    held_out, rest : ndarray of int64
        Row numbers; of the rows held out at most two thousand, and one per group, so that each has
        one right answer.

    Raises
    ------
    DataError
        If there are fewer than twenty pairs, or too few groups to hold any out.
    """
    if len(groups) < FEWEST_PAIRS:
        raise DataError(
            f"{len(groups)} pairs are too few to hold any out (at least {FEWEST_PAIRS}); nothing "
            "can be said of the map's quality. Give more pairs."
        )
    folds = grouped_folds(groups, n_parts, random_state)
    if len(folds) < 2:
        raise DataError(
            "the pairs hang together by equal texts, so that none can be held out; give pairs of "
            "different texts"
        )
    fold = folds[0]
    rest = np.setdiff1d(np.arange(len(groups)), fold)
    _, firsts = np.unique(groups[fold], return_index=True)
    chosen = fold[np.sort(firsts)]
    return evenly(chosen, MOST_HELD_OUT), rest


def check_map(
    aligner: Aligner,
    X: Vectors,
    Y: Vectors,
    held_out: Integers,
    rest: Integers,
    *,
    one_space: bool = False,
    random_state: int = 0,
) -> MapCheck:
    """Fit a map on some pairs and measure it on others.

    Parameters
    ----------
    aligner
        Unfitted.
    X, Y
        Source and target vectors of the pairs, (m, d_source) and (m, d_target).
    held_out, rest
        Row numbers to measure on and to fit on; see :func:`hold_out`.
    one_space
        Whether both sides are of one space, so that they can be compared without a map.
    random_state
        Seed of shuffling and resampling.

    Examples
    --------
    >>> from langalign.aligners.linear import Linear
    >>> X = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    >>> check = check_map(Linear(), X, -X, *hold_out(np.arange(200), 10, 0))
    >>> check.n, check.aligned.cosine.value
    (20, 1.0)
    """

    def mapped(targets: Integers) -> Vectors:
        return aligner.fresh().fit(X[rest], Y[targets]).transform(X[held_out])

    return checked(
        mapped(rest),
        mapped(np.random.default_rng(random_state).permutation(rest)),
        (X[held_out], Y[held_out]),
        Y[rest].mean(axis=0),
        one_space=one_space,
        random_state=random_state,
    )


def checked(
    mapped: Vectors,
    by_chance: Vectors,
    held_out: tuple[Vectors, Vectors],
    mean: Vectors,
    *,
    one_space: bool = False,
    random_state: int = 0,
) -> MapCheck:
    """Measure mapped vectors of pairs that were held out.

    Parameters
    ----------
    mapped
        Their source vectors, mapped, (n, d_target).
    by_chance
        The same by a map that was fitted to shuffled pairs.
    held_out
        Their source and target vectors.
    mean
        The mean of the target vectors that the map was fitted to, (d_target,).
    one_space, random_state
        As in :func:`check_map`.
    """
    X, Y = held_out
    total = ((Y - mean) ** 2).sum(axis=1)

    def explained(result: Vectors) -> NDArray[Any]:
        return np.asarray(total - ((Y - result) ** 2).sum(axis=1))

    return MapCheck(
        n=len(Y),
        explained_variance=ratio(explained(mapped), total, random_state=random_state),
        explained_variance_shuffled=float(explained(by_chance).sum() / (total.sum() or 1.0)),
        aligned=_retrieval(mapped - mean, Y - mean, random_state),
        unaligned=_retrieval(X, Y, random_state) if one_space else None,
    )


def _retrieval(X: Vectors, Y: Vectors, random_state: int) -> Retrieval:
    def precision(search: Any, queries: Vectors, keys: Vectors) -> Measured:
        hits = hits_at_k(search(queries, keys).indices)
        return ratio(hits, np.ones(len(hits)), random_state=random_state)

    return Retrieval(
        cosine=precision(nearest, X, Y),
        csls=precision(csls_nearest, X, Y),
        cosine_back=precision(nearest, Y, X),
        csls_back=precision(csls_nearest, Y, X),
    )
