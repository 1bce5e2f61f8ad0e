"""A strategy's scores by the number of pairs, labels or translations that it may use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from langalign.evaluation.curve_fitting import fit_learning_curve
from langalign.evaluation.learning_curve import LearningCurve
from langalign.evaluation.metrics import Metric
from langalign.evaluation.plans import Unit
from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import over_seeds
from langalign.experiment.cells import Cell, CellResult

Field = Literal["pairs", "labels", "translations"]
UNITS: dict[Field, Unit] = {
    "pairs": "pairs",
    "labels": "native labels",
    "translations": "translations",
}
LADDER = (25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000)
"""Sizes that are tried: about twice as much each time, and round, so that they can be said."""
FEWEST: dict[Field, int] = {"pairs": 100, "labels": 25, "translations": 100}
CLOSE = 1.25
"""A size on the ladder this near below the largest one adds nothing."""


@dataclass(frozen=True, slots=True)
class CurvePlan:
    """What is to be run for one curve.

    Parameters
    ----------
    strategy
        Its name.
    field
        What is varied; everything else is used whole.
    sizes
        Rising; the last one is all there is.
    """

    strategy: str
    field: Field
    sizes: tuple[int, ...]

    @property
    def unit(self) -> Unit:
        """Return what is counted, in words."""
        return UNITS[self.field]

    def cells(self, n_seeds: int) -> list[Cell]:
        """Return one cell a size and seed."""
        return [self._cell(size, seed) for seed in range(n_seeds) for size in self.sizes]

    def _cell(self, size: int, seed: int) -> Cell:
        sizes: dict[str, Any] = {self.field: size}
        return Cell(self.strategy, seed, **sizes)


@dataclass(frozen=True, slots=True)
class MeasuredCurve:
    """The scores of one strategy by size, and the curve through them.

    Parameters
    ----------
    plan
        What was run.
    sizes
        Those at which it could be run.
    scores
        Over seeds, one per size.
    curve
        Fitted to the scores of all seeds.
    """

    plan: CurvePlan
    sizes: tuple[int, ...]
    scores: tuple[Scores, ...]
    curve: LearningCurve

    @property
    def whole(self) -> Scores:
        """Return the scores with all there is."""
        return self.scores[-1]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "strategy": self.plan.strategy,
            "unit": self.plan.unit,
            "sizes": list(self.sizes),
            "scores": [scores.as_dict() for scores in self.scores],
            "curve": self.curve.as_dict(),
        }


def named_plans(plans: Sequence[CurvePlan]) -> dict[str, CurvePlan]:
    """Return plans by name: the strategy's, and what is counted where two share a strategy.

    Examples
    --------
    >>> pairs, labels = (CurvePlan("linear+native", field, (100,)) for field in ("pairs", "labels"))
    >>> list(named_plans([pairs, labels]))
    ['linear+native over pairs', 'linear+native over native labels']
    """
    times = Counter(plan.strategy for plan in plans)
    return {
        plan.strategy if times[plan.strategy] == 1 else f"{plan.strategy} over {plan.unit}": plan
        for plan in plans
    }


def sizes_up_to(n: int, fewest: int) -> tuple[int, ...]:
    """Return the sizes to try where there are ``n``, from ``fewest`` on.

    Examples
    --------
    >>> sizes_up_to(1100, 100)
    (100, 250, 500, 1100)
    """
    return (*(size for size in LADDER if fewest <= size and size * CLOSE <= n), n)


def measured_curve(
    plan: CurvePlan, results: Mapping[Cell, CellResult], n_seeds: int, metric: Metric
) -> MeasuredCurve | None:
    """Return the curve of a plan's cells; ``None`` where none of them could be run."""
    by_size: dict[int, list[Scores]] = {}
    values = np.full((n_seeds, len(plan.sizes)), np.nan)
    for cell in plan.cells(n_seeds):
        record = results[cell].record
        if record is not None:
            size = getattr(cell, plan.field)
            by_size.setdefault(size, []).append(record.scores)
            # Curves are of scores between 0 and 1: a correlation below 0 is no use, as 0 is.
            values[cell.seed, plan.sizes.index(size)] = max(record.scores.value(metric), 0.0)
    if not by_size:
        return None
    sizes = sorted(by_size)
    kept = [plan.sizes.index(size) for size in sizes]
    return MeasuredCurve(
        plan=plan,
        sizes=tuple(sizes),
        scores=tuple(over_seeds(by_size[size]).as_scores() for size in sizes),
        curve=fit_learning_curve(sizes, _without_empty_seeds(values[:, kept])),
    )


def _without_empty_seeds(values: Any) -> Any:
    return values[~np.isnan(values).all(axis=1)]


def left_out(plans: Sequence[CurvePlan], results: Mapping[Cell, CellResult]) -> dict[str, str]:
    """Return why cells could not be run, by strategy and size."""
    wanted = {plan.strategy for plan in plans}
    return {
        cell.file.removesuffix(".json"): result.reason
        for cell, result in results.items()
        if result.record is None and cell.strategy in wanted
    }
