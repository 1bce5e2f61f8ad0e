"""The predictor to beat before anything else: always the most frequent class."""

from __future__ import annotations

from collections import Counter
from typing import Any

from langalign.evaluation.comparison import Comparison, compare_predictions
from langalign.evaluation.intervals import LEVEL, N_RESAMPLES
from langalign.evaluation.labels import encode_labels, label_list
from langalign.evaluation.metrics import Metric
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, Task, as_sets


def majority_predictions(y_true: Any, *, task: Task = CLASSIFICATION) -> list[Any]:
    """Return the most frequent label of the test set, once a row; of equals the first sorted.

    Parameters
    ----------
    y_true
        Labels of shape (n,).
    task
        The kind of task: what the labels are. Sets of labels count as one in any spelling.

    Raises
    ------
    DataError
        If there are no labels.

    Examples
    --------
    >>> majority_predictions(["b", "a", "b"])
    ['b', 'b', 'b']
    >>> majority_predictions(["b", "b", "a|c", "c|a", "a|c"], task="multilabel")[0]
    'a|c'
    """
    encode_labels(y_true)
    labels = label_list(y_true)
    if task == MULTILABEL:
        labels = as_sets(labels).tolist()
    counts = Counter(sorted(labels))
    return [counts.most_common(1)[0][0]] * len(labels)


def majority_scores(y_true: Any, *, task: Task) -> Scores | None:
    """Return the scores of always answering the most frequent label; ``None`` for numbers.

    A constant has no correlation with anything.

    Parameters
    ----------
    y_true
        Labels of shape (n,).
    task
        The kind of task.

    Raises
    ------
    DataError
        If there are no labels.

    Examples
    --------
    >>> majority_scores(["b", "a", "b", "b"], task="classification").value("accuracy")
    0.75
    """
    if task == SIMILARITY:
        return None
    return evaluate_predictions(y_true, majority_predictions(y_true, task=task), task=task)


def against_majority(
    y_true: Any,
    y_pred: Any,
    metric: Metric = "macro_f1",
    *,
    task: Task = CLASSIFICATION,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> Comparison:
    """Compare predictions with the majority class of the test set itself.

    ``better`` of the result says whether the predictions are significantly above it; ``second``
    is the majority's score. The majority is taken from the test labels, which favours it.

    Parameters
    ----------
    y_true, y_pred
        Labels of shape (n,).
    metric, task, level, n_resamples, random_state
        As in :func:`langalign.evaluation.comparison.compare_predictions`.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths or not labels.
    SettingError
        If a setting has no meaning.

    Examples
    --------
    >>> truth = ["a"] * 60 + ["b"] * 40
    >>> against_majority(truth, truth).better, against_majority(truth, ["a"] * 100).better
    (True, False)
    """
    return compare_predictions(
        y_true,
        y_pred,
        majority_predictions(y_true, task=task),
        metric,
        task=task,
        level=level,
        n_resamples=n_resamples,
        random_state=random_state,
    )
