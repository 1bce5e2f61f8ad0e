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


def options_of(
    curves: Mapping[str, MeasuredCurve], costs: Costs | None, owned: Mapping[Field, int]
) -> list[Option]:
    """Return one way to a score a curve; what is there already is free, on every way."""
    return [
        Option(
            name,
            measured.curve,
            measured.plan.unit,
            None if costs is None else costs.of(measured.plan.field),
            owned=owned[measured.plan.field],
        )
        for name, measured in curves.items()
    ]
