"""What a wanted score costs: more pairs, more native labels or more translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from langalign.errors import SettingError
from langalign.evaluation.intervals import Interval
from langalign.evaluation.learning_curve import CURVE_LEVEL, LearningCurve
from langalign.evaluation.size_needed import SizeNeeded

Unit = Literal["pairs", "native labels", "translations"]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to a better score, and what more of it costs.

    Parameters
    ----------
    name
        Of the strategy, as it is to be called in the advice.
    curve
        Its scores against the number of units.
    unit
        What is counted: ``"pairs"``, ``"native labels"`` or ``"translations"`` (of labelled
        texts).
    cost_per_unit
        Price of one more, in any currency; ``None`` compares by amounts only.
    owned
        How many are there already, and free.
    fixed_cost
        Fixed price of getting any at all.

    Raises
    ------
    SettingError
        If the unit is unknown, or a cost or ``owned`` is negative.
    """

    name: str
    curve: LearningCurve
    unit: Unit
    cost_per_unit: float | None = None
    owned: int = 0
    fixed_cost: float = 0.0

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise SettingError(
                f"unit={self.unit!r}: expected one of {', '.join(map(repr, get_args(Unit)))}"
            )
        if min(self.cost_per_unit or 0.0, self.owned, self.fixed_cost) < 0:
            raise SettingError(f"option {self.name!r}: costs and amounts owned cannot be negative")

    def to_get(self, size: int | None) -> int | None:
        """Return how many more are needed for a size, ``None`` for ``None``."""
        return None if size is None else max(0, size - self.owned)

    def cost(self, size: int | None) -> float | None:
        """Return what a size costs; ``None`` where size or price is ``None``."""
        more = self.to_get(size)
        if more is None or self.cost_per_unit is None:
            return None
        return self.fixed_cost + more * self.cost_per_unit if more else 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What one option needs for the wanted score.

    Parameters
    ----------
    name, unit
        Of the option.
    needed
        The size of the training set, with its interval and the chance of reaching the score.
    to_get, to_get_low, to_get_high
        Units beyond those owned; ``None`` means more than the curve answers for.
    cost, cost_low, cost_high
        Their price; ``None`` where there is no price either.
    best, best_interval, limit
        The score at the largest size that the curve answers for, and that size.
    """

    name: str
    unit: Unit
    needed: SizeNeeded
    to_get: int | None
    to_get_low: int | None
    to_get_high: int | None
    cost: float | None
    cost_low: float | None
    cost_high: float | None
    best: float
    best_interval: Interval
    limit: float

    @property
    def reaches(self) -> bool:
        """Whether the curve reaches the score, as far as it answers."""
        return self.needed.size is not None

    def price(self, *, priced: bool) -> tuple[float, float, float]:
        """Return price or amount with its two ends, ``inf`` for never."""
        found = (
            (self.cost, self.cost_low, self.cost_high)
            if priced
            else (self.to_get, self.to_get_low, self.to_get_high)
        )
        middle, low, high = (float("inf") if value is None else float(value) for value in found)
        return middle, low, high

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"best_interval": self.best_interval.as_list()}


@dataclass(frozen=True, slots=True)
class Advice:
    """Every option's way to a wanted score, the cheapest first.

    Parameters
    ----------
    wanted
        The score.
    plans
        Those that reach it by cost (by amount where there are no prices), then the others by
        their chance.
    priced
        Whether costs were given.
    apart
        Whether the interval of the cheapest lies below those of all others.
    level
        Of all intervals. They take in the chance of training, not that the test set is a sample.
    """

    wanted: float
    plans: tuple[Plan, ...]
    priced: bool
    apart: bool
    level: float

    @property
    def reaching(self) -> tuple[Plan, ...]:
        """Return the plans that reach the score, the cheapest first."""
        return tuple(plan for plan in self.plans if plan.reaches)

    @property
    def failing(self) -> tuple[Plan, ...]:
        """Return the plans that do not, as far as their curves answer."""
        return tuple(plan for plan in self.plans if not plan.reaches)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "wanted": self.wanted,
            "plans": [plan.as_dict() for plan in self.plans],
            "priced": self.priced,
            "apart": self.apart,
            "level": self.level,
        }


def cheapest_plan(
    options: Sequence[Option], wanted: float, *, level: float = CURVE_LEVEL
) -> Advice:
    """Say what each option needs for a wanted score, and which is cheapest.

    Parameters
    ----------
    options
        With names of their own. All have a price or none has. A mixture, such as all pairs owned
        and ``k`` native labels, is an option whose curve was measured over ``k``.
    wanted
        Score between 0 and 1, of the metric of the curves.
    level
        Coverage of the intervals.

    Notes
    -----
    A curve speaks of sizes from the smallest measured on, so an option needs at least that one.
    Intervals that overlap do not show that two options cost the same: they show that these
    measurements cannot show.

    Raises
    ------
    SettingError
        If there is no option, a name stands twice, only some have a price, or ``wanted`` or
        ``level`` has no meaning.

    Examples
    --------
    >>> from langalign.evaluation import fit_learning_curve
    >>> sizes = [100, 200, 400, 800, 1600]
    >>> labels = fit_learning_curve(sizes, [0.9 - 2 * n**-0.5 for n in sizes])
    >>> pairs = fit_learning_curve(sizes, [0.85 - 2 * n**-0.5 for n in sizes])
    >>> advice = cheapest_plan(
    ...     [Option("native", labels, "native labels", 0.5),
    ...      Option("linear", pairs, "pairs", 0.05, owned=200)], wanted=0.8)
    >>> [(plan.name, plan.to_get, plan.cost) for plan in advice.plans]
    [('linear', 1400, 70.0), ('native', 400, 200.0)]
    """
    _require_comparable(options)
    priced = options[0].cost_per_unit is not None
    plans = [_plan(option, wanted, level) for option in options]
    plans.sort(key=lambda plan: (plan.price(priced=priced)[0], -plan.needed.chance, -plan.best))
    prices = [plan.price(priced=priced) for plan in plans]
    return Advice(
        wanted=wanted,
        plans=tuple(plans),
        priced=priced,
        apart=all(prices[0][2] < low for _, low, _ in prices[1:]) and plans[0].reaches,
        level=level,
    )


def _require_comparable(options: Sequence[Option]) -> None:
    names = [option.name for option in options]
    if not names or len(set(names)) < len(names):
        raise SettingError(f"options {names}: expected at least one, each with a name of its own")
    unpriced = [option.name for option in options if option.cost_per_unit is None]
    if unpriced and len(unpriced) < len(options):
        raise SettingError(
            f"options {unpriced} have no price and others have; give all a cost_per_unit, or none"
        )


def _plan(option: Option, wanted: float, level: float) -> Plan:
    needed = option.curve.size_for(wanted, level)
    sizes = needed.size, needed.low, needed.high
    to_get, to_get_low, to_get_high = map(option.to_get, sizes)
    cost, cost_low, cost_high = map(option.cost, sizes)
    limit = option.curve.limit
    return Plan(
        name=option.name,
        unit=option.unit,
        needed=needed,
        to_get=to_get,
        to_get_low=to_get_low,
        to_get_high=to_get_high,
        cost=cost,
        cost_low=cost_low,
        cost_high=cost_high,
        best=option.curve.predict(limit),
        best_interval=option.curve.interval(limit, level),
        limit=limit,
    )
