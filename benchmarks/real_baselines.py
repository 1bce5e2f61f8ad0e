"""What LangAlign is measured against: the obvious short ways, native labels, and an oracle."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

from langalign.data import LabeledText
from langalign.experiment.oracle import open_task, served_by_each
from langalign.heads.base import Head, Labels
from langalign.heads.logistic import LogisticHead
from langalign.strategies import Problem
from langalign.threads import one_blas_thread
from langalign.vectors import Vectors


class TenLines:
    """Ten lines of scikit-learn at their defaults: Ridge(1.0), then LogisticRegression()."""

    uses_target_labels: ClassVar[bool] = False

    def fit(self, problem: Problem, *, random_state: int = 0) -> Any:
        """Map the labelled source vectors, train on them."""
        ridge = Ridge(1.0).fit(problem.source, problem.target)
        with one_blas_thread():
            head = LogisticRegression(max_iter=1000)
            return head.fit(ridge.predict(problem.X), problem.y)


class TunedNative:
    """Labelled target texts, the penalty tuned on labelled dev texts: the native ceiling."""

    uses_target_labels: ClassVar[bool] = True

    def __init__(self, dev_X: Vectors, dev_y: Labels) -> None:
        self.dev_X, self.dev_y = dev_X, dev_y

    def fit(self, problem: Problem, *, random_state: int = 0) -> Any:
        """Train one head a penalty and keep the best on dev."""
        X, y = problem.native()
        fitted = [head.fit(X, y) for head in LogisticHead().candidates(X)]
        return max(fitted, key=lambda head: head.score(self.dev_X, self.dev_y))


def tfidf_predictions(native: LabeledText, dev: LabeledText, test: LabeledText) -> NDArray[Any]:
    """Predict test texts by TF-IDF of character n-grams and logistic regression, tuned on dev."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    X = vectorizer.fit_transform(native.texts)
    dev_X, test_X = vectorizer.transform(dev.texts), vectorizer.transform(test.texts)
    fitted = [
        LogisticRegression(C=C, max_iter=300, tol=1e-3).fit(X, native.labels) for C in (1, 3, 10)
    ]
    best = max(fitted, key=lambda head: head.score(dev_X, dev.labels))
    return np.asarray(best.predict(test_X))


def best_linear_predictions(
    problem: Problem, direction: str, test_X: Vectors, test_y: Labels
) -> NDArray[Any]:
    """Return the best linear candidate's predictions, picked WITH the test labels: no result.

    Best in accuracy, at the threshold of its head; :mod:`langalign.experiment.oracle` moves that.
    """
    task = open_task(problem, "linear", direction)
    trained: list[Head] = []
    tried = []
    with one_blas_thread():
        for space_map, served in served_by_each(task, test_X):
            if task.forward or not trained:  # in reverse heads do not depend on the map
                candidates = LogisticHead().candidates(problem.X)
                trained = [task.train(head, space_map) for head in candidates]
            tried += [head.predict(served) for head in trained]
    return max(tried, key=lambda predicted: int((predicted == test_y).sum()))
