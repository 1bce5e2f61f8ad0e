"""Where each sample's origin lies: the means that centring subtracts.

A map between two spaces is fitted between centred pairs. Where the texts to be classified are
known (unlabelled), each side of the task is centred on its own sample, because the shift from the
parallel text's domain to the task's is mostly a shift of the mean. Where they are not, the pairs'
means serve the task too, which is the ordinary intercept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.transforms.center import Center
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Frames:
    """Origins of the four samples, each of shape (d,).

    Parameters
    ----------
    source_pairs, target_pairs
        Means of the two sides of the parallel text.
    source_task, target_task
        Origins of the labelled source texts and of the target texts to be classified.
    """

    source_pairs: Vectors
    target_pairs: Vectors
    source_task: Vectors
    target_task: Vectors

    @classmethod
    def of(
        cls,
        source_pairs: Vectors,
        target_pairs: Vectors,
        *,
        labeled: Vectors | None = None,
        unlabeled: Vectors | None = None,
        y: NDArray[Any] | None = None,
        class_shares: Mapping[Any, float] | None = None,
    ) -> Frames:
        """Measure the origins; the task has its own where both its sides are given.

        Centring assumes that classes are as frequent among the unlabelled texts as among the
        labelled ones. Where ``class_shares`` says how frequent they are, the labelled origin is
        the mean of the class means in these shares.
        """
        source, target = mean_vector(source_pairs), mean_vector(target_pairs)
        if labeled is None or unlabeled is None:
            return cls(source, target, source, target)
        origin = mean_vector(labeled)
        if class_shares is not None and y is not None:
            means = [share * mean_vector(labeled[y == c]) for c, share in class_shares.items()]
            origin = np.sum(means, axis=0, dtype=np.float32)
        return cls(source, target, origin, mean_vector(unlabeled))


def mean_vector(X: Vectors) -> Vectors:
    """Return the mean of all texts' vectors, rows or pairs, as float32 of shape (d,)."""
    return Center().fit(X.reshape(-1, X.shape[-1])).mean_
