"""Kinds of task: classes, sets of labels, or numbers; and labels as each kind reads them.

A text has one of several classes (``classification``), any number of labels (``multilabel``), or a
number (``similarity``, usually of a pair). Labels are one-dimensional arrays everywhere: a set of
labels is one string, ``"anger|joy"``, sorted; the empty set is the separator alone, ``"|"``, which
a file can hold where an empty cell means a label that is missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError, SettingError

Task = Literal["classification", "multilabel", "similarity"]
Numbers = NDArray[np.float64]

CLASSIFICATION: Task = "classification"
MULTILABEL: Task = "multilabel"
SIMILARITY: Task = "similarity"
TASKS: tuple[Task, ...] = (CLASSIFICATION, MULTILABEL, SIMILARITY)

SEPARATOR = "|"
EMPTY = SEPARATOR
"""A text without any label."""
MANY_NUMBERS = 20
"""Different whole numbers that may be classes however rarely each occurs."""


def infer_task(labels: Iterable[Any]) -> Task:
    """Return the kind of task that labels look like.

    1. Some label is text with ``|`` in it: ``multilabel``.
    2. All are numbers, or text that reads as numbers, and one has a fraction: ``similarity``.
    3. All are whole numbers, more than 20 different ones, and they occur less than twice on
       average: ``similarity``. Other whole numbers are classes, however many: they may be ids.
    4. Else: ``classification``.

    Where this is wrong (scores from 1 to 5 look like classes), the task can be set.

    Examples
    --------
    >>> infer_task(["joy", "anger|joy"]), infer_task(["4.2", "3.0"]), infer_task(["1", "5", "3"])
    ('multilabel', 'similarity', 'classification')
    """
    found = np.asarray(labels if isinstance(labels, np.ndarray) else list(labels)).ravel().tolist()
    if any(isinstance(label, str) and SEPARATOR in label for label in found):
        return MULTILABEL
    numbers = [_number(label) for label in found]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return CLASSIFICATION
    if any(not number.is_integer() for number in known):
        return SIMILARITY
    different = len(set(known))
    rare = different > MANY_NUMBERS and len(known) < 2 * different
    return SIMILARITY if rare else CLASSIFICATION


def require_task(task: str) -> Task:
    """Return a kind of task that a user named.

    Raises
    ------
    SettingError
        If there is no such kind.
    """
    for known in TASKS:
        if task == known:
            return known
    raise SettingError(f"task={task!r}: expected one of {', '.join(map(repr, TASKS))}, or None")


def as_numbers(labels: Any) -> Numbers:
    """Return numbers, or text that reads as numbers, as float64 of shape (n,).

    Raises
    ------
    DataError
        If one is no finite number (its row is named), or there is more than one axis.

    Examples
    --------
    >>> as_numbers(["4.2", "3"])
    array([4.2, 3. ])
    """
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(f"labels: expected one axis, got shape {array.shape} (bad input shape)")
    given = array.tolist()
    numbers = [_number(label) for label in given]
    for row, number in enumerate(numbers):
        if number is None:
            raise DataError(
                f"labels: row {row} is {given[row]!r:.40}, not a finite number (NaN or infinity, "
                "or Unknown label type: text); a similarity needs one in every row. Drop this "
                "row, or set task='classification'"
            )
    return np.array(numbers, dtype=np.float64)


def is_number(label: str) -> bool:
    """Return whether a label of a file reads as a finite number.

    Examples
    --------
    >>> is_number("4.2"), is_number("nan"), is_number("warm")
    (True, False, False)
    """
    return _number(label) is not None


def labels_in(row: str, task: Task) -> tuple[str, ...]:
    """Return the classes or single labels that a row of a file names; none where it is a number.

    Examples
    --------
    >>> labels_in("joy|anger", "multilabel"), labels_in("joy|anger", "classification")
    (('anger', 'joy'), ('joy|anger',))
    """
    if task == SIMILARITY:
        return ()
    return split_labels(row) if task == MULTILABEL else (row,)


def split_labels(joined: str) -> tuple[str, ...]:
    """Return the labels of one row, sorted, each once.

    Examples
    --------
    >>> split_labels("joy|anger"), split_labels("|")
    (('anger', 'joy'), ())
    """
    return tuple(sorted({part.strip() for part in joined.split(SEPARATOR)} - {""}))


def join_labels(labels: Iterable[str]) -> str:
    """Return labels as one string, sorted; the empty set is ``"|"``.

    Raises
    ------
    DataError
        If a label holds the separator itself.

    Examples
    --------
    >>> join_labels(["joy", "anger"]), join_labels([])
    ('anger|joy', '|')
    """
    if isinstance(labels, str):
        raise DataError(f"labels: expected a list of labels, got one string; write [{labels!r}]")
    kept = sorted(set(labels))
    wrong = [label for label in kept if SEPARATOR in label or not label.strip()]
    if wrong:
        raise DataError(
            f"label {wrong[0]!r}: expected text without {SEPARATOR!r}, which stands between the "
            "labels of a row; replace it"
        )
    return SEPARATOR.join(kept) or EMPTY


def as_sets(labels: Any) -> NDArray[np.str_]:
    """Return rows of joined labels in their one spelling: sorted, each label once, shape (n,).

    Examples
    --------
    >>> as_sets(["joy|anger", "|"]).tolist()
    ['anger|joy', '|']
    """
    rows = np.asarray(labels).tolist()
    return np.array([SEPARATOR.join(split_labels(str(row))) or EMPTY for row in rows])


def atomic_labels(sets: Iterable[str]) -> list[str]:
    """Return all labels that occur in rows of joined labels, sorted.

    Examples
    --------
    >>> atomic_labels(["joy|anger", "|", "fear"])
    ['anger', 'fear', 'joy']
    """
    return sorted({label for joined in set(sets) for label in split_labels(joined)})


def indicator(sets: Sequence[str], classes: Sequence[str]) -> NDArray[np.bool_]:
    """Mark which row has which label, shape (n, n_labels); labels not in ``classes`` are left out.

    Examples
    --------
    >>> indicator(["anger|joy", "|"], ["anger", "fear", "joy"]).astype(int)
    array([[1, 0, 1],
           [0, 0, 0]])
    """
    place = {label: column for column, label in enumerate(classes)}
    marked = np.zeros((len(sets), len(classes)), dtype=bool)
    for row, joined in enumerate(sets):
        for label in split_labels(joined):
            if label in place:
                marked[row, place[label]] = True
    return marked


def joined_rows(marked: NDArray[np.bool_], classes: Sequence[str]) -> NDArray[np.str_]:
    """Undo :func:`indicator`: return one string of labels per row, shape (n,).

    Examples
    --------
    >>> joined_rows(np.array([[True, True], [False, False]]), ["anger", "joy"]).tolist()
    ['anger|joy', '|']
    """
    names = np.asarray(classes)
    return np.array([SEPARATOR.join(sorted(names[row].tolist())) or EMPTY for row in marked])


def _number(label: Any) -> float | None:
    """Return a label as a number, ``None`` where it is none, or not a finite one."""
    if isinstance(label, bool) or not isinstance(label, str | int | float):
        return None
    if isinstance(label, str) and "_" in label:  # Python reads 1_000 as a number
        return None
    try:
        number = float(label)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
