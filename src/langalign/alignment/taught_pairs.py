"""Pairs as examples: what the source language's head is sure of on one side holds on the other.

A map is never exact, and a head that is trained on mapped vectors alone learns what is wrong with
them. The target side of the pairs are real target vectors. Their labels are those that the source
language's own head gives to the source side; no label of the target language is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement import outputs_of
from langalign.agreement.kappa import surest
from langalign.folds import Integers
from langalign.heads.base import Labels
from langalign.text_pairs import features
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from typing import Self

LABELS_A_PAIR = 2
"""More pairs say no more where the map is bad, and where it is good they say less than labels."""


@dataclass(frozen=True, slots=True, eq=False)
class TaughtPairs:
    """Pairs of whose label a head is sure.

    Parameters
    ----------
    sure
        Which pairs these are: of each class the half that it is surest of, shape (n_pairs,).
    labels
        What the head says of each pair, shape (n_pairs,).
    target
        The target side of all pairs around its mean, (n_pairs, d) or (n_pairs, 2, d).

    References
    ----------
    Wan, X. (2009). Co-training for cross-lingual sentiment classification. ACL (one language's
    classifier labels texts for the other's).

    Examples
    --------
    >>> from langalign.heads.logistic import LogisticHead
    >>> head = LogisticHead().fit(np.array([[-1.0], [1.0]]), ["bad", "good"])
    >>> source = np.array([[-3.0], [-0.1], [0.1], [2.0]])
    >>> pairs = TaughtPairs.by(head, source, 10 * source)
    >>> Z, y = pairs.beside(np.array([[6.0], [7.0], [8.0]]), np.array(["good", "bad", "good"]))
    >>> Z.ravel().tolist(), y.tolist()
    ([6.0, 7.0, 8.0, -30.0, 20.0], ['good', 'bad', 'good', 'bad', 'good'])
    """

    sure: NDArray[np.bool_]
    labels: Labels
    target: Vectors

    @classmethod
    def by(cls, head: Any, source: Vectors, target: Vectors) -> Self:
        """Label pairs by what a fitted classifier says of their source side, (n_pairs, d)."""
        outputs = outputs_of(head, source)
        ordered, said = np.sort(outputs, axis=1), outputs.argmax(axis=1)
        sure = surest(ordered[:, -1] - ordered[:, -2], said)
        return cls(sure, np.asarray(head.classes_)[said], target)

    def beside(self, Z: Vectors, y: Labels, rows: Integers | None = None) -> tuple[Vectors, Labels]:
        """Return features and labels, and after them those of pairs of ``rows``, by default all.

        Of each class there is one for two in ``y``, evenly taken, or repeated where there are
        fewer: what pairs weigh does not hang on their number, and classes stay as frequent as they
        were.
        """
        among = np.arange(len(self.target)) if rows is None else rows
        drawn = [among[:0]]
        for label, n in zip(*np.unique(y, return_counts=True), strict=True):
            own = among[self.sure[among] & (self.labels[among] == label)]
            if len(own):
                wanted = max(1, n // LABELS_A_PAIR)
                drawn.append(own[np.linspace(0, len(own), wanted, endpoint=False).astype(np.int64)])
        taken = np.concatenate(drawn)
        real = features(self.target[taken])
        return np.concatenate([Z, real]), np.concatenate([y, self.labels[taken]])
