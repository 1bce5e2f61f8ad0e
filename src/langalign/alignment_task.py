"""The data of one fit on arrays, and the steps that choosing and fitting share.

Aligning, mapping the labelled vectors, training a head and predicting held-out pairs are written
once here; :mod:`langalign.agreement` calls them for every candidate, and
:class:`~langalign.aligned_classifier.AlignedClassifier` for the one that was chosen.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign import agreement
from langalign.agreement import Choice, outputs_of
from langalign.agreement.measure import Outputs
from langalign.aligners.base import Aligner
from langalign.class_priors import class_factors
from langalign.errors import DataError, FitWarning
from langalign.frames import Frames
from langalign.heads.base import Head, Labels, Probabilities, fit_each
from langalign.pair_making import pair_up
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, Task
from langalign.text_pairs import features, once_each
from langalign.transforms.match_spread import MatchSpread
from langalign.vectors import Vectors, per_text

Integers = NDArray[np.int64]


def is_fitted(head: Any) -> bool:
    """Tell whether a classifier or regressor, native or scikit-learn's, has been fitted."""
    return hasattr(head, "classes_") or hasattr(head, "n_features_in_")


def task_of(head: Any) -> Task:
    """Return the kind of task of a head; one brought along without classes predicts numbers."""
    if isinstance(head, Head):
        return head.task
    return CLASSIFICATION if hasattr(head, "classes_") else SIMILARITY


class AlignmentTask:
    """Labelled source vectors, pairs, unlabelled target vectors, and what is done with them.

    Parameters
    ----------
    aligner, head
        Unfitted, with open settings; ``head`` may be fitted in reverse.
    forward
        Whether source vectors are mapped to the target space, or the other way.
    spread
        See :class:`~langalign.aligned_classifier.AlignedClassifier`.
    X, y
        Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels as the head's kind of
        task reads them.
    source, target
        Vectors of the pairs' two sides, (m, d) or (m, 2, d).
    unlabeled
        Vectors of target texts as they will be classified.
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
        self._reverse_heads: list[Any] = []
        self._kept: dict[str, tuple[Aligner, MatchSpread]] = {}

    def align(self, aligner: Aligner, rows: Integers | None = None) -> tuple[Aligner, MatchSpread]:
        """Fit an aligner, and the spread of its output, between the centred sides of pairs.

        Without ``rows`` all pairs are used; but an aligner that is dear to fit and was fitted on
        four fifths of the pairs when settings were chosen is not fitted again.
        """
        if rows is None and repr(aligner) in self._kept:
            return self._kept[repr(aligner)]
        rows = np.arange(len(self.source)) if rows is None else rows
        source, target = once_each(self.source[rows], self.target[rows])
        source, target = source - self.frames.source_pairs, target - self.frames.target_pairs
        start, goal = (source, target) if self.forward else (target, source)
        fitted = aligner.fresh().fit(start, goal)
        spread = MatchSpread(how=self.spread or "scale")
        spread.fit(fitted.transform(start), goal if self.spread else None)
        if not aligner.closed_form:
            self._kept[repr(aligner)] = fitted, spread
        return fitted, spread

    def train(self, head: Any, aligner: Aligner, spread: MatchSpread) -> Head:
        """Fit a head on the labelled source vectors: aligned and centred, or as they are."""
        fitted: Head = head.fresh().fit(self._training_vectors(aligner, spread), self.y)
        return fitted

    def train_each(
        self, heads: Sequence[Any], aligner: Aligner, spread: MatchSpread
    ) -> Iterable[Any]:
        """Fit several heads alike; in reverse they do not depend on the map: they are fitted once.

        One that is fitted already is given back as it is.
        """
        if is_fitted(heads[0]):
            return heads
        if self.forward:
            return fit_each(heads, self._training_vectors(aligner, spread), self.y)
        if not self._reverse_heads:
            X, y = self._labeled()
            self._reverse_heads = list(fit_each(heads, features(X), y))
        return self._reverse_heads

    def train_chosen(self, choice: Choice, aligner: Aligner, spread: MatchSpread) -> Any:
        """Fit the chosen head in the way in which it was scored: after those before it."""
        heads = self.head_candidates()
        index = choice.chosen % len(heads)
        return list(self.train_each(heads[: index + 1], aligner, spread))[index]

    def served(self, centred: Vectors, aligner: Aligner, spread: MatchSpread) -> Vectors:
        """Return what a head sees of target vectors around their origin: the features."""
        if self.forward:
            return features(centred)
        mapped = per_text(lambda x: spread.transform(aligner.transform(x)), centred)
        return features(mapped + self.frames.source_task)

    def choose(
        self, groups: NDArray[Any] | None, random_state: int, *, calibrate: bool = False
    ) -> Choice | None:
        """Choose open settings, and a temperature if wanted, by agreement.

        ``None`` where there are too few pairs for it.
        """
        if len(self.source) < agreement.FEWEST_PAIRS:
            warnings.warn(
                f"{len(self.source)} pairs are too few to choose settings by agreement (at least "
                f"{agreement.FEWEST_PAIRS}); defaults are used",
                FitWarning,
                stacklevel=4,
            )
            return None
        reference = self.reference(random_state)
        start, goal = (self.source, self.target) if self.forward else (self.target, self.source)
        return agreement.choose(
            self.aligner.families(_texts(start), _texts(goal)),
            self.head_candidates(),
            functools.partial(self._predict_pairs, random_state=random_state),
            lambda rows: self._refer(reference, rows, random_state),
            groups=np.arange(len(self.source)) if groups is None else groups,
            task=self.kind,
            reference_temperature=(
                self._reference_temperature(reference, random_state) if calibrate else None
            ),
            random_state=random_state,
        )

    def _reference_temperature(self, reference: Any, random_state: int) -> float:
        """Return the reference's own temperature; a head that was brought along is as it is."""
        if is_fitted(self.head):
            return 1.0
        X, y = self._labeled()
        return agreement.reference_temperature(reference, features(X), y, random_state=random_state)

    def class_factors(self, head: Any) -> Probabilities | None:
        """Return how much more frequent each class is than in training.

        ``None`` where that is not known, or there are no probabilities to move.
        """
        if self.class_shares is None or self.y is None or not hasattr(head, "predict_proba"):
            return None
        return class_factors(
            self.class_shares, self.y, head.classes_, balanced=agreement.is_balanced(head)
        )

    def shares_without_centring(
        self, head: Any, aligner: Aligner, spread: MatchSpread
    ) -> Probabilities | None:
        """Return the share of each class among the unlabelled texts had nothing been centred.

        Of each label, where a text can have several; ``None`` for numbers.

        A large difference to the shares with centring has one of two reasons, and unlabelled text
        cannot tell which: another domain, which centring mends, or other class frequencies, which
        it gets wrong.
        """
        if self.unlabeled is None or self.kind == SIMILARITY:
            return None

        def mapped(X: Vectors) -> Vectors:
            return per_text(lambda x: spread.transform(aligner.transform(x)), X)

        frames = self.frames
        centred = self.unlabeled - frames.target_pairs
        if self.forward:
            X, y = self._labeled()
            head = head.fresh().fit(features(mapped(X - frames.source_pairs)), y)
            served = features(centred)
        else:
            served = features(mapped(centred) + frames.source_pairs)
        probabilities = outputs_of(head, served)
        shares: Probabilities = (probabilities >= 0.5).mean(axis=0)
        if self.kind != MULTILABEL:
            predicted = probabilities.argmax(axis=1)
            shares = np.bincount(predicted, minlength=len(head.classes_)) / len(served)
        return shares

    def reference(self, random_state: int) -> Any:
        """Return the head that speaks for the source language, fixed before anything is chosen."""
        if is_fitted(self.head):
            return self.head
        X, y = self._labeled()
        return agreement.reference_head(self.head, features(X), y, random_state=random_state)

    def head_candidates(self) -> list[Any]:
        """Return the unfitted heads to choose from, or the one that is fitted already."""
        if is_fitted(self.head):
            return [self.head]
        X, _ = self._labeled()
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

    def _predict_pairs(
        self,
        aligner: Aligner,
        heads: Sequence[Any],
        training: Integers,
        scored: Integers,
        *,
        random_state: int,
    ) -> Iterator[Outputs]:
        """Align on some pair rows, then yield each head's outputs on others' target side."""
        fitted, spread = self.align(aligner, training)
        centred = self._items(self.target, scored, random_state) - self.frames.target_pairs
        served = self.served(centred, fitted, spread)
        for head in self.train_each(heads, fitted, spread):
            yield outputs_of(head, served)

    def _refer(self, reference: Any, rows: Integers, random_state: int) -> Outputs:
        shift = self.frames.source_task - self.frames.source_pairs
        return outputs_of(reference, features(self._items(self.source, rows, random_state) + shift))

    def _items(self, side: Vectors, rows: Integers, random_state: int) -> Vectors:
        """Return what a head predicts on: the rows, or siamese pairs made of them."""
        if self.reads_pairs and side.ndim == 2:
            # Both sides are paired alike: by the source vectors, whichever side is asked for.
            made = pair_up(self.source[rows], random_state=random_state)
            paired: Vectors = side[rows][made]
            return paired
        return side[rows]

    def _training_vectors(self, aligner: Aligner, spread: MatchSpread) -> Vectors:
        X, _ = self._labeled()
        if not self.forward:
            return features(X)
        centred = X - self.frames.source_task
        return features(per_text(lambda x: spread.transform(aligner.transform(x)), centred))

    def _labeled(self) -> tuple[Vectors, Labels]:
        if self.X is None or self.y is None:
            raise DataError("no labelled source data to train a head on")
        return self.X, self.y

    def _head_reads_pairs(self) -> bool:
        width = getattr(self.head, "n_features_in_", self.source.shape[-1])
        return bool(width == 4 * self.source.shape[-1])


def _texts(X: Vectors) -> Vectors:
    """Return one row a text, for rows that are texts or pairs of texts."""
    return X.reshape(-1, X.shape[-1])
