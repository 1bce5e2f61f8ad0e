"""Pairs in which nothing stands twice: the best first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval.both_ways import BothWays
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of rows with their scores, the highest first.

    Parameters
    ----------
    queries, keys
        Row numbers, shape (n_pairs,) each; none stands twice.
    scores
        Shape (n_pairs,).
    """

    queries: NDArray[np.int64]
    keys: NDArray[np.int64]
    scores: Vectors


def one_to_one(found: BothWays) -> Matches:
    """Return pairs of candidates from both directions, the best first, each row once at most.

    A pair is taken if neither of its rows stands in a better one. So the pairs above a threshold
    are always the beginning of the list, whatever the threshold. A row all of whose candidates are
    taken gets none.

    Parameters
    ----------
    found
        Candidates of each side.

    References
    ----------
    Artetxe, M. and Schwenk, H. (2019), arXiv 1811.01136, section 3.2: the strategy "max score".

    Examples
    --------
    >>> from langalign.retrieval.both_ways import nearest_both_ways
    >>> one_to_one(nearest_both_ways(np.eye(3), np.eye(3)[::-1])).keys.tolist()
    [2, 1, 0]
    """
    queries, keys, scores = _candidates(found)
    order = np.lexsort((keys, queries, -scores))
    free_queries = np.ones(len(found.forward.indices), dtype=bool)
    free_keys = np.ones(len(found.backward.indices), dtype=bool)
    taken = []
    for place, query, key in zip(
        order.tolist(), queries[order].tolist(), keys[order].tolist(), strict=True
    ):
        if free_queries[query] and free_keys[key]:
            free_queries[query] = free_keys[key] = False
            taken.append(place)
    return Matches(queries[taken], keys[taken], scores[taken])


def _candidates(found: BothWays) -> tuple[NDArray[np.int64], NDArray[np.int64], Vectors]:
    k = found.forward.indices.shape[1]
    queries = np.repeat(np.arange(len(found.forward.indices)), k)
    keys = np.repeat(np.arange(len(found.backward.indices)), k)
    return (
        np.concatenate([queries, found.backward.indices.ravel()]),
        np.concatenate([found.forward.indices.ravel(), keys]),
        np.concatenate([found.forward.scores.ravel(), found.backward.scores.ravel()]),
    )
