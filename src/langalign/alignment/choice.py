"""Choosing the open settings of an alignment task by agreement across its pairs.

:mod:`langalign.agreement` compares arrays. Here is what it compares: what candidates predict from
the target side of held-out pairs, and what the source language's own head predicts from the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign import agreement
from langalign.agreement import Choice, ExpectedAccuracy, HeldOut, outputs_of
from langalign.agreement.measure import Outputs
from langalign.aligners.base import Aligner
from langalign.alignment.space_map import SpaceMap
from langalign.alignment.task import AlignmentTask
from langalign.errors import FitWarning
from langalign.folds import Integers
from langalign.heads.traits import is_fitted
from langalign.pair_making import pair_up
from langalign.tasks import CLASSIFICATION
from langalign.text_pairs import features
from langalign.vectors import Vectors


def choose_settings(
    task: AlignmentTask,
    groups: NDArray[Any] | None,
    random_state: int,
    *,
    calibrate: bool = False,
) -> Choice | None:
    """Choose open settings, and a temperature if wanted, by agreement.

    Parameters
    ----------
    task
        Its aligner and head are varied.
    groups
        Pairs with equal group stay in one fold, shape (n_pairs,); by default each is its own.
    random_state
        Seed of the folds.
    calibrate
        Whether a temperature is wanted.

    Returns
    -------
    Choice or None
        ``None`` where there are too few pairs to choose by.
    """
    n_pairs = len(task.source)
    if n_pairs < agreement.FEWEST_PAIRS:
        warnings.warn(
            f"{n_pairs} pairs are too few to choose settings by agreement (at least "
            f"{agreement.FEWEST_PAIRS}); defaults are used",
            FitWarning,
            stacklevel=4,
        )
        return None
    pairs = _HeldOutPairs(task, random_state)
    if not is_fitted(task.head):
        task.teach(pairs.reference)
    english = pairs.english() if calibrate or task.kind == CLASSIFICATION else None
    choice = agreement.choose(
        task.aligner_families(),
        task.head_candidates(),
        pairs.predict,
        pairs.refer,
        groups=np.arange(n_pairs) if groups is None else groups,
        task=task.kind,
        reference_temperature=(
            agreement.reference_temperature(pairs.reference, english) if calibrate else None
        ),
        random_state=random_state,
    )
    taught = 0 if task.taught is None else int(task.taught.sure.sum())
    return replace(choice, english=english, taught=taught)


def train_chosen(task: AlignmentTask, choice: Choice, space_map: SpaceMap) -> Any:
    """Fit the chosen head in the way in which it was scored: after those before it."""
    heads = task.head_candidates()
    index = choice.chosen % len(heads)
    return list(task.train_each(heads[: index + 1], space_map))[index]


def expected_accuracy(
    task: AlignmentTask, choice: Choice | None, head: Any, space_map: SpaceMap
) -> ExpectedAccuracy | None:
    """Return how accurate a fitted head is expected to be, judged without target labels.

    ``None`` where nothing was held out to judge by, for sets of labels and for numbers, and for a
    foreign head: how good it is on its own language is not known.
    """
    if task.kind != CLASSIFICATION or choice is None:
        return None
    if choice.held_out is None or choice.english is None:
        return None
    return agreement.expected_accuracy(
        choice.english,
        choice.held_out,
        task.outputs_on_unlabeled(head, space_map),
        majority=task.majority_share(),
    )


class _HeldOutPairs:
    """What is predicted from the two sides of pairs: by candidates, and by the reference.

    The reference speaks for the source language and is fixed before anything is chosen.
    """

    def __init__(self, task: AlignmentTask, random_state: int) -> None:
        self.task, self.random_state = task, random_state
        self.reference = task.head
        if not is_fitted(task.head):
            X, y = task.labeled()
            self.reference = agreement.reference_head(
                task.head, features(X), y, random_state=random_state
            )
        self._made: dict[bytes, Integers] = {}

    def english(self) -> HeldOut | None:
        """Return what heads like the reference give for source rows held out from them.

        ``None`` for a foreign head: it may have learned from all rows.
        """
        if is_fitted(self.task.head):
            return None
        X, y = self.task.labeled()
        return agreement.held_out_outputs(
            self.reference, features(X), y, random_state=self.random_state
        )

    def refer(self, rows: Integers) -> Outputs:
        """Return the reference's outputs on the source side."""
        return outputs_of(self.reference, self.task.referred(self._items(self.task.source, rows)))

    def predict(
        self,
        aligners: Sequence[Aligner],
        heads: Sequence[Any],
        training: Integers,
        scored: Integers,
    ) -> Iterator[Outputs]:
        """Align on some pair rows, then yield each head's outputs on others' target side."""
        centred = self._items(self.task.target, scored) - self.task.frames.target_pairs
        for space_map in self.task.align_each(aligners, training):
            served = self.task.served(centred, space_map)
            for head in self.task.train_each(heads, space_map, training):
                yield outputs_of(head, served)

    def _items(self, side: Vectors, rows: Integers) -> Vectors:
        """Return what a head predicts on: the rows, or siamese pairs made of them."""
        if not self.task.reads_pairs or side.ndim == 3:
            return side[rows]
        paired: Vectors = side[rows][self._pairs_of(rows)]
        return paired

    def _pairs_of(self, rows: Integers) -> Integers:
        """Return which rows are paired: by the source vectors, so that both sides are alike."""
        key = rows.tobytes()
        if key not in self._made:
            self._made[key] = pair_up(self.task.source[rows], random_state=self.random_state)
        return self._made[key]
