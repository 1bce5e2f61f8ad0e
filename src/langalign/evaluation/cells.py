"""Rows of labels counted by their combination: all that any metric here needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.evaluation.labels import Codes, encode_labels

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The combinations of labels that occur, and how often.

    Parameters
    ----------
    codes
        Shape (n_columns, n_cells): the truth, then one row a prediction.
    counts
        Rows of data in each cell, shape (n_cells,).
    classes
        The labels behind the codes.
    """

    codes: Codes
    counts: Codes
    classes: list[Any]

    @property
    def n(self) -> int:
        """Return the number of rows counted."""
        return int(self.counts.sum())


def cells_of(*columns: Any) -> Cells:
    """Count the combinations of labels in columns of the same rows, each of shape (n,).

    Raises
    ------
    DataError
        As :func:`langalign.evaluation.labels.encode_labels` does.

    Examples
    --------
    >>> cells_of(["a", "b", "b"], ["a", "a", "a"]).counts
    array([1, 2])
    """
    codes, classes = encode_labels(*columns)
    distinct, counts = np.unique(codes, axis=1, return_counts=True)
    return Cells(distinct, counts.astype(np.int64), classes)
