"""The numbers of plans, in plain sentences."""

from __future__ import annotations

from langalign.evaluation.labels_worth import LabelsWorth
from langalign.evaluation.plans import Advice, Plan

LIKELY = 0.95


def advise(advice: Advice, worth: LabelsWorth | None = None) -> list[str]:
    """Put advice into sentences, the one that matters most first.

    Parameters
    ----------
    advice
        From :func:`langalign.evaluation.plans.cheapest_plan`.
    worth
        The best strategy without native labels against a number of these, from
        :func:`langalign.evaluation.labels_worth.against_labels`.

    Examples
    --------
    >>> from langalign.evaluation import Option, cheapest_plan, fit_learning_curve
    >>> sizes = [100, 200, 400, 800, 1600]
    >>> labels = fit_learning_curve(sizes, [0.9 - 2 * n**-0.5 for n in sizes])
    >>> option = Option("native", labels, "native labels", 0.5, owned=100)
    >>> advise(cheapest_plan([option], 0.8))[0].partition(" [")[0]
    'native reaches 0.800 with 300 more native labels'
    """
    sentences = [] if worth is None else advise_worth(worth)
    if not advice.reaching:
        return [*sentences, _none_reaches(advice), *map(_fails, advice.plans)]
    cheapest = advice.reaching[0]
    sentences.append(_instead(advice, cheapest) + _reaches(cheapest, advice))
    sentences += [_reaches(plan, advice) for plan in advice.reaching[1:]]
    if len(advice.plans) > 1:
        sentences.append(_doubt(advice, cheapest))
    return sentences + [_fails(plan) for plan in advice.failing]


def advise_worth(worth: LabelsWorth) -> list[str]:
    """Compare the strategy without labels with native labels, in sentences."""
    labels, name = f"{worth.n_labels} native labels", worth.name
    ours, theirs = f"{worth.score:.3f}", f"{worth.with_labels:.3f}"
    if worth.label_instead:
        verdict = (
            f"Label {worth.n_labels} native texts instead of using {name}: {theirs} against "
            f"{ours}, beyond chance."
        )
    elif worth.strategy_ahead:
        verdict = f"{name} is better than {labels}, beyond chance: {ours} against {theirs}."
    else:
        verdict = f"{name} and {labels} do not differ beyond chance: {ours} against {theirs}."
    needed = worth.worth
    if needed.size is None:
        amount = "more native labels than their curve answers for"
        amount += "" if needed.low is None else f" (at least {needed.low:,})"
    else:
        amount = f"about {needed.size:,} native labels {_range(needed.low, needed.high)}"
    return [verdict, f"{name} is worth {amount}."]


def _instead(advice: Advice, cheapest: Plan) -> str:
    """Say it plainly where native labels cost the least of several ways."""
    if not advice.priced:
        return ""
    others = any(plan.unit != cheapest.unit for plan in advice.plans)
    if cheapest.unit != "native labels" or not others or not cheapest.to_get:
        return ""
    return f"Label {cheapest.to_get:,} native texts instead: "


def _reaches(plan: Plan, advice: Advice) -> str:
    if not plan.to_get:
        text = f"{plan.name} reaches {advice.wanted:.3f} with the {plan.unit} owned already"
        text += "" if plan.to_get_high == 0 else f" (or up to {_end(plan.to_get_high)} more)"
    else:
        amounts = _range(plan.to_get_low, plan.to_get_high)
        text = f"{plan.name} reaches {advice.wanted:.3f} with {plan.to_get:,} more {plan.unit} "
        text += amounts
    if plan.cost is not None:
        text += f", cost {plan.cost:,.6g} {_range(plan.cost_low, plan.cost_high)}"
    if plan.needed.chance < LIKELY:
        text += f", with a chance of {plan.needed.chance:.0%}"
    if plan.needed.far:
        text += "; that is more than twice what was measured"
    return text + "."


def _doubt(advice: Advice, cheapest: Plan) -> str:
    if not advice.priced and len({plan.unit for plan in advice.plans}) > 1:
        return "Amounts of different things are not compared; give prices to see which is cheapest."
    least = "the cheapest" if advice.priced else "the one that needs the fewest units"
    if advice.apart:
        return (
            f"{cheapest.name} is {least}: the {advice.level:.0%} intervals lie apart. They take in "
            "the chance of training, not that the test set is a sample."
        )
    return f"{cheapest.name} is {least} by the estimates; the intervals overlap, so it may not be."


def _none_reaches(advice: Advice) -> str:
    best = max(advice.plans, key=lambda plan: plan.best)
    low, high = best.best_interval.as_list()
    return (
        f"No plan reaches {advice.wanted:.3f}: the best is {best.name} with {best.best:.3f} "
        f"[{low:.3f}, {high:.3f}] at {best.limit:,.0f} {best.unit}, the most that its curve "
        "answers for."
    )


def _fails(plan: Plan) -> str:
    return (
        f"{plan.name} does not reach {plan.needed.score:.3f} with up to {plan.limit:,.0f} "
        f"{plan.unit} (chance {plan.needed.chance:.0%}; {plan.best:.3f} there)."
    )


def _range(low: float | None, high: float | None) -> str:
    return f"[{_end(low)}, {_end(high)}]"


def _end(value: float | None) -> str:
    return "beyond the curve" if value is None else f"{value:,.6g}"
