"""What heads of one affine layer share: running it, and folding an affine map into it."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from langalign.heads.base import Head
from langalign.vectors import Vectors

H = TypeVar("H", bound=Head)

ROWS = 8192
"""Rows turned into float64 at once, which bounds the memory that takes."""


def affine_scores(
    Z: Vectors, coef: NDArray[np.float32], intercept: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return ``Z @ coef + intercept``, shape (n, n_outputs).

    In float64: in float32 a row's score would depend on the rows beside it, as matrix products sum
    in another order at the edge of a block.
    """
    weights = coef.astype(np.float64)
    starts = range(0, max(1, len(Z)), ROWS)
    scores = np.concatenate([Z[at : at + ROWS].astype(np.float64) @ weights for at in starts])
    scores += intercept
    return scores


def folded(head: H, weights: NDArray[np.floating], offset: NDArray[np.floating]) -> H:
    """Return a head that does to ``f`` what ``head`` does to ``f @ weights + offset``.

    Parameters
    ----------
    head
        Fitted, with ``coef_`` of shape (d, n_outputs) and ``intercept_`` of shape (n_outputs,).
    weights, offset
        The map, (k, d) and (d,), in float32 or float64.
    """
    absorbed, state = head.fresh(), head.learned()
    vars(absorbed).update(
        state,
        n_features_in_=len(weights),
        coef_=(weights @ state["coef_"]).astype(np.float32),
        intercept_=(offset @ state["coef_"] + state["intercept_"]).astype(np.float32),
    )
    return absorbed
