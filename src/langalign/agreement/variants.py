"""The variants of one aligner, with each head: their scores, and which one is taken."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from langalign.agreement.choice import Candidate
from langalign.agreement.measure import Measure, Outputs
from langalign.aligners.base import Aligner


def scored_candidates(
    aligners: Sequence[Aligner], heads: Sequence[Any], predicted: Outputs, measure: Measure
) -> list[Candidate]:
    """Return how each pair of an aligner and a head did; ``predicted`` has one block for each."""
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


def strongest_within_one_error(candidates: Sequence[Candidate], n_heads: int) -> int | None:
    """Return the candidate to take: strongest in sum of ranks, among equals the best."""
    allowed = [index for index, candidate in enumerate(candidates) if not candidate.refused]
    if not allowed:
        return None
    best = max((candidates[index] for index in allowed), key=lambda candidate: candidate.score)
    floor = best.score - best.standard_error
    near = [index for index in allowed if candidates[index].score >= floor]
    return min(near, key=lambda i: (i // n_heads + i % n_heads, -candidates[i].score))
