"""What can be asked of any head, native or a classifier or regressor of scikit-learn."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from langalign.heads.base import Head, Labels
from langalign.tasks import CLASSIFICATION, SIMILARITY, Task


def is_fitted(head: Any) -> bool:
    """Return whether a head has been fitted."""
    return hasattr(head, "classes_") or hasattr(head, "n_features_in_")


def unfrozen(head: Any) -> Any:
    """Return what scikit-learn's ``FrozenEstimator`` holds; any other head as it is."""
    frozen = sys.modules.get("sklearn.frozen")  # not imported: then nothing is wrapped in it
    return head.estimator if frozen and isinstance(head, frozen.FrozenEstimator) else head


def task_of(head: Any) -> Task:
    """Return the kind of task of a head; a foreign one without classes predicts numbers."""
    head = unfrozen(head)
    if isinstance(head, Head):
        return head.task
    return CLASSIFICATION if hasattr(head, "classes_") else SIMILARITY


def classes_of(head: Any) -> Labels:
    """Return the classes or labels of a fitted head; none for one that predicts numbers."""
    return np.asarray(getattr(head, "classes_", np.empty(0, dtype=np.str_)))
