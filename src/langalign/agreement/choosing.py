"""Trying aligners, each at several strengths, with several heads, on held-out pairs."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.agreement.choice import Candidate, Choice
from langalign.agreement.measure import HeldOut, Measure, Outputs
from langalign.agreement.measures import measure_of
from langalign.agreement.variants import scored_candidates, strongest_within_one_error
from langalign.aligners.base import Aligner
from langalign.errors import DataError, FitWarning
from langalign.folds import Integers, evenly, grouped_folds
from langalign.league import Played, settle
from langalign.tasks import CLASSIFICATION, Task
from langalign.threads import one_blas_thread

FEWEST_PAIRS = 30
"""Below this agreement is noise; settings then keep their defaults."""
MOST_SCORED_PAIRS = 6000
N_FOLDS = 3

Family = Sequence[Aligner]
"""Unfitted variants of one aligner, strongest regularisation first."""
Predict = Callable[[Sequence[Aligner], Sequence[Any], Integers, Integers], Iterable[Outputs]]
"""Fit each aligner on some pair rows, then give each head's outputs on other pair rows."""
Reference = Callable[[Integers], Outputs]
"""The reference head's outputs on the source side of pair rows, (n_items, n_outputs)."""
Fold = tuple[Integers, Integers]
"""Pair rows to fit on, and others to score."""


def choose(
    families: Sequence[Family],
    heads: Sequence[Any],
    predict: Predict,
    reference: Reference,
    *,
    groups: NDArray[Any],
    task: Task = CLASSIFICATION,
    reference_temperature: float | None = None,
    random_state: int = 0,
) -> Choice:
    """Choose aligner, head and threshold by agreement with the reference on held-out pairs.

    The strength of each aligner and of the head is chosen among the variants of that aligner; what
    each aligner reaches so decides between them (:func:`langalign.league.settle`).

    Parameters
    ----------
    families
        Aligners to choose between, cheapest first, each as its variants. Those that are costly to
        fit are tried on the first fold only.
    heads
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
    folds = _folds(families, groups, random_state)
    with one_blas_thread():
        referred = [reference(scored) for _, scored in folds]
        tried = [_try(family, heads, predict, folds) for family in families]
    judged = _judge(tried, heads, referred, task)
    league = settle([one.played for one in judged], judged[0].measure.name)
    winner = judged[league.chosen]
    _warn_at_chance(winner)
    return Choice(
        aligner=winner.family[winner.chosen // len(heads)],
        head=heads[winner.chosen % len(heads)],
        threshold=winner.measure.threshold(winner.outputs),
        candidates=winner.candidates,
        chosen=winner.chosen,
        n_pairs=winner.measure.n_pairs,
        measure=winner.measure.name,
        temperature=(
            1.0
            if reference_temperature is None
            else winner.measure.temperature(winner.outputs, reference_temperature)
        ),
        league=league if len(families) > 1 else None,
        held_out=HeldOut(
            # An aligner that is costly to fit was tried on the first fold only.
            expected=np.concatenate(referred)[: len(winner.outputs)],
            outputs=winner.outputs,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """What the variants of one aligner, with each head, give on each fold that they were tried on.

    ``outputs`` are of shape (n_candidates, n_items, n_outputs) each.
    """

    family: Family
    outputs: list[Outputs]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Judged:
    """An aligner at its best settings; ``outputs`` are those of the chosen candidate."""

    family: Family
    measure: Measure
    candidates: tuple[Candidate, ...]
    chosen: int
    outputs: Outputs
    played: Played


def _folds(families: Sequence[Family], groups: NDArray[Any], random_state: int) -> list[Fold]:
    cheap = any(family[0].closed_form for family in families)
    parts = grouped_folds(groups, N_FOLDS if cheap else 1, random_state)
    if not parts:
        raise DataError(
            "all pairs are of one group, so none can be held out to choose settings by; give other "
            "groups, or fix the settings"
        )
    rows = np.arange(len(groups))
    most = MOST_SCORED_PAIRS // len(parts)
    return [(np.setdiff1d(rows, part), evenly(part, most)) for part in parts]


def _try(family: Family, heads: Sequence[Any], predict: Predict, folds: Sequence[Fold]) -> _Tried:
    start = time.perf_counter()
    played = folds if family[0].closed_form else folds[:1]
    outputs = [np.stack(list(predict(family, heads, *fold))) for fold in played]
    return _Tried(family, outputs, time.perf_counter() - start)


def _judge(
    tried: Sequence[_Tried], heads: Sequence[Any], referred: Sequence[Outputs], task: Task
) -> list[_Judged]:
    """Return the aligners of which one candidate at least can be chosen."""
    on_all = measure_of(task, np.concatenate(referred))
    partly = any(len(one.outputs) < len(referred) for one in tried)
    on_first = measure_of(task, referred[0]) if partly else on_all
    found = [
        _judged(one, heads, on_all if len(one.outputs) == len(referred) else None, on_first)
        for one in tried
    ]
    judged = [one for one in found if one is not None]
    if not judged:
        raise DataError(
            f"every setting tried {on_all.refusal} on the held-out pairs: nothing carries "
            "over from these labels to these pairs. Use parallel text nearer to the task, more of "
            "it, or label some target texts."
        )
    return judged


def _judged(
    tried: _Tried, heads: Sequence[Any], on_all: Measure | None, on_first: Measure
) -> _Judged | None:
    """Return an aligner with its best settings; ``on_all`` is there if every fold was tried."""
    outputs, measure = np.concatenate(tried.outputs, axis=1), on_all or on_first
    candidates = scored_candidates(tried.family, heads, outputs, measure)
    chosen = strongest_within_one_error(candidates, len(heads))
    if chosen is None:
        return None
    earned = measure.score(outputs[chosen]).credits
    aligner = tried.family[chosen // len(heads)]
    played = Played(
        name=getattr(aligner, "registered_name", type(aligner).__name__),
        settings=repr(aligner),
        first=earned if measure is on_first else on_first.score(tried.outputs[0][chosen]).credits,
        all=earned if on_all else None,
        seconds=tried.seconds,
        learns_map=aligner.learns_map,
    )
    return _Judged(tried.family, measure, tuple(candidates), chosen, outputs[chosen], played)


def _warn_at_chance(winner: _Judged) -> None:
    allowed = [candidate for candidate in winner.candidates if not candidate.refused]
    best = max(allowed, key=lambda candidate: candidate.score)
    if best.score <= 2 * best.standard_error:
        warnings.warn(
            "agreement across the pairs is at chance "
            f"({winner.measure.name.split()[-1]} {best.score:.2f}, standard error "
            f"{best.standard_error:.2f}): expect little of this classifier. Use more parallel "
            "text, nearer to the task, or label some target texts",
            FitWarning,
            stacklevel=3,
        )
