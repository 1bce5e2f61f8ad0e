"""The data of one fit on arrays, and the steps that choosing and fitting share.

Aligning, mapping the labelled vectors, training a head and predicting held-out pairs are written
once here; :mod:`langalign.agreement` calls them for every candidate, and
:class:`~langalign.aligned_classifier.AlignedClassifier` for the one that was chosen.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign import agreement
from langalign.agreement import Choice
from langalign.aligners.base import Aligner
from langalign.errors import DataError, FitWarning
from langalign.frames import Frames
from langalign.heads.base import Head, Labels, Probabilities
from langalign.text_pairs import features, pair_up
from langalign.transforms.match_spread import MatchSpread
from langalign.vectors import Vectors, per_text

Integers = NDArray[np.int64]


def is_fitted(head: Any) -> bool:
    """Tell whether a classifier, native or scikit-learn's, has been fitted."""
    return hasattr(head, "classes_")


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
        Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels.
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
        self.frames = Frames.of(
            source, target, labeled=X, unlabeled=unlabeled, y=y, class_shares=class_shares
        )
        self.reads_pairs = X.ndim == 3 if X is not None else self._head_reads_pairs()
        self._reverse_heads: dict[int, Any] = {}
        self._kept: dict[str, tuple[Aligner, MatchSpread]] = {}

    def align(self, aligner: Aligner, rows: Integers | None = None) -> tuple[Aligner, MatchSpread]:
        """Fit an aligner, and the spread of its output, between the centred sides of pairs.

        Without ``rows`` all pairs are used; but an aligner that is dear to fit and was fitted on
        four fifths of the pairs when settings were chosen is not fitted again.
        """
        if rows is None and repr(aligner) in self._kept:
            return self._kept[repr(aligner)]
        rows = np.arange(len(self.source)) if rows is None else rows
        source = _texts(self.source[rows]) - self.frames.source_pairs
        target = _texts(self.target[rows]) - self.frames.target_pairs
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

    def choose(self, groups: NDArray[Any] | None, random_state: int) -> Choice | None:
        """Choose open settings by agreement; ``None`` where there are too few pairs for it."""
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
            self.aligner.candidates(_texts(start), _texts(goal)),
            self._head_candidates(),
            self._predict_pairs,
            lambda rows: self._refer(reference, rows),
            groups=np.arange(len(self.source)) if groups is None else groups,
            n_folds=3 if self.aligner.closed_form else 1,
            random_state=random_state,
        )

    def shares_without_centring(
        self, head: Any, aligner: Aligner, spread: MatchSpread
    ) -> Probabilities | None:
        """Return the share of each class among the unlabelled texts had nothing been centred.

        A large difference to the shares with centring has one of two reasons, and unlabelled text
        cannot tell which: another domain, which centring mends, or other class frequencies, which
        it gets wrong.
        """
        if self.unlabeled is None:
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
        predicted = agreement.probabilities_of(head, served).argmax(axis=1)
        shares: Probabilities = np.bincount(predicted, minlength=len(head.classes_)) / len(served)
        return shares

    def reference(self, random_state: int) -> Any:
        """Return the head that speaks for the source language, fixed before anything is chosen."""
        if is_fitted(self.head):
            return self.head
        X, y = self._labeled()
        return agreement.reference_head(self.head, features(X), y, random_state=random_state)

    def _head_candidates(self) -> list[Any]:
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
        self, aligner: Aligner, heads: Sequence[Any], training: Integers, scored: Integers
    ) -> Iterator[Probabilities]:
        """Align on some pair rows, then yield each head's probabilities on others' target side."""
        fitted, spread = self.align(aligner, training)
        centred = self._items(self.target, scored) - self.frames.target_pairs
        if self.forward:
            Z, served = self._training_vectors(fitted, spread), features(centred)
            for head in heads:
                yield head.fresh().fit(Z, self.y).predict_proba(served)
        else:
            mapped = per_text(lambda x: spread.transform(fitted.transform(x)), centred)
            served = features(mapped + self.frames.source_task)
            for index, head in enumerate(heads):
                yield agreement.probabilities_of(self._source_head(index, head), served)

    def _source_head(self, index: int, head: Any) -> Any:
        """Return a reverse candidate's head; it does not depend on the pairs, so fit it once."""
        if is_fitted(head):
            return head
        if index not in self._reverse_heads:
            X, y = self._labeled()
            self._reverse_heads[index] = head.fresh().fit(features(X), y)
        return self._reverse_heads[index]

    def _refer(self, reference: Any, rows: Integers) -> Probabilities:
        shift = self.frames.source_task - self.frames.source_pairs
        return agreement.probabilities_of(
            reference, features(self._items(self.source, rows) + shift)
        )

    def _items(self, side: Vectors, rows: Integers) -> Vectors:
        """Return what a head predicts on: the rows, or siamese pairs made of them."""
        if self.reads_pairs and side.ndim == 2:
            # Both sides are paired alike: by the source vectors, whichever side is asked for.
            made = pair_up(self.source[rows], np.random.default_rng(len(rows)))
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
