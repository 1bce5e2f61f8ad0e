from __future__ import annotations

import itertools

import numpy as np
import pytest

from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.evaluation import evaluate_predictions
from langalign.evaluation.metrics import metrics_of
from langalign.experiment.oracle import best_of_two, oracle_predictions
from langalign.heads.default import default_head
from langalign.strategies import Problem, strategies
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, joined_rows

WIDTH = 8
TURN = np.linalg.qr(np.random.default_rng(0).standard_normal((WIDTH, WIDTH)))[0]


def rows(kind, n, seed, n_classes=2):
    """Return noisy source and target vectors of the same n texts, and labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, WIDTH))
    noisy = X[:, :3] + 0.4 * rng.standard_normal((n, 3))
    if kind == MULTILABEL:
        y = joined_rows(noisy > 0, ["joy", "anger", "fear"])
    elif kind == SIMILARITY:
        y = noisy[:, 0]
    else:
        y = np.array(["no", "maybe", "certainly"])[
            np.digitize(noisy[:, 0], [0, 1][: n_classes - 1])
        ]
    Y = X @ TURN + 0.7 * rng.standard_normal((n, WIDTH)) + 0.5
    return X.astype(np.float32), Y.astype(np.float32), y


def problem(kind, n_classes=2):
    X, _, y = rows(kind, 90, 1, n_classes)
    source, target, _ = rows(kind, 60, 2)
    return Problem(X, y, source, target, unlabeled=rows(kind, 40, 3)[1], task=kind)


def main_score(kind, truth, predicted):
    return evaluate_predictions(truth, predicted, task=kind, n_resamples=100).value(
        metrics_of(kind)[0]
    )


KINDS = [(CLASSIFICATION, 2), (CLASSIFICATION, 3), (MULTILABEL, 2), (SIMILARITY, 2)]


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize(("kind", "n_classes"), KINDS)
def test_no_candidate_is_above_the_oracle(kind, n_classes, direction):
    given = problem(kind, n_classes)
    _, test_X, truth = rows(kind, 70, 4, n_classes)
    found = oracle_predictions(given, "linear", direction, test_X, truth, metrics_of(kind)[0])
    best = main_score(kind, truth, found)

    name = "linear" if direction == "forward" else "reverse-linear"
    chosen = strategies.get(name)().fit(given)
    assert main_score(kind, truth, chosen.predict(test_X)) <= best
    reached = []
    for alpha, strength in itertools.product((0.1, 10.0), (0, -1)):
        head = default_head(kind).candidates(given.X)[strength]
        model = AlignedClassifier(Linear(alpha=alpha), head, direction=direction, select=False)
        fitted = model.fit(
            given.X,
            given.y,
            pairs=(given.source, given.target),
            unlabeled=given.unlabeled,
        )
        reached.append(main_score(kind, truth, fitted.predict(test_X)))
    # Of other strengths than those tried one may be better by a hair.
    assert max(reached) <= best + 0.02
    assert set(found) <= set(truth) | set(given.y) or kind != CLASSIFICATION


def test_it_looks_at_the_test_labels():
    given = problem(CLASSIFICATION)
    _, test_X, truth = rows(CLASSIFICATION, 70, 4)
    turned = np.where(truth == "no", "maybe", "no")
    found, other = (
        oracle_predictions(given, "linear", "forward", test_X, labels, "accuracy")
        for labels in (truth, turned)
    )
    assert not np.array_equal(found, other)


def test_the_best_threshold_is_that_of_trying_all():
    rng = np.random.default_rng(5)
    classes = np.array(["no", "certainly"])
    for _ in range(50):
        truth = classes[rng.integers(0, 2, 15)]
        probabilities = rng.integers(0, 6, 15) / 5  # with ties, which no threshold can part
        ends = [*np.unique(probabilities), 2.0]
        tried = [(classes[(probabilities >= end).astype(int)] == truth).sum() for end in ends]
        found = best_of_two(probabilities, classes, truth)
        assert (found == truth).sum() == max(tried)
        assert all(len(set(found[probabilities == value])) == 1 for value in set(probabilities))
