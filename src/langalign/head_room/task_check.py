"""How much of a task carries over to the other side of held-out pairs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement import measure_of, outputs_of, reference_head
from langalign.agreement.measure import Agreement, Outputs
from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.folds import evenly, grouped_folds
from langalign.head_room.map_check import Integers
from langalign.heads.base import Head, Labels
from langalign.heads.default import default_head
from langalign.pair_making import pair_up
from langalign.tasks import infer_task
from langalign.text_pairs import features
from langalign.vectors import Vectors

N_FOLDS = 5
MOST_SCORED = 1200
"""Rows of a fold; with five folds the standard error of kappa is about two hundredths."""


@dataclass(frozen=True, slots=True)
class TaskCheck:
    """How much of a task carries over.

    Parameters
    ----------
    n
        Held-out pairs that the agreement rests on: those on which the source head is confident.
    measure
        What agreement is measured by, such as ``"Cohen's kappa"``.
    zero_shot
        The source head on target vectors as they are; ``None`` unless both are of one space.
    aligned
        A head trained on aligned source vectors, on target vectors.
    majority_share_unlabeled
        Share of its most frequent prediction on the unlabelled target texts, where given.
    """

    n: int
    measure: str
    zero_shot: Agreement | None
    aligned: Agreement
    majority_share_unlabeled: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record; what each pair adds stays out of it."""
        record = asdict(self)
        for agreement in (record["zero_shot"], record["aligned"]):
            if agreement is not None:
                del agreement["credits"]
        return record


def check_task(
    X: Vectors,
    y: Labels,
    source: Vectors,
    target: Vectors,
    *,
    groups: NDArray[Any],
    unlabeled: Vectors | None = None,
    one_space: bool = False,
    random_state: int = 0,
) -> TaskCheck:
    """Compare predictions on the two sides of pairs, each held out in turn.

    The aligned classifier takes default strengths: a fit that chooses them agrees more, if
    anything. Agreement is counted as :func:`langalign.agreement.choose` counts it, where the source
    head is confident.

    Parameters
    ----------
    X, y
        Labelled source vectors, (n, d_source) or (n, 2, d_source), and labels.
    source, target
        Vectors of parallel single texts, (m, d_source) and (m, d_target).
    groups
        Pairs with equal group are held out together, shape (m,).
    unlabeled
        Target vectors like those to be classified; both sides are then centred on the task.
    one_space
        Whether the source head can read target vectors.
    random_state
        Seed of the folds.

    Raises
    ------
    DataError
        If labels and vectors do not fit together, or there is one class only.
    """
    head = default_head(infer_task(y))
    reference = reference_head(head, features(X), y, random_state=random_state)
    folds = [
        _predict(reference, X, y, source, target, fold, unlabeled, random_state)
        for fold in grouped_folds(groups, N_FOLDS, random_state)
    ]
    measure = measure_of(head.task, np.concatenate([fold.referred for fold in folds]))
    zero_shot = None
    if one_space:
        unaligned = [outputs_of(reference, fold.unaligned) for fold in folds]
        zero_shot = measure.score(np.concatenate(unaligned))
    return TaskCheck(
        n=measure.n_pairs,
        measure=measure.name,
        zero_shot=zero_shot,
        aligned=measure.score(np.concatenate([fold.aligned for fold in folds])),
        majority_share_unlabeled=(
            None if unlabeled is None else _majority_share(folds[0].model.predict(unlabeled))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Fold:
    """A model, and on pairs it has not seen: what the source head says, and it; their features."""

    model: AlignedClassifier
    referred: Outputs
    aligned: Outputs
    unaligned: Vectors


def _predict(
    reference: Head,
    X: Vectors,
    y: Labels,
    source: Vectors,
    target: Vectors,
    held_out: Integers,
    unlabeled: Vectors | None,
    random_state: int,
) -> _Fold:
    rest = np.setdiff1d(np.arange(len(source)), held_out)
    pairs = source[rest], target[rest]
    model = AlignedClassifier(Linear(), default_head(reference.task), select=False)
    model.fit(X, y, pairs=pairs, unlabeled=unlabeled)
    rows = evenly(held_out, MOST_SCORED)
    if X.ndim == 3:
        rows = rows[pair_up(source[rows], random_state=random_state)]
    x, t = source[rows], target[rows]
    # Pairs are of another domain than the task: each is moved to the task's origin, as in choosing.
    moved_x = x - pairs[0].mean(axis=0) + model.source_origin_
    moved_t = t - pairs[1].mean(axis=0) + model.target_origin_
    return _Fold(
        model,
        referred=outputs_of(reference, features(moved_x)),
        aligned=outputs_of(model.head_, features(moved_t)),
        unaligned=features(t),
    )


def _majority_share(predicted: NDArray[Any]) -> float:
    _, counts = np.unique(predicted, return_counts=True)
    return float(counts.max() / counts.sum())
