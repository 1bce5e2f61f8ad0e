"""What choosing well would be worth: settings picked WITH the test labels. Never a result."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from langalign.alignment.space_map import SpaceMap
from langalign.alignment.task import AlignmentTask
from langalign.evaluation.cells import cells_of
from langalign.evaluation.metrics import Metric, score_of
from langalign.heads.base import Labels, Probabilities
from langalign.strategies.aligned import aligned_classifier
from langalign.strategies.base import Problem
from langalign.tasks import CLASSIFICATION
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors


def oracle_predictions(
    problem: Problem,
    aligner_name: str,
    direction: str,
    test_X: Vectors,
    truth: Labels,
    metric: Metric,
    *,
    random_state: int = 0,
) -> Labels:
    """Return the predictions of that candidate which scores best on the test labels.

    Of two classes each candidate stands at its best threshold.

    Parameters
    ----------
    problem
        What the candidates are fitted on.
    aligner_name, direction
        Which strategy.
    test_X, truth
        Target vectors and the labels that the best is picked by.
    metric
        What it is best in.
    random_state
        Seed of aligners that have one.
    """
    task = open_task(problem, aligner_name, direction, random_state=random_state)
    with one_blas_thread():
        tried = list(_all_predictions(task, test_X, truth))
    return max(
        tried,
        key=lambda predicted: score_of(cells_of(truth, predicted, task=problem.kind), metric),
    )


def open_task(
    problem: Problem, aligner_name: str, direction: str, *, random_state: int = 0
) -> AlignmentTask:
    """Return what an aligned strategy works on, with every setting still open."""
    model = aligned_classifier(problem, aligner_name, direction, random_state)
    return AlignmentTask(
        aligner=model.aligner,
        head=model.head,
        forward=direction == "forward",
        spread=model.spread,
        X=problem.X,
        y=problem.y,
        source=problem.source,
        target=problem.target,
        unlabeled=problem.unlabeled,
    )


def served_by_each(task: AlignmentTask, test_X: Vectors) -> Iterator[tuple[SpaceMap, Vectors]]:
    """Yield every candidate map, fitted on all pairs, and what a head sees of target vectors."""
    centred = test_X - task.frames.target_task
    rows = np.arange(len(task.source))
    for family in task.aligner_families():
        for space_map in task.align_each(family, rows):
            yield space_map, task.served(centred, space_map)


def _all_predictions(task: AlignmentTask, test_X: Vectors, truth: Labels) -> Iterator[Labels]:
    """Yield the test predictions of every candidate aligner with every candidate head."""
    heads = task.head_candidates()
    for space_map, served in served_by_each(task, test_X):
        for head in task.train_each(heads, space_map):
            if task.kind == CLASSIFICATION and len(head.classes_) == 2:
                yield best_of_two(head.predict_proba(served)[:, 1], head.classes_, truth)
            else:
                yield head.predict(served)


def best_of_two(probabilities: Probabilities, classes: Labels, truth: Labels) -> Labels:
    """Return the labels at that threshold which is right most often, all of shape (n,).

    Parameters
    ----------
    probabilities
        Of the second class.
    classes
        Both, in the order of the head.
    truth
        The labels that the threshold is picked by.

    Examples
    --------
    >>> import numpy as np
    >>> best_of_two(np.array([0.1, 0.3, 0.2]), np.array(["no", "yes"]), ["no", "yes", "yes"])
    array(['no', 'yes', 'yes'], dtype='<U3')
    """
    order = np.argsort(-probabilities, kind="stable")
    falling, second = probabilities[order], np.asarray(truth)[order] == classes[1]
    # Entry k: rows that are right where the k most probable ones are of the second class.
    right = np.append(0, np.cumsum(second)) + np.append(np.cumsum(~second[::-1])[::-1], 0)
    apart = np.concatenate([[True], falling[1:] != falling[:-1], [True]])
    k = int(np.where(apart, right, -1).argmax())
    in_second = np.zeros(len(truth), dtype=np.int64)
    in_second[order[:k]] = 1
    labels: Labels = classes[in_second]
    return labels
