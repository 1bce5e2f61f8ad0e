"""How well translations are found among vectors, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.evaluation.cells import cells_of
from langalign.evaluation.intervals import (
    LEVEL,
    N_RESAMPLES,
    Interval,
    percentile_interval,
    wilson_interval,
)
from langalign.evaluation.resampling import bootstrap
from langalign.retrieval import answer_ranks, mean_reciprocal_rank, xsim_errors
from langalign.retrieval.both_ways import NEIGHBOURHOOD
from langalign.tasks import SIMILARITY
from langalign.vectors import as_vectors, require_same_rows

DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Scores of retrieval in one direction, with 95 % intervals over queries.

    Parameters
    ----------
    values
        ``precision@1``, ``precision@5``, ``precision@10`` and ``mrr`` by cosine, and ``xsim``, the
        error rate by margin: lower is better.
    intervals
        Of each: Wilson's of precision and xSIM, which are shares, and the bootstrap's of ``mrr``.
    n
        Queries, and so candidates.
    """

    values: dict[str, float]
    intervals: dict[str, Interval]
    n: int

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            **self.values,
            "intervals": {name: interval.as_list() for name, interval in self.intervals.items()},
            "n": self.n,
        }


def evaluate_retrieval(
    queries: Any,
    keys: Any,
    *,
    neighbourhood: int = NEIGHBOURHOOD,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> RetrievalScores:
    """Score how well each query finds its own key among all.

    Parameters
    ----------
    queries, keys
        Vectors of one space, shape (n, d) each; query i belongs to key i.
    neighbourhood
        Of the margin behind xSIM.
    n_resamples, random_state
        Bootstrap resamples behind the interval of ``mrr``, and their seed.

    Raises
    ------
    VectorError
        If something is no array of vectors, or the shapes differ.

    Notes
    -----
    Queries are resampled, candidates stay as they are: more candidates make retrieval harder, so
    that scores of sets of different sizes do not compare.

    Examples
    --------
    >>> scores = evaluate_retrieval(np.eye(4), np.eye(4)[[0, 1, 3, 2]])
    >>> scores.values["precision@1"], scores.values["xsim"]
    (0.5, 0.5)
    """
    Q, K = as_vectors(queries, name="queries"), as_vectors(keys, name="keys")
    require_same_rows(Q, K, names=("queries", "keys"))
    ranks = answer_ranks(Q, K)
    of_queries = {f"precision@{depth}": ranks <= depth for depth in DEPTHS}
    of_queries["xsim"] = xsim_errors(Q, K, neighbourhood=neighbourhood)
    values = {name: float(hits.mean()) for name, hits in of_queries.items()}
    values["mrr"] = mean_reciprocal_rank(ranks)
    # Where all queries are answered rightly, the bootstrap's would have no width.
    intervals = {
        name: wilson_interval(int(hits.sum()), len(Q)) for name, hits in of_queries.items()
    }
    intervals["mrr"] = mean_interval(1 / ranks, n_resamples=n_resamples, random_state=random_state)
    return RetrievalScores(values=values, intervals=intervals, n=len(Q))


def mean_interval(rows: Any, *, n_resamples: int = N_RESAMPLES, random_state: int = 0) -> Interval:
    """Return the 95 % bootstrap interval of the mean of numbers, one per query, shape (n,).

    Examples
    --------
    >>> mean_interval(np.ones(10))
    Interval(low=1.0, high=1.0)
    """
    numbers = np.asarray(rows, dtype=np.float64)
    cells = cells_of(numbers, task=SIMILARITY)
    values = np.asarray(cells.classes, dtype=np.float64)[cells.codes[0]]
    means = bootstrap(
        cells,
        lambda counts: counts @ values / cells.n,
        n_resamples=n_resamples,
        random_state=random_state,
    )
    return percentile_interval(means, float(numbers.mean()), LEVEL)
