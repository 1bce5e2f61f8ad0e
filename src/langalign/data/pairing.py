"""Parallel pairs of texts made of parallel sentences."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.errors import DataError


def paired(parallel: ParallelText, rows: NDArray[Any]) -> ParallelText:
    """Return parallel pairs: row numbers (i, j) give (a_i, a_j), translated by (b_i, b_j).

    Parameters
    ----------
    parallel
        Single sentences.
    rows
        Row numbers of the first and the second text of each pair, shape (m, 2).

    Raises
    ------
    DataError
        If the rows of ``parallel`` are pairs already.

    Examples
    --------
    >>> import numpy as np
    >>> parallel = ParallelText(["Hello", "Thanks"], ["안녕", "고마워"], "en", "ko")
    >>> paired(parallel, np.array([[1, 0]])).target
    (('고마워', '안녕'),)
    """
    source, target = (
        [(_single(side[i]), _single(side[j])) for i, j in rows.tolist()]
        for side in (parallel.source, parallel.target)
    )
    return ParallelText(tuple(source), tuple(target), parallel.source_lang, parallel.target_lang)


def _single(text: Text) -> str:
    if not isinstance(text, str):
        raise DataError("expected parallel single texts to make pairs of; these are pairs already")
    return text
