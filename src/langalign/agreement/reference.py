"""The head that speaks for the source language, and what heads give as arrays of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement.measure import HeldOut, Outputs
from langalign.folds import Integers, grouped_folds, row_groups
from langalign.heads.base import ClassifierHead, Head, Labels, fit_each
from langalign.heads.labels import read_labels
from langalign.heads.weighting import weighing_all
from langalign.probabilities.temperature import fit_temperature
from langalign.tasks import MULTILABEL, SIMILARITY, atomic_labels, indicator
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors


def reference_head(
    head: Head, Z: Vectors, y: Labels, *, n_folds: int = 3, random_state: int = 0
) -> Head:
    """Return the English head, its own strength chosen by English cross-validation.

    That choice is legitimate here: it is scored on the language it is trained on.
    """
    y = read_labels(y, head.task)
    with one_blas_thread():
        variants = weighing_all(head, y).candidates(Z)
        if len(variants) > 1:
            folds = grouped_folds(row_groups(Z), n_folds, random_state)
            # Fitted in the way in which it was scored: after those before it.
            variants = variants[: _best(variants, Z, y, folds) + 1]
        *_, fitted = fit_each(variants, Z, y)
        return fitted


def held_out_outputs(
    reference: Head, Z: Vectors, y: Labels, *, n_folds: int = 3, random_state: int = 0
) -> HeldOut | None:
    """Return what heads like the English one give for English rows that they were not fitted on.

    ``None`` for a head that predicts numbers, and where no fold has all classes to learn from.
    """
    if not isinstance(reference, ClassifierHead):
        return None
    y, classes = read_labels(y, reference.task), reference.classes_.tolist()
    found, truth = [], []
    with one_blas_thread():
        for held_out in grouped_folds(row_groups(Z), n_folds, random_state):
            training = np.setdiff1d(np.arange(len(Z)), held_out)
            if not _marked(y[training], classes, reference.task).any(axis=0).all():
                continue  # a class is missing
            found.append(outputs_of(reference.fresh().fit(Z[training], y[training]), Z[held_out]))
            truth.append(_marked(y[held_out], classes, reference.task).astype(np.float64))
    if not found:
        return None
    return HeldOut(expected=np.concatenate(truth), outputs=np.concatenate(found))


def reference_temperature(reference: Head, english: HeldOut | None) -> float:
    """Return the temperature at which the English head is as sure as it is right on English.

    1 where there are no outputs for held-out English rows to go by.
    """
    if english is None:
        return 1.0
    exclusive = reference.task != MULTILABEL
    return fit_temperature(english.outputs, english.expected, exclusive=exclusive)


def outputs_of(head: Any, Z: Vectors) -> Outputs:
    """Return probabilities, or the numbers of a head that has no classes, shape (n, n_outputs).

    A classifier without probabilities is certain of its labels.
    """
    if hasattr(head, "predict_proba"):
        return np.asarray(head.predict_proba(Z), dtype=np.float64)
    predicted = np.asarray(head.predict(Z))
    if not hasattr(head, "classes_"):
        return predicted.astype(np.float64).reshape(len(predicted), 1)
    certain: Outputs = (predicted[:, None] == np.asarray(head.classes_)).astype(np.float64)
    return certain


def _marked(y: Labels, classes: list[Any], task: str) -> NDArray[np.bool_]:
    """Mark which row has which class, shape (n, n_classes)."""
    if task == MULTILABEL:
        return indicator(y.tolist(), classes)
    marked: NDArray[np.bool_] = y[:, None] == np.array(classes)
    return marked


def _best(variants: Sequence[Head], Z: Vectors, y: Labels, folds: Sequence[Integers]) -> int:
    """Return the variant that predicts held-out rows best; of equals the first, the strongest."""
    predicted: list[list[NDArray[Any]]] = [[] for _ in variants]
    scored = []
    for held_out in folds:
        training = np.setdiff1d(np.arange(len(Z)), held_out)
        if len(np.unique(y[training])) < 2:
            continue
        scored.append(y[held_out])
        fitted = fit_each(variants, Z[training], y[training])
        for found, head in zip(predicted, fitted, strict=True):
            found.append(head.predict(Z[held_out]))
    if not scored:
        return 0
    truth = np.concatenate(scored)
    balanced = _is_balanced(variants[0])
    reached = [
        goodness(truth, np.concatenate(found), variants[0].task, balanced=balanced)
        for found in predicted
    ]
    return int(np.argmax(reached))


def _is_balanced(head: Any) -> bool:
    """Return whether a head, native or scikit-learn's, weights rows so that classes count alike."""
    return bool(getattr(head, "class_weight", None) == "balanced")


def goodness(truth: Labels, predicted: Labels, task: str, *, balanced: bool = False) -> float:
    """Return how good predictions are, for choosing among heads of one kind of task.

    Rows that are right, micro-F1 of labels, or the squared error with its sign turned. Where heads
    are ``balanced``, and rare classes are to count like frequent ones: the mean over classes of the
    share of their rows that is right, or macro-F1 of labels.
    """
    if task == SIMILARITY:
        return -float(((truth - predicted) ** 2).sum())
    if task != MULTILABEL:
        right = truth == predicted
        if balanced:
            return float(np.mean([right[truth == label].mean() for label in np.unique(truth)]))
        return float(right.sum())
    # A class that is missing from a fold's training rows is missing from its predictions.
    classes = atomic_labels([*truth, *predicted])
    wanted, found = indicator(truth.tolist(), classes), indicator(predicted.tolist(), classes)
    axis = 0 if balanced else None
    both, either = (wanted & found).sum(axis=axis), wanted.sum(axis=axis) + found.sum(axis=axis)
    return float(np.mean(2 * both / np.maximum(either, 1)))
