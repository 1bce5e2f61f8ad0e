"""How many of the answers of a fully re-encoded index a migrated one gives as well."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.errors import DataError
from langalign.evaluation.intervals import Interval
from langalign.evaluation.retrieval_scores import mean_interval
from langalign.folds import pair_groups
from langalign.migration.migration_map import MigrationMap
from langalign.retrieval import nearest
from langalign.vectors import Vectors, as_vectors, require_same_rows

DEPTH = 10
FEWEST_TEXTS = 200
_HELD_OUT, _QUERIES = 0.3, 0.25
_MOST_QUERIES = 1000
_TOO_LITTLE = 0.8
_ADVICE = (
    "That is too little: a larger sample may help; else keep the old model, or encode all again."
)


@dataclass(frozen=True, slots=True)
class MigrationRecall:
    """Recall against full re-encoding, on texts that the map was not fitted on.

    Parameters
    ----------
    mapped
        Mean share of the nearest documents of a re-encoded index that the migrated one finds.
    interval
        95 % bootstrap interval over queries.
    unmapped
        The same with the old vectors as they are; ``None`` where the widths differ.
    nearest_kept
        How often the nearest document of a re-encoded index is among those that are found.
    k
        Nearest documents of a query that are compared.
    n_queries, n_documents, n_fitted
        Texts of each kind.
    """

    mapped: float
    interval: Interval
    unmapped: float | None
    nearest_kept: float
    k: int
    n_queries: int
    n_documents: int
    n_fitted: int

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"interval": self.interval.as_list()}

    @property
    def is_too_little(self) -> bool:
        """Whether the new index would miss more than a fifth of what is nearest."""
        return self.nearest_kept < _TOO_LITTLE

    def summary(self) -> str:
        """Return the figures in words."""
        raw = "" if self.unmapped is None else f"; old vectors as they are: {self.unmapped:.3f}"
        return (
            f"Recall@{self.k} against full re-encoding: {self.mapped:.3f} "
            f"({self.interval.low:.3f} to {self.interval.high:.3f}){raw}\n"
            f"  {self.nearest_kept:.3f} of the nearest documents are among the first {self.k}\n"
            f"  {self.n_queries:,} new queries, {self.n_documents:,} documents, none of them among "
            f"the {self.n_fitted:,} texts of the fit. Among more documents it is lower."
            + ("\n" + _ADVICE if self.is_too_little else "")
        )


def measure_recall(
    old: Any, new: Any, *, aligner: Aligner, k: int = DEPTH, random_state: int = 0
) -> MigrationRecall:
    """Hold out some texts of a sample, fit a map on the others, and compare answers.

    Queries are encoded by the new model, as they will be. Documents are texts that were held out:
    once mapped, and once as the new model encodes them. Rows that share a vector are one text: they
    are held out together, and one of them is asked for or found.

    Parameters
    ----------
    old, new
        Vectors of the same texts by both models, (n, d_old) and (n, d_new).
    aligner
        Unfitted.
    k
        Nearest documents that are compared.
    random_state
        Seed of the split and of the intervals.

    Raises
    ------
    DataError
        If the rows do not correspond, or there are fewer than two hundred different texts.

    Examples
    --------
    >>> from langalign.aligners.linear import Linear
    >>> rng = np.random.default_rng(0)
    >>> old = rng.normal(size=(400, 8))
    >>> found = measure_recall(old, old @ rng.normal(size=(8, 6)), aligner=Linear())
    >>> found.mapped > 0.95, found.unmapped, found.n_documents
    (True, None, 90)
    """
    X, Y = as_vectors(old, name="old vectors"), as_vectors(new, name="new vectors")
    require_same_rows(X, Y, names=("old vectors", "new vectors"))
    groups = pair_groups(X, Y)
    _, firsts = np.unique(groups, return_index=True)
    if len(firsts) < FEWEST_TEXTS:
        of = "" if len(firsts) == len(X) else f" ({len(X)} rows, of which many are the same)"
        raise DataError(
            f"{len(firsts)} texts were given{of}; a map and a test of it need at least "
            f"{FEWEST_TEXTS}, and a good map some thousands"
        )
    order = np.random.default_rng(random_state).permutation(len(firsts))
    held_out = firsts[order[: round(_HELD_OUT * len(firsts))]]
    fitted = np.flatnonzero(~np.isin(groups, groups[held_out]))
    n_queries = min(_MOST_QUERIES, round(_QUERIES * len(held_out)))
    queries, documents = Y[held_out[:n_queries]], held_out[n_queries:]
    found = MigrationMap.fit(X[fitted], Y[fitted], aligner=aligner)
    reference = nearest(queries, Y[documents], k).indices
    mapped = nearest(queries, found.transform(X[documents]), k).indices
    shares = shared(mapped, reference)
    raw = X.shape[1] == Y.shape[1]
    return MigrationRecall(
        mapped=float(shares.mean()),
        interval=mean_interval(shares, random_state=random_state),
        unmapped=_raw_recall(queries, X[documents], reference) if raw else None,
        nearest_kept=float((mapped == reference[:, :1]).any(axis=1).mean()),
        k=k,
        n_queries=n_queries,
        n_documents=len(documents),
        n_fitted=len(fitted),
    )


def shared(found: NDArray[np.int64], reference: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each row's reference that is found, for rows of k distinct numbers.

    Examples
    --------
    >>> shared(np.array([[1, 2], [3, 4]]), np.array([[2, 1], [4, 5]]))
    array([1. , 0.5])
    """
    both = (found[:, :, None] == reference[:, None, :]).any(axis=2)
    return np.asarray(both.mean(axis=1), dtype=np.float64)


def _raw_recall(queries: Vectors, documents: Vectors, reference: NDArray[np.int64]) -> float:
    found = nearest(queries, documents, reference.shape[1]).indices
    return float(shared(found, reference).mean())
