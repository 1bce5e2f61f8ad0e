"""Nothing at inference: what moves target vectors in front of a head, folded into the head."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.affine import AffineAligner
from langalign.alignment.space_map import SpaceMap
from langalign.heads.base import Head
from langalign.vectors import Vectors


def folded_map(
    head: Any,
    space_map: SpaceMap,
    *,
    source_origin: Vectors,
    target_origin: Vectors,
    reads_pairs: bool,
) -> Head | None:
    r"""Return a head of raw target vectors that stands for a reverse map and the head after it.

    With an affine aligner :math:`A(y) = yC + b`, the spread's factors :math:`S` and the origins
    :math:`t_0, s_0` of both spaces, a head's first layer :math:`zW + c` is served

    .. math:: z = \bigl((y - t_0)C + b\bigr)S + s_0,
              \quad\text{so that}\quad zW + c = y\,(CSW) + \bigl((b - t_0C)S + s_0\bigr)W + c.

    Parameters
    ----------
    head
        Fitted on source vectors.
    space_map
        From centred target vectors to centred source vectors.
    source_origin, target_origin
        :math:`s_0`, shape (d_source,), and :math:`t_0`, shape (d_target,).
    reads_pairs
        Whether rows are siamese pairs, whose features are not affine in their vectors.

    Returns
    -------
    Head or None
        ``None`` where something stands in between that is not affine, or the head was brought
        along.
    """
    aligner = space_map.aligner
    if reads_pairs or not isinstance(head, Head) or not isinstance(aligner, AffineAligner):
        return None
    coef = aligner.coef_.astype(np.float64)
    shift = aligner.intercept_ - target_origin @ coef
    scale = space_map.spread.scale_
    weights, offset = _scaled(coef, scale), _scaled(shift, scale) + source_origin
    folded: Head = head.absorb(weights, offset)
    return folded


def at_inference(direction: str, aligner: Any, head: Any, *, reads_pairs: bool) -> str:
    """Say what is added to the head at inference, and what was folded into it.

    Examples
    --------
    >>> at_inference("forward", None, None, reads_pairs=False)
    'nothing added: centring is folded into the head'
    """
    if direction == "forward":
        return "nothing added: centring is folded into the head"
    name = type(aligner).__name__
    if not isinstance(head, Head):
        return f"{name} before the head, not folded: the head is a foreign one"
    if not isinstance(aligner, AffineAligner):
        return f"{name} before the head, not folded: it is no affine map"
    if reads_pairs:
        return f"{name} before the head, not folded: |u - v| and u * v of pairs are not affine"
    return f"nothing added: centring, {name} and spread are folded into the head"


def _scaled(rows: NDArray[np.float64], scale: Vectors) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = rows @ scale if scale.ndim == 2 else rows * scale
    return scaled
