"""A head trained on some vectors and applied to others as they are."""

from __future__ import annotations

from typing import Any

from langalign.agreement import reference_head
from langalign.heads.base import Head, Labels
from langalign.text_pairs import features
from langalign.vectors import Vectors, as_vectors


class HeadClassifier:
    """A fitted head in front of which pairs become features."""

    def __init__(self, head: Head) -> None:
        self.head = head

    def predict(self, X: Any) -> Labels:
        """Return a label for each vector, (n, d) or (n, 2, d)."""
        return self.head.predict(features(as_vectors(X, name="X", pairs=True)))


class DirectClassifier(HeadClassifier):
    """A head, its strength chosen by cross-validation on its own labels."""

    def __init__(self, head: Head, X: Vectors, y: Labels, *, random_state: int) -> None:
        super().__init__(reference_head(head, features(X), y, n_folds=5, random_state=random_state))
