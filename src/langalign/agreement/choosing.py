"""Trying candidates on held-out pairs, and taking the most regularised of the good ones."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement.choice import Candidate, Choice
from langalign.agreement.folds import Integers, grouped_folds
from langalign.agreement.measure import Measure, Outputs
from langalign.agreement.measures import measure_of
from langalign.aligners.base import Aligner
from langalign.errors import DataError, FitWarning
from langalign.tasks import CLASSIFICATION, Task
from langalign.threads import one_blas_thread

FEWEST_PAIRS = 30
"""Below this agreement is noise; settings then keep their defaults."""
MOST_SCORED_PAIRS = 6000

Predict = Callable[[Sequence[Aligner], Sequence[Any], Integers, Integers], Iterable[Outputs]]
"""Fit each aligner on some pair rows, then give each head's outputs on other pair rows."""
Reference = Callable[[Integers], Outputs]
"""The reference head's outputs on the source side of pair rows, (n_items, n_outputs)."""


def choose(
    aligners: Sequence[Aligner],
    heads: Sequence[Any],
    predict: Predict,
    reference: Reference,
    *,
    groups: NDArray[Any],
    task: Task = CLASSIFICATION,
    n_folds: int = 3,
    reference_temperature: float | None = None,
    random_state: int = 0,
) -> Choice:
    """Choose aligner, head and threshold by agreement with the reference on held-out pairs.

    Parameters
    ----------
    aligners, heads
        Unfitted variants, strongest regularisation first; or the one head that is fitted already.
    predict
        Fits on some pair rows and predicts others from their target side only: all heads after the
        first aligner, then all after the second. The columns stand in the order of the reference's.
    reference
        Predicts pair rows from their source side.
    groups
        Pairs of one group stay in one fold, shape (n,): the same text must not stand on both sides.
    task
        What the heads predict, which decides how agreement is measured.
    n_folds
        Folds; one means a single held-out fifth, for aligners that are dear to fit.
    reference_temperature
        At which the reference is as sure as it is right; the chosen candidate is then given a
        temperature as well.
    random_state
        Seed of the folds.

    Raises
    ------
    DataError
        If every candidate is constant, or all pairs are of one group.
    """
    folds = grouped_folds(groups, n_folds, random_state)
    if not folds:
        raise DataError(
            "all pairs are of one group, so none can be held out to choose settings by; give other "
            "groups, or fix the settings"
        )
    rows = np.arange(len(groups))
    with one_blas_thread():
        referred, predicted = _held_out_predictions(
            aligners, heads, predict, reference, folds, rows
        )
    measure = measure_of(task, referred)
    candidates = _score(aligners, heads, predicted, measure)
    chosen = _strongest_within_one_error(candidates, len(heads), measure)
    temperature = 1.0
    if reference_temperature is not None:
        temperature = measure.temperature(predicted[chosen], reference_temperature)
    return Choice(
        aligner=aligners[chosen // len(heads)],
        head=heads[chosen % len(heads)],
        threshold=measure.threshold(predicted[chosen]),
        candidates=tuple(candidates),
        chosen=chosen,
        n_pairs=measure.n_pairs,
        measure=measure.name,
        temperature=temperature,
    )


def _held_out_predictions(
    aligners: Sequence[Aligner],
    heads: Sequence[Any],
    predict: Predict,
    reference: Reference,
    folds: Sequence[Integers],
    rows: Integers,
) -> tuple[Outputs, Outputs]:
    """Return the reference's and (n_candidates, n_items, n_outputs) outputs, out of fold."""
    referred, by_fold = [], []
    for held_out in folds:
        training = np.setdiff1d(rows, held_out)
        # Evenly from all of them: pairs often stand in the order of their sources.
        n_scored = min(len(held_out), MOST_SCORED_PAIRS // len(folds))
        scored = held_out[np.linspace(0, len(held_out) - 1, n_scored).astype(np.int64)]
        referred.append(reference(scored))
        by_fold.append(np.stack(list(predict(aligners, heads, training, scored))))
    return np.concatenate(referred), np.concatenate(by_fold, axis=1)


def _score(
    aligners: Sequence[Aligner], heads: Sequence[Any], predicted: Outputs, measure: Measure
) -> list[Candidate]:
    candidates = []
    for (aligner, head), outputs in zip(itertools.product(aligners, heads), predicted, strict=True):
        found = measure.score(outputs)
        candidates.append(
            Candidate(
                aligner=_varied(aligner, aligners),
                head=_varied(head, heads),
                score=found.score,
                standard_error=found.standard_error,
                majority_share=found.majority_share,
                refused=measure.refusal if found.majority_share == 1.0 else "",
            )
        )
    return candidates


def _varied(estimator: Any, among: Sequence[Any]) -> dict[str, Any]:
    """Return the parameters of an estimator in which its variants differ."""
    if len(among) == 1:
        return {}
    params = [variant.get_params(deep=False) for variant in among]
    own = estimator.get_params(deep=False)
    return {name: own[name] for name in own if len({repr(other[name]) for other in params}) > 1}


def _strongest_within_one_error(
    candidates: Sequence[Candidate], n_heads: int, measure: Measure
) -> int:
    """Return the candidate to take: strongest in sum of ranks, among equals the best."""
    allowed = [index for index, candidate in enumerate(candidates) if not candidate.refused]
    if not allowed:
        raise DataError(
            f"every setting tried {measure.refusal} on the held-out pairs: nothing carries "
            "over from these labels to these pairs. Use parallel text nearer to the task, more of "
            "it, or label some target texts."
        )
    best = max((candidates[index] for index in allowed), key=lambda candidate: candidate.score)
    if best.score <= 2 * best.standard_error:
        warnings.warn(
            "agreement across the pairs is at chance "
            f"({measure.name.split()[-1]} {best.score:.2f}, standard error "
            f"{best.standard_error:.2f}): expect little of this classifier. Use more parallel "
            "text, nearer to the task, or label some target texts",
            FitWarning,
            stacklevel=2,
        )
    floor = best.score - best.standard_error
    near = [index for index in allowed if candidates[index].score >= floor]
    return min(near, key=lambda i: (i // n_heads + i % n_heads, -candidates[i].score))
