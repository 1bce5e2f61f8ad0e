"""Labels as each kind of task reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.tasks import MULTILABEL, SIMILARITY, Task, as_numbers, as_sets


def read_labels(y: Any, task: Task) -> NDArray[Any]:
    """Return labels as a kind of task reads them, shape (n,).

    Classes as :func:`as_labels` gives them, sets as strings in their one spelling, numbers as
    float64.

    Raises
    ------
    DataError
        If they cannot be read so.

    Examples
    --------
    >>> read_labels(["joy|anger", "|"], "multilabel").tolist()
    ['anger|joy', '|']
    >>> read_labels(["4.2", "3"], "similarity").tolist()
    [4.2, 3.0]
    """
    if task == SIMILARITY:
        return as_numbers(y)
    labels = as_labels(y)
    return as_sets(labels) if task == MULTILABEL else labels


def label_array(y: Any) -> NDArray[Any]:
    """Return labels as an array in which each is still what it was.

    NumPy would make text of a list that mixes kinds, ``"nan"`` of a label that is missing.

    Raises
    ------
    DataError
        If rows have different numbers of labels.

    Examples
    --------
    >>> label_array(["good", float("nan")]).tolist()
    ['good', nan]
    """
    if hasattr(y, "__array__") or isinstance(y, str) or not isinstance(y, Iterable):
        return np.asarray(y)
    try:
        return np.array([_plain(label) for label in y], dtype=object)
    except ValueError as error:
        raise DataError(
            f"labels: expected one axis, got rows of different lengths ({error})"
        ) from error


def as_labels(y: Any) -> NDArray[Any]:
    """Return labels as a one-dimensional array of strings, whole numbers or booleans.

    Raises
    ------
    DataError
        If ``y`` has more than one axis, is continuous, mixes kinds, or holds missing values or
        empty strings.
    """
    labels = label_array(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise DataError(f"labels: expected one axis, got shape {labels.shape} (bad input shape)")
    if labels.dtype.kind in "OT":
        labels = _of_one_kind(labels.astype(object))
    if labels.dtype.kind == "U":
        _require_named(labels)
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError("labels: Input y contains NaN or infinity; drop these rows")
        if (labels != labels.round()).any():
            raise DataError("labels: Unknown label type: continuous; expected classes")
    if labels.dtype.kind not in "Ubiuf":
        raise DataError(
            f"labels: Unknown label type: {labels.dtype}; expected strings, whole numbers or "
            "booleans"
        )
    return labels


def _require_named(labels: NDArray[np.str_]) -> None:
    """Raise :class:`DataError` where a label is empty: tables are read so where it is missing."""
    empty = [row for row, label in enumerate(labels.tolist()) if not label.strip()]
    if empty:
        raise DataError(
            f"labels: row {empty[0]} is {labels[empty[0]].item()!r} (of {len(empty)} such rows); "
            "drop rows without a label"
        )


def require_comparable(labels: NDArray[Any], predicted: NDArray[Any]) -> None:
    """Raise :class:`DataError` where one side is text and the other numbers: none would be equal.

    Parameters
    ----------
    labels, predicted
        As :func:`read_labels` gives them.
    """
    kinds = ["text" if side.dtype.kind == "U" else "numbers" for side in (labels, predicted)]
    if kinds[0] != kinds[1]:
        raise DataError(
            f"the labels are {kinds[0]} ({labels[:1].tolist()}), the classes of the fit {kinds[1]} "
            f"({predicted[:1].tolist()}); give labels of the kind that was fitted"
        )


def _of_one_kind(labels: NDArray[Any]) -> NDArray[Any]:
    """Return an array of Python objects as one of strings, numbers or booleans."""
    missing = [row for row, label in enumerate(labels) if _is_missing(label)]
    if missing:
        raise DataError(
            f"labels: row {missing[0]} has none, None or NaN (of {len(missing)} such rows)"
        )
    for row, label in enumerate(labels):
        if isinstance(label, Collection) and not isinstance(label, str | bytes):
            raise DataError(
                f"labels: row {row} is a {type(label).__name__}, expected one label; several "
                "labels of a text are one string, 'anger|joy'"
            )
    kinds = sorted({type(label).__name__ for label in labels})
    if len({_kind(label) for label in labels}) > 1:
        raise DataError(
            f"labels: they mix types ({', '.join(kinds)}); make them all strings or all numbers"
        )
    return np.array(labels.tolist())


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _kind(label: Any) -> str:
    """Return the kind of a label's type; all numbers are of one."""
    kind = np.asarray(label).dtype.kind
    return "number" if kind in "iuf" else kind


def _is_missing(label: Any) -> bool:
    try:
        return label is None or bool(label != label)
    except TypeError:  # pandas.NA is neither equal to itself nor different
        return True
    except ValueError:  # an array, which is no label
        return False
