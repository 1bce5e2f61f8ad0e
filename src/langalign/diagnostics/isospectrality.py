"""Whether two spaces have one shape: the spectra of their nearest-neighbour graphs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.diagnostics.hubness import NEIGHBOURS
from langalign.errors import DataError
from langalign.retrieval import nearest
from langalign.vectors import Vectors, as_vectors, require_same_rows

MOST_ROWS = 1000
"""Of each half: a dense eigenvalue problem of this size takes a fifth of a second."""
FEWEST_ROWS = 2 * (NEIGHBOURS + 2)
SHARE_OF_SPECTRUM = 0.9

Spectrum = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Isospectrality:
    """How much two spaces differ in shape.

    Parameters
    ----------
    difference
        Between the spectra of the two sides of the same pairs; 0 where one is the other, turned.
    within
        Between two disjoint samples of one side: what chance gives.
    n
        Rows of each sample; both figures grow with it.
    """

    difference: float
    within: float
    n: int

    @property
    def times_chance(self) -> float:
        """Return the difference as a multiple of what two samples of one space differ by."""
        return self.difference / self.within if self.within > 0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"times_chance": self.times_chance}


def isospectrality(X: Any, Y: Any, *, random_state: int = 0) -> Isospectrality:
    r"""Compare the spectra of the nearest-neighbour graphs of two spaces.

    .. math:: \Delta = \sum_{i=1}^{k} (\lambda_i - \mu_i)^2

    with the eigenvalues, largest first, of the Laplacians (degrees minus adjacency) of the two
    graphs in which a row is joined to its ten nearest by cosine; k is the least number of
    eigenvalues that hold 90 % of the sum, of the two graphs the smaller. A linear map can only
    turn and stretch: where the graphs differ much, no such map joins the spaces well.

    Parameters
    ----------
    X, Y
        Both sides of pairs, (m, d_source) and (m, d_target); a sample is used, in two halves.
    random_state
        Seed of the sample.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the numbers of rows differ.
    DataError
        If there are fewer than 24 pairs.

    References
    ----------
    Søgaard, A., Ruder, S. and Vulić, I. (2018). On the limitations of unsupervised bilingual
    dictionary induction. ACL 2018. arXiv 1805.03620, section 2.2. There the graphs hold the most
    frequent words; here a random sample of texts.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> isospectrality(X, -X).difference
    0.0
    """
    X, Y = as_vectors(X, name="X"), as_vectors(Y, name="Y")
    require_same_rows(X, Y, names=("X", "Y"))
    if len(X) < FEWEST_ROWS:
        raise DataError(
            f"{len(X)} pairs are too few for graphs of {NEIGHBOURS} neighbours; give at least "
            f"{FEWEST_ROWS}"
        )
    n = min(MOST_ROWS, len(X) // 2)
    rows = np.random.default_rng(random_state).permutation(len(X))[: 2 * n]
    first, second = ((_spectrum(X[half]), _spectrum(Y[half])) for half in (rows[:n], rows[n:]))
    return Isospectrality(
        difference=(_difference(*first) + _difference(*second)) / 2,
        within=(_difference(first[0], second[0]) + _difference(first[1], second[1])) / 2,
        n=n,
    )


def _spectrum(X: Vectors) -> Spectrum:
    """Return the eigenvalues of the graph's Laplacian, largest first."""
    n = len(X)
    adjacency = np.zeros((n, n))
    neighbours = nearest(X, X, NEIGHBOURS + 1).indices
    adjacency[np.arange(n)[:, None], neighbours] = 1.0
    adjacency = np.maximum(adjacency, adjacency.T)
    np.fill_diagonal(adjacency, 0.0)
    laplacian = np.diag(adjacency.sum(axis=0)) - adjacency
    return np.asarray(np.linalg.eigvalsh(laplacian)[::-1], dtype=np.float64)


def _difference(first: Spectrum, second: Spectrum) -> float:
    k = min(_leading(first), _leading(second))
    return float(((first[:k] - second[:k]) ** 2).sum())


def _leading(spectrum: Spectrum) -> int:
    """Return how many of the largest eigenvalues hold the share of the sum that counts."""
    shares = np.cumsum(spectrum) / spectrum.sum()
    return int(np.searchsorted(shares, SHARE_OF_SPECTRUM)) + 1
