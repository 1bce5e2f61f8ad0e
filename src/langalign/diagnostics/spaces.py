"""All measures of a pair of spaces and of the linear map between them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.linear import Linear
from langalign.diagnostics.crosswise import mapped_crosswise
from langalign.diagnostics.hubness import Hubness, hubness
from langalign.diagnostics.isospectrality import FEWEST_ROWS, Isospectrality, isospectrality
from langalign.diagnostics.isotropy import iso_score
from langalign.diagnostics.part_fit import PartFit, fit_by_part
from langalign.vectors import Vectors, as_vectors, require_same_rows

MOST_SEARCHED = 2000
"""Rows among which hubs are counted: counts of more say the same."""


@dataclass(frozen=True, slots=True)
class SpaceDiagnostics:
    """How two spaces are made, and how the map between them does.

    Parameters
    ----------
    source_hubness, target_hubness
        Hubs within each side.
    mapped_hubness
        Hubs among target texts when mapped source texts look for them.
    source_isotropy, target_isotropy, mapped_isotropy
        IsoScore of each side, and of the mapped source; ``None`` of a side of one dimension.
    shape
        Isospectrality of the two sides; ``None`` with too few pairs.
    parts
        What the map explains of each part of the pairs; empty where no parts were named.
    """

    source_hubness: Hubness
    target_hubness: Hubness
    mapped_hubness: Hubness
    source_isotropy: float | None
    target_isotropy: float | None
    mapped_isotropy: float | None
    shape: Isospectrality | None
    parts: tuple[PartFit, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        shape = self.shape.as_dict() if self.shape else None
        return asdict(self) | {"shape": shape}


def diagnose_spaces(
    X: Any,
    Y: Any,
    *,
    groups: NDArray[Any] | None = None,
    parts: NDArray[Any] | None = None,
    random_state: int = 0,
) -> SpaceDiagnostics:
    """Measure both sides of pairs, and a linear map on pairs that it was not fitted on.

    Hubs are counted by cosine around each side's mean.

    Parameters
    ----------
    X, Y
        Source and target vectors of the pairs, (m, d_source) and (m, d_target).
    groups
        Pairs of equal group share a text, shape (m,); by default each is its own.
    parts
        Name of each pair's source, domain or length, shape (m,).
    random_state
        Seed of folds and samples.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the numbers of rows differ.
    DataError
        If the pairs cannot be split, nothing varies, or there is not one part a pair.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 4))
    >>> found = diagnose_spaces(X, -2 * X)
    >>> found.shape.difference, round(found.mapped_isotropy, 1)
    (0.0, 1.0)
    """
    X, Y = as_vectors(X, name="X"), as_vectors(Y, name="Y")
    require_same_rows(X, Y, names=("X", "Y"))
    own = np.arange(len(X)) if groups is None else np.asarray(groups)
    Z, T = mapped_crosswise(Linear(), X, Y, own, random_state)
    # Equal texts are neighbours of each other and of nothing else: one of each is used.
    _, firsts = np.unique(own, return_index=True)
    shown = np.random.default_rng(random_state).permutation(firsts)[:MOST_SEARCHED]
    x = X[shown] - X[shown].mean(axis=0)
    return SpaceDiagnostics(
        source_hubness=hubness(x),
        target_hubness=hubness(T[shown]),
        mapped_hubness=hubness(Z[shown], T[shown]),
        source_isotropy=_isotropy(X),
        target_isotropy=_isotropy(Y),
        mapped_isotropy=_isotropy(Z),
        shape=isospectrality(X[firsts], Y[firsts], random_state=random_state)
        if len(firsts) >= FEWEST_ROWS
        else None,
        parts=() if parts is None else fit_by_part(Z, T, np.asarray(parts)),
    )


def _isotropy(X: Vectors) -> float | None:
    return iso_score(X) if X.shape[1] > 1 and X.var(axis=0).any() else None
