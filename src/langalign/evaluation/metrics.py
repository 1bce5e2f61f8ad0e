"""Accuracy, averaged F1, correlations and the confusion matrix: pure functions of arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from langalign import correlation
from langalign.errors import SettingError
from langalign.evaluation.cells import Cells, Floats, cells_of
from langalign.evaluation.labels import encode_labels
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, Task, atomic_labels, indicator

Metric = Literal["accuracy", "macro_f1", "micro_f1", "spearman", "pearson"]
METRIC_NAMES: dict[Metric, str] = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro-F1",
    "micro_f1": "Micro-F1",
    "spearman": "Spearman",
    "pearson": "Pearson",
}
"""As people write them."""
CountMetric = Callable[[Cells, int, Floats], Floats]


def accuracy(y_true: Any, y_pred: Any) -> float:
    """Return the share of rows predicted rightly; both arguments of shape (n,).

    Raises
    ------
    DataError
        If the arguments are empty, of different lengths or not labels.

    Examples
    --------
    >>> accuracy(["a", "b", "b", "b"], ["a", "b", "b", "a"])
    0.75
    """
    return score_of(cells_of(y_true, y_pred), "accuracy")


def macro_f1(y_true: Any, y_pred: Any) -> float:
    """Return the mean over classes of F1; both arguments of shape (n,).

    Notes
    -----
    ``F1 = 2 TP / (2 TP + FP + FN)`` a class, averaged over the classes that occur in the truth or
    in the predictions: ``sklearn.metrics.f1_score(average="macro", zero_division=0)``.

    Raises
    ------
    DataError
        If the arguments are empty, of different lengths or not labels.

    Examples
    --------
    >>> round(macro_f1(["a", "b", "b", "b"], ["a", "b", "b", "a"]), 4)
    0.7333
    """
    return score_of(cells_of(y_true, y_pred), "macro_f1")


def confusion(y_true: Any, y_pred: Any, classes: Iterable[Any] | None = None) -> NDArray[np.int64]:
    """Count rows by truth (down) and prediction (across), shape (n_classes, n_classes).

    Parameters
    ----------
    y_true, y_pred
        Labels of shape (n,).
    classes
        Order of the classes; ``None`` takes all that occur, sorted.

    Raises
    ------
    DataError
        If a label is not among ``classes``, or the arguments do not fit together.

    Examples
    --------
    >>> confusion(["a", "b", "b"], ["a", "a", "b"], ["a", "b"])
    array([[1, 0],
           [1, 1]])
    """
    (truth, predicted), known = encode_labels(y_true, y_pred, classes=classes)
    k = len(known)
    return np.bincount(truth * k + predicted, minlength=k * k).reshape(k, k)


def score_of(cells: Cells, metric: str, column: int = 1) -> float:
    """Return a metric of the predictions in one column of counted rows."""
    score = count_metric(metric, cells.task)
    return float(score(cells, column, cells.counts[None].astype(np.float64))[0])


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """Return the metrics of a kind of task, the main one first.

    Examples
    --------
    >>> metrics_of("multilabel")
    ('macro_f1', 'micro_f1', 'accuracy')
    """
    return tuple(_METRICS[task])


def lowest(metric: Metric) -> float:
    """Return the least value that a metric can have; the greatest is 1."""
    return -1.0 if metric in _METRICS[SIMILARITY] else 0.0


def count_metric(metric: str, task: Task = CLASSIFICATION) -> CountMetric:
    """Return the function ``(cells, column, counts) -> scores`` of a metric.

    ``counts`` of shape (n_resamples, n_cells) stand in for the cells' own; the scores are of
    shape (n_resamples,).

    Raises
    ------
    SettingError
        If there is no such metric for this kind of task.
    """
    for known, score in _METRICS[task].items():
        if metric == known:
            return score
    raise SettingError(f"metric={metric!r}: expected one of {', '.join(map(repr, _METRICS[task]))}")


def _accuracy(cells: Cells, column: int, counts: Floats) -> Floats:
    right = cells.codes[0] == cells.codes[column]
    shares: Floats = counts[:, right].sum(axis=1) / counts.sum(axis=1)
    return shares


def _macro_f1(cells: Cells, column: int, counts: Floats) -> Floats:
    truth, predicted = cells.codes[0], cells.codes[column]
    each = np.eye(len(cells.classes))
    right = counts @ (each[truth] * (truth == predicted)[:, None])
    occurrences = counts @ (each[truth] + each[predicted])
    f1 = 2 * right / np.maximum(occurrences, 1)
    mean: Floats = f1.sum(axis=1) / (occurrences > 0).sum(axis=1)
    return mean


def _label_counts(cells: Cells, column: int, counts: Floats) -> tuple[Floats, Floats]:
    """Return rows that rightly have each label, and those that have it on either side, added."""
    labels = atomic_labels(cells.classes)
    marked = indicator(cells.classes, labels).astype(np.float64)
    truth, predicted = marked[cells.codes[0]], marked[cells.codes[column]]
    return counts @ (truth * predicted), counts @ (truth + predicted)


def _label_macro_f1(cells: Cells, column: int, counts: Floats) -> Floats:
    right, occurrences = _label_counts(cells, column, counts)
    f1 = 2 * right / np.maximum(occurrences, 1)
    # Without any label on either side there is nothing to be wrong about.
    occurring = (occurrences > 0).sum(axis=1)
    mean: Floats = np.where(occurring > 0, f1.sum(axis=1) / np.maximum(occurring, 1), 1.0)
    return mean


def _label_micro_f1(cells: Cells, column: int, counts: Floats) -> Floats:
    right, occurrences = (each.sum(axis=1) for each in _label_counts(cells, column, counts))
    share: Floats = np.where(occurrences > 0, 2 * right / np.maximum(occurrences, 1), 1.0)
    return share


def _pearson(cells: Cells, column: int, counts: Floats) -> Floats:
    return correlation.pearson(*_numbers(cells, column), counts)


def _spearman(cells: Cells, column: int, counts: Floats) -> Floats:
    return correlation.spearman(*_numbers(cells, column), counts)


def _numbers(cells: Cells, column: int) -> tuple[Floats, Floats]:
    values = np.array(cells.classes, dtype=np.float64)
    return values[cells.codes[0]], values[cells.codes[column]]


_METRICS: dict[Task, dict[Metric, CountMetric]] = {
    CLASSIFICATION: {"accuracy": _accuracy, "macro_f1": _macro_f1},
    MULTILABEL: {"macro_f1": _label_macro_f1, "micro_f1": _label_micro_f1, "accuracy": _accuracy},
    SIMILARITY: {"spearman": _spearman, "pearson": _pearson},
}
