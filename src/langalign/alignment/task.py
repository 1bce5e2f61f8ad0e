"""The data of one fit on arrays, and the steps that choosing and fitting share.

Aligning, mapping the labelled vectors and training a head are written once here:
:mod:`langalign.alignment.choice` calls them for every candidate, and
:class:`~langalign.alignment.aligned_classifier.AlignedClassifier` for the one that was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from langalign.agreement import outputs_of
from langalign.agreement.measure import Outputs
from langalign.aligners.base import Aligner
from langalign.alignment.frames import Frames
from langalign.alignment.space_map import SpaceMap
from langalign.alignment.taught_pairs import TaughtPairs
from langalign.errors import DataError
from langalign.folds import Integers
from langalign.heads.base import Head, Labels, Probabilities, fit_each
from langalign.heads.traits import is_fitted, task_of
from langalign.probabilities.class_priors import class_factors
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY
from langalign.text_pairs import features, once_each
from langalign.vectors import Vectors

NEARLY_ALL = 0.75
"""Share of the pairs with which a map that is expensive to fit is taken for one of all pairs."""


class AlignmentTask:
    """Labelled source vectors, pairs, unlabelled target vectors, and what is done with them.

    Parameters
    ----------
    aligner, head
        Unfitted, with open settings; ``head`` may be fitted in reverse.
    forward
        Whether source vectors are mapped to the target space, or the other way.
    spread
        See :class:`~langalign.alignment.aligned_classifier.AlignedClassifier`.
    X, y
        Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels as the head's kind of
        task reads them.
    source, target
        Vectors of the pairs' two sides, (m, d) or (m, 2, d).
    unlabeled
        Vectors of target texts like those to be classified.
    class_shares
        How frequent each class is among them, where that is known.
    """

    def __init__(
        self,
        *,
        aligner: Aligner,
        head: Any,
        forward: bool,
        spread: str | None,
        X: Vectors | None,
        y: Labels | None,
        source: Vectors,
        target: Vectors,
        unlabeled: Vectors | None,
        class_shares: Mapping[Any, float] | None = None,
    ) -> None:
        self.aligner, self.head, self.forward, self.spread = aligner, head, forward, spread
        self.X, self.y, self.source, self.target = X, y, source, target
        self.unlabeled = unlabeled if X is not None else None
        self.class_shares = class_shares
        self.frames = Frames.of(
            source, target, labeled=X, unlabeled=unlabeled, y=y, class_shares=class_shares
        )
        self.kind = task_of(head)
        self.reads_pairs = X.ndim == 3 if X is not None else self._head_reads_pairs()
        self.taught: TaughtPairs | None = None
        self._reverse_heads: list[Any] = []
        self._kept: dict[str, SpaceMap] = {}

    def align(self, aligner: Aligner) -> SpaceMap:
        """Fit an aligner on all pairs.

        One that is expensive to fit, and was fitted on nearly as many when settings were chosen, is
        not fitted again.
        """
        if repr(aligner) in self._kept:
            return self._kept[repr(aligner)]
        return next(self.align_each([aligner], np.arange(len(self.source))))

    def align_each(self, aligners: Sequence[Aligner], rows: Integers) -> Iterator[SpaceMap]:
        """Fit variants of an aligner between the centred sides of some pairs."""
        source, target = once_each(self.source[rows], self.target[rows])
        centred = source - self.frames.source_pairs, target - self.frames.target_pairs
        start, goal = self._directed(*centred)
        fitted = SpaceMap.fit_each(aligners, start, goal, spread=self.spread)
        for aligner, space_map in zip(aligners, fitted, strict=True):
            if not aligner.closed_form and len(rows) >= NEARLY_ALL * len(self.source):
                self._kept[repr(aligner)] = space_map
            yield space_map

    def teach(self, reference: Any) -> None:
        """Let heads learn from the pairs too, as ``reference`` labels their source side.

        Where the aligner asks for it, a head is trained on target vectors, it parts classes, and
        pairs are of the kind that it reads.
        """
        readable = self.reads_pairs == (self.source.ndim == 3)
        if self.aligner.teaches and self.forward and self.kind == CLASSIFICATION and readable:
            target = self.target - self.frames.target_pairs
            self.taught = TaughtPairs.by(reference, self.referred(self.source), target)

    def referred(self, source: Vectors) -> Vectors:
        """Return what a head of the source language sees of the pairs' source side: the features.

        They are moved to where its own texts lie.
        """
        return features(source + (self.frames.source_task - self.frames.source_pairs))

    def train(self, head: Any, space_map: SpaceMap) -> Head:
        """Fit a head on the labelled source vectors: aligned and centred, or as they are."""
        fitted: Head = head.fresh().fit(*self._examples(space_map))
        return fitted

    def train_each(
        self, heads: Sequence[Any], space_map: SpaceMap, rows: Integers | None = None
    ) -> Iterable[Any]:
        """Fit several heads alike; in reverse they do not depend on the map: they are fitted once.

        One that is fitted already is given back as it is. Of the pairs those of ``rows`` may teach.
        """
        if is_fitted(heads[0]):
            return heads
        if self.forward:
            return fit_each(heads, *self._examples(space_map, rows))
        if not self._reverse_heads:
            self._reverse_heads = list(fit_each(heads, *self._examples(space_map)))
        return self._reverse_heads

    def served(self, centred: Vectors, space_map: SpaceMap) -> Vectors:
        """Return what a head sees of target vectors around their origin: the features."""
        if self.forward:
            return features(centred)
        return features(space_map.transform(centred) + self.frames.source_task)

    def class_factors(self, head: Any) -> Probabilities | None:
        """Return how much more frequent each class is than in training.

        ``None`` where that is not known, or there are no probabilities to move.
        """
        if self.class_shares is None or self.y is None or not hasattr(head, "predict_proba"):
            return None
        weight = getattr(head, "class_weight", None)
        return class_factors(self.class_shares, self.y, head.classes_, class_weight=weight)

    def shares_without_centring(self, head: Any, space_map: SpaceMap) -> Probabilities | None:
        """Return the predicted share of each class among the unlabelled texts without centring.

        Of each label, where a text can have several; ``None`` for numbers.

        A large difference from the shares with centring has one of two reasons, and unlabelled text
        cannot show which: another domain, which centring corrects, or other class frequencies,
        which it gets wrong.
        """
        if self.unlabeled is None or self.kind == SIMILARITY:
            return None
        centred = self.unlabeled - self.frames.target_pairs
        if self.forward:
            X, y = self.labeled()
            trained = features(space_map.transform(X - self.frames.source_pairs))
            head = head.fresh().fit(*self._with_pairs(trained, y))
            served = features(centred)
        else:
            served = features(space_map.transform(centred) + self.frames.source_pairs)
        probabilities = outputs_of(head, served)
        shares: Probabilities = (probabilities >= 0.5).mean(axis=0)
        if self.kind != MULTILABEL:
            predicted = probabilities.argmax(axis=1)
            shares = np.bincount(predicted, minlength=len(head.classes_)) / len(served)
        return shares

    def outputs_on_unlabeled(self, head: Any, space_map: SpaceMap) -> Outputs | None:
        """Return a head's outputs on the unlabelled texts, where there are any."""
        if self.unlabeled is None:
            return None
        centred = self.unlabeled - self.frames.target_task
        return outputs_of(head, self.served(centred, space_map))

    def majority_share(self) -> float:
        """Return the share of the most frequent class: as given, or among the labels."""
        if self.class_shares is not None:
            return max(self.class_shares.values())
        _, y = self.labeled()
        return float(np.unique(y, return_counts=True)[1].max() / len(y))

    def aligner_families(self) -> list[list[Aligner]]:
        """Return the unfitted aligners to choose between, each as its variants."""
        return self.aligner.families(*self._directed(_texts(self.source), _texts(self.target)))

    def head_candidates(self) -> list[Any]:
        """Return the unfitted heads to choose from, or the one that is fitted already."""
        if is_fitted(self.head):
            return [self.head]
        X, _ = self.labeled()
        if self.forward:
            # The head will be trained at the target's spread, which its penalties are scaled to.
            X = (X - self.frames.source_task) * np.float32(self._relative_spread())
        candidates: list[Any] = self.head.candidates(features(X))
        return candidates

    def _relative_spread(self) -> float:
        source, target = (
            float(_texts(side).var(axis=0, dtype=np.float64).mean())
            for side in (self.source, self.target)
        )
        return float(np.sqrt(target / source)) if source > 0 and target > 0 else 1.0

    def labeled(self) -> tuple[Vectors, Labels]:
        """Return the labelled source vectors and their labels.

        Raises
        ------
        DataError
            If there are none.
        """
        if self.X is None or self.y is None:
            raise DataError("no labelled source data to train a head on")
        return self.X, self.y

    def _examples(
        self, space_map: SpaceMap, rows: Integers | None = None
    ) -> tuple[Vectors, Labels]:
        """Return what a head is trained on: features and labels."""
        X, y = self.labeled()
        if not self.forward:
            return features(X), y
        return self._with_pairs(features(space_map.transform(X - self.frames.source_task)), y, rows)

    def _with_pairs(
        self, Z: Vectors, y: Labels, rows: Integers | None = None
    ) -> tuple[Vectors, Labels]:
        """Return examples, with pairs of ``rows`` beside them where these teach."""
        return (Z, y) if self.taught is None else self.taught.beside(Z, y, rows)

    def _directed(self, source: Vectors, target: Vectors) -> tuple[Vectors, Vectors]:
        """Return the two sides as the map goes: from the first to the second."""
        return (source, target) if self.forward else (target, source)

    def _head_reads_pairs(self) -> bool:
        width = getattr(self.head, "n_features_in_", self.source.shape[-1])
        return bool(width == 4 * self.source.shape[-1])


def _texts(X: Vectors) -> Vectors:
    """Return one row per text, for rows that are texts or pairs of texts."""
    return X.reshape(-1, X.shape[-1])
