"""Hubs: vectors that are among the nearest of very many others, and those that are of none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError
from langalign.retrieval import nearest

NEIGHBOURS = 10
"""As in the paper, where the skewness is written S_N10."""


@dataclass(frozen=True, slots=True)
class Hubness:
    r"""How unequally often keys are among the k nearest of queries.

    Parameters
    ----------
    skewness
        Of :math:`N_k`, the number of queries that a key is among the nearest of:
        :math:`E[(N_k - \mu)^3] / \sigma^3`. 0 where all keys occur alike; large where a few are
        near to everything.
    antihub_share
        Share of the keys that are among the nearest of no query, and so are never found.
    largest_share
        Share of the queries that have the most frequent key among their nearest.
    """

    skewness: float
    antihub_share: float
    largest_share: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def hubness(queries: Any, keys: Any = None, *, k: int = NEIGHBOURS) -> Hubness:
    """Measure hubs by cosine.

    Parameters
    ----------
    queries
        Shape (n_queries, d).
    keys
        Shape (n_keys, d); by default the queries, of which none is its own neighbour.
    k
        Neighbours of each query; where there are fewer keys, all.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the widths differ.
    SettingError
        If ``k`` is below 1, or there is a single vector and no keys.

    References
    ----------
    Radovanović, M., Nanopoulos, A. and Ivanović, M. (2010). Hubs in space: popular nearest
    neighbors in high-dimensional data. Journal of Machine Learning Research 11, 2487-2531.

    Examples
    --------
    Of 101 queries each has the first key as its nearest:

    >>> queries = np.ones((101, 2))
    >>> found = hubness(queries, np.vstack([[1, 1], -np.ones((99, 2))]), k=1)
    >>> found.antihub_share, found.largest_share
    (0.99, 1.0)
    """
    if k < 1:
        raise SettingError(f"k={k}: expected at least 1 (10 is usual)")
    if keys is None:
        counts = _counts_within(queries, k)
    else:
        found = nearest(queries, keys, min(k, len(keys))).indices
        counts = np.bincount(found.ravel(), minlength=len(keys))
    return Hubness(
        skewness=_skewness(counts),
        antihub_share=float((counts == 0).mean()),
        largest_share=float(counts.max() / len(queries)),
    )


def _counts_within(X: Any, k: int) -> NDArray[np.int64]:
    """Return how often each row is among the ``k`` nearest of the others."""
    n = len(X)
    if n < 2:
        raise SettingError("hubs among 1 vector: expected at least 2, or keys to look among")
    k = min(k, n - 1)
    found = nearest(X, X, k + 1).indices
    # A row is its own nearest, unless others equal it; one of them is then left out instead.
    own = found == np.arange(n)[:, None]
    own[~own.any(axis=1), -1] = True
    return np.bincount(found[~own], minlength=n)


def _skewness(counts: NDArray[np.int64]) -> float:
    from scipy.stats import skew

    return float(skew(counts)) if counts.min() < counts.max() else 0.0
