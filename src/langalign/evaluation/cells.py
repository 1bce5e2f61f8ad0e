"""Rows of labels counted by their combination: all that any metric here needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.evaluation.labels import Codes, encode_labels, label_list
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, Task, as_numbers, as_sets

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
        The labels behind the codes, sorted: classes, sets of labels as one string, or numbers.
    task
        Which of these they are.
    """

    codes: Codes
    counts: Codes
    classes: list[Any]
    task: Task = CLASSIFICATION

    @property
    def n(self) -> int:
        """Return the number of rows counted."""
        return int(self.counts.sum())


def cells_of(*columns: Any, task: Task = CLASSIFICATION) -> Cells:
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
    if task == SIMILARITY:
        columns = tuple(as_numbers(label_list(column)) for column in columns)
    elif task == MULTILABEL:
        columns = tuple(as_sets(label_list(column)) for column in columns)
    codes, classes = encode_labels(*columns)
    distinct, counts = np.unique(codes, axis=1, return_counts=True)
    return Cells(distinct, counts.astype(np.int64), classes, task)
