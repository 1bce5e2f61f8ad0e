"""What pairs, labels and translations cost, and the ways to a score that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from langalign.errors import SettingError
from langalign.evaluation.plans import Option
from langalign.experiment.measured_curve import CurvePlan, Field, MeasuredCurve


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices in one currency; those of what is not used may be left out.

    Parameters
    ----------
    per_pair, per_label, per_translation
        Of one more parallel sentence, native label, translated training text.
    """

    per_pair: float | None = None
    per_label: float | None = None
    per_translation: float | None = None

    def of(self, field: Field) -> float | None:
        """Return the price of one more of what a curve varies."""
        prices = {
            "pairs": self.per_pair,
            "labels": self.per_label,
            "translations": self.per_translation,
        }
        return prices[field]


def require_prices(plans: Iterable[CurvePlan], costs: Costs | None) -> None:
    """Raise :class:`SettingError` if some of what is measured has a price and some has none."""
    if costs is None:
        return
    missing = [plan.unit for plan in plans if costs.of(plan.field) is None]
    if missing:
        raise SettingError(
            f"no price was given for {' and '.join(dict.fromkeys(missing))}; give all prices "
            "(--cost-per-pair, --cost-per-label, --cost-per-translation), or none. What you have "
            "already costs 0."
        )


def options_of(curves: Mapping[str, MeasuredCurve], costs: Costs | None) -> list[Option]:
    """Return one way to a score a curve; native labels on top of all pairs cost these as well."""
    pairs = next(c for c in curves.values() if c.plan.field == "pairs") if curves else None
    options = []
    for name, measured in curves.items():
        price = None if costs is None else costs.of(measured.plan.field)
        fixed = 0.0
        if name == "linear+native" and costs is not None and pairs is not None:
            fixed = (costs.per_pair or 0.0) * pairs.sizes[-1]
        options.append(Option(name, measured.curve, measured.plan.unit, price, fixed_cost=fixed))
    return options
