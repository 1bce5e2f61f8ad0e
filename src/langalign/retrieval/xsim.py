"""xSIM: the error rate of retrieval by margin, as LASER measures encoders."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.retrieval.both_sides import both_sides
from langalign.retrieval.both_ways import NEIGHBOURHOOD
from langalign.retrieval.local_means import require_neighbourhood
from langalign.retrieval.neighbours import BLOCK_BYTES, similarity_blocks, unit_sides
from langalign.retrieval.scoring import margins
from langalign.vectors import require_same_rows


def xsim(
    queries: Any,
    keys: Any,
    *,
    scoring: str = "ratio",
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
) -> float:
    """Return the share of queries whose best neighbour by margin is not their own key.

    Takes and raises what :func:`xsim_errors` does.

    Examples
    --------
    >>> xsim(np.eye(4), np.eye(4)[[0, 1, 3, 2]])
    0.5
    """
    return float(
        xsim_errors(
            queries, keys, scoring=scoring, neighbourhood=neighbourhood, block_bytes=block_bytes
        ).mean()
    )


def xsim_errors(
    queries: Any,
    keys: Any,
    *,
    scoring: str = "ratio",
    neighbourhood: int = NEIGHBOURHOOD,
    block_bytes: int = BLOCK_BYTES,
) -> NDArray[np.bool_]:
    """Return for each query whether its best neighbour by margin is another than its own key.

    As LASER defines it, the margin only orders the nearest keys by cosine, as many as the
    neighbourhood holds.

    Parameters
    ----------
    queries, keys
        Shape (n, d) each; query i belongs to key i.
    scoring
        ``"ratio"`` as LASER's default, ``"distance"``, ``"csls"`` or ``"cosine"``.
    neighbourhood, block_bytes
        As in :func:`~langalign.retrieval.both_ways.nearest_both_ways`.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    VectorError
        If something is no array of vectors, or the shapes differ.
    SettingError
        If ``scoring`` is unknown, or ``neighbourhood`` below 1.

    References
    ----------
    Artetxe, M. and Schwenk, H. (2019). Margin-based parallel corpus mining with multilingual
    sentence embeddings. arXiv 1811.01136.
    Heffernan, K., Celebi, O. and Schwenk, H. (2022). Bitext mining using distilled sentence
    representations for low-resource languages. arXiv 2205.12654, section 3.1.
    """
    Q, K = unit_sides(queries, keys, 1)
    require_same_rows(Q, K, names=("queries", "keys"))
    require_neighbourhood(neighbourhood)
    k = min(neighbourhood, len(K))
    found, back = both_sides(similarity_blocks(Q, K, block_bytes), len(K), k=k, k_back=k)
    near_queries, near_keys = found.scores.mean(axis=1), back.scores.mean(axis=1)
    scores = margins(found.scores, near_queries[:, None], near_keys[found.indices], scoring)
    best = np.take_along_axis(found.indices, scores.argmax(axis=1)[:, None], axis=1)
    return np.asarray(best[:, 0] != np.arange(len(Q)))
