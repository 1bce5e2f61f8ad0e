"""Labels as they come from files and classifiers: checked, then coded as integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError

Codes = NDArray[np.int64]


def encode_labels(*columns: Any, classes: Iterable[Any] | None = None) -> tuple[Codes, list[Any]]:
    """Code columns of labels by their place among the classes.

    Parameters
    ----------
    columns
        Each of shape (n,): the truth first, then predictions of the same rows.
    classes
        The classes in the order wanted; ``None`` takes all that occur, sorted.

    Returns
    -------
    codes : ndarray of shape (n_columns, n), int64
    classes : list

    Raises
    ------
    DataError
        If a column is empty, not one-dimensional, holds a missing label or one outside
        ``classes``, if lengths differ, or if text is mixed with numbers.

    Examples
    --------
    >>> encode_labels(["good", "bad"], ["bad", "bad"])
    (array([[1, 0],
           [0, 0]]), ['bad', 'good'])
    """
    lists = [label_list(column) for column in columns]
    _require_same_rows(lists)
    occurring = set().union(*lists)
    _require_one_kind(occurring)
    known = sorted(occurring) if classes is None else label_list(list(classes))
    outside = occurring.difference(known)
    if outside:
        raise DataError(
            f"labels {_shown(outside)} are not among the classes {_shown(known)}; "
            "leave those rows out or add the classes"
        )
    place = {label: index for index, label in enumerate(known)}
    return np.array([[place[label] for label in column] for column in lists]), known


def label_list(column: Any) -> list[Any]:
    """Return one column of labels as a list of strings or numbers.

    Raises
    ------
    DataError
        If it is empty or not one-dimensional, or if a label is missing or of another type.
    """
    if isinstance(column, str):
        raise DataError(f"labels: expected one per row, given the string {column!r}; pass a list")
    array = column if isinstance(column, np.ndarray) else np.array(column, dtype=object)
    if array.ndim != 1:
        raise DataError(f"labels of shape {array.shape}: expected one label per row, shape (n,)")
    if not len(array):
        raise DataError("there are no labels: expected at least one row")
    labels: list[Any] = [
        item.item() if isinstance(item, np.generic) else item for item in array.tolist()
    ]
    for row, label in enumerate(labels):
        if not isinstance(label, (str, Real)) or label != label:
            raise DataError(
                f"label {row} is {label!r}: expected text or a number; leave out unlabelled rows"
            )
    return labels


def _require_same_rows(lists: Sequence[list[Any]]) -> None:
    lengths = [len(column) for column in lists]
    if len(set(lengths)) > 1:
        raise DataError(
            f"columns of labels with {' and '.join(map(str, lengths))} rows: truth and "
            "predictions must be of the same rows, in the same order"
        )


def _require_one_kind(labels: set[Any]) -> None:
    texts = {label for label in labels if isinstance(label, str)}
    if texts and texts != labels:
        raise DataError(
            f"labels mix text ({_shown(texts)}) and numbers ({_shown(labels - texts)}), which are "
            "never equal; convert one of the columns"
        )


def _shown(labels: Iterable[Any]) -> str:
    ordered = sorted(labels, key=str)
    return ", ".join(map(repr, ordered[:5])) + (", ..." if len(ordered) > 5 else "")
