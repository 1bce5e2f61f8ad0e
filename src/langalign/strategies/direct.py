"""A head trained on some vectors and applied to target vectors as they are."""

from __future__ import annotations

from typing import Any

from langalign.agreement import reference_head
from langalign.heads.base import Head, Labels
from langalign.heads.logistic import LogisticHead
from langalign.text_pairs import features
from langalign.vectors import Vectors, as_vectors


class DirectClassifier:
    """Logistic regression, its strength chosen by cross-validation on its own labels."""

    def __init__(self, X: Vectors, y: Labels, *, random_state: int) -> None:
        self.head: Head = reference_head(
            LogisticHead(), features(X), y, n_folds=5, random_state=random_state
        )

    def predict(self, X: Any) -> Labels:
        """Return a label for each vector, (n, d) or (n, 2, d)."""
        return self.head.predict(features(as_vectors(X, name="X", pairs=True)))
