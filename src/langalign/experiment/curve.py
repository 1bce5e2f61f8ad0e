"""Scores by the amount of data, and what a wanted score costs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.encoders.resolve import EncoderSpec
from langalign.errors import DataError, SettingError
from langalign.evaluation.advice import advise, advise_worth
from langalign.evaluation.intervals import LEVEL
from langalign.evaluation.labels_worth import LabelsWorth, against_labels
from langalign.evaluation.metrics import Metric
from langalign.evaluation.plans import Advice, cheapest_plan
from langalign.experiment.account import Account
from langalign.experiment.costs import Costs, options_of, require_prices
from langalign.experiment.curve_page import curve_report
from langalign.experiment.measured_curve import (
    FEWEST,
    CurvePlan,
    Field,
    MeasuredCurve,
    left_out,
    measured_curve,
    named_plans,
    sizes_up_to,
)
from langalign.experiment.run import run_cells, uses_target_labels
from langalign.experiment.setup import Experiment, prepare
from langalign.experiment.texts import ExperimentTexts
from langalign.inputs.fit_texts import unlabeled_texts
from langalign.persistence import write_json
from langalign.progress import Progress
from langalign.report.html import write_report
from langalign.strategies import strategies

NATIVE = "native"


@dataclass(frozen=True, slots=True)
class CurveOutcome:
    """What learning curves showed and where they were written.

    Parameters
    ----------
    curves
        By strategy; what is counted is named as well where two are of one strategy.
    worth
        The strategy over pairs, with all of them, against a hundred native labels.
    plan
        What a wanted score costs; ``None`` where none was named.
    advice
        What follows, in sentences.
    report, record
        The HTML page and the JSON record.
    seconds
        Wall-clock time of this run.
    """

    curves: Mapping[str, MeasuredCurve]
    worth: LabelsWorth | None
    plan: Advice | None
    advice: tuple[str, ...]
    report: Path
    record: Path
    seconds: float


def learning_curves(
    *,
    parallel: ParallelText,
    labeled: LabeledText,
    test: LabeledText,
    out: str | Path,
    native: LabeledText | None = None,
    translated: LabeledText | None = None,
    unlabeled: Iterable[Any] | None = None,
    source_encoder: EncoderSpec = "mini",
    target_encoder: EncoderSpec = "mini",
    strategy: str = "linear",
    wanted: float | None = None,
    costs: Costs | None = None,
    n_seeds: int = 3,
    max_pairs: int | None = None,
    metric: Metric | None = None,
    task: str | None = None,
    pair_mode: str = "siamese",
    clean: bool = True,
    cache: bool | str | Path = True,
    name: str = "task",
    command: str = "",
    progress: Progress | None = None,
) -> CurveOutcome:
    """Measure scores by the number of pairs, native labels and translations.

    Writes ``curves.json`` and ``curves.html``; finished cells are kept and shared with a
    comparison in the same folder.

    Parameters
    ----------
    parallel, labeled, test, out, native, translated, unlabeled
        As in :func:`langalign.experiment.compare.compare`.
    source_encoder, target_encoder
        As there.
    strategy
        What is measured over the number of pairs; one that learns from pairs.
    wanted
        A score to plan for, in the metric.
    costs
        Prices; without them plans are compared by amounts.
    n_seeds, max_pairs, metric, task, pair_mode, clean, cache, name, command, progress
        As there.

    Raises
    ------
    DataError
        If the data do not fit together, or no cell could be run.
    SettingError
        If a parameter has no meaning, a price is missing, or ``strategy`` uses no pairs.
    """
    start = time.perf_counter()
    if n_seeds < 1:
        raise SettingError(f"n_seeds={n_seeds}: expected at least 1")
    _require_pairs(strategy)
    experiment = prepare(
        ExperimentTexts(
            parallel=parallel,
            labeled=labeled,
            test=test,
            native=native,
            translated=translated,
            unlabeled=unlabeled_texts(unlabeled),
            task=task,
        ),
        out,
        source_encoder=source_encoder,
        target_encoder=target_encoder,
        metric=metric,
        max_pairs=max_pairs,
        pair_mode=pair_mode,
        clean=clean,
        cache=cache,
        name=name,
        progress=progress,
    )
    plans = curve_plans(experiment, strategy)
    require_prices(plans, costs)
    curves, failed = _measure(experiment, plans, n_seeds, progress)
    worth = _worth(curves, strategy, experiment.setting.metric)
    plan = None if wanted is None else _plan(experiment, curves, costs, wanted)
    said = tuple(sentences(curves, worth, plan))
    folder = Path(out)
    record, page = folder / "curves.json", folder / "curves.html"
    account = Account(experiment=experiment, advice=said, command=command)
    write_json(record, _as_record(account, curves, worth, plan, failed))
    write_report(curve_report(account, curves), page)
    return CurveOutcome(curves, worth, plan, said, page, record, time.perf_counter() - start)


def curve_plans(experiment: Experiment, strategy: str) -> list[CurvePlan]:
    """Return the curves that the data allow: over pairs, native labels, both, translations."""
    given, limit = experiment.vectors.everything, experiment.setting.max_pairs
    n_pairs = len(given.source) if limit is None else min(limit, len(given.source))
    wanted: list[tuple[str, Field, int]] = [(strategy, "pairs", n_pairs)]
    if given.native_X is not None:
        wanted += [(NATIVE, "labels", len(given.native_X))]
        wanted += [("linear+native", "labels", len(given.native_X))]
    if given.translated_X is not None:
        wanted += [("translated", "translations", len(given.translated_X))]
    return [CurvePlan(name, field, sizes_up_to(n, FEWEST[field])) for name, field, n in wanted]


def sentences(
    curves: Mapping[str, MeasuredCurve], worth: LabelsWorth | None, plan: Advice | None
) -> list[str]:
    """Say what the curves mean for somebody who has to decide."""
    said = []
    if plan is not None:
        said += advise(plan, worth)
    elif worth is not None:
        said += advise_worth(worth)
    for name, measured in curves.items():
        curve = measured.curve
        if curve.kind == "one size":
            continue
        gain = curve.doubling()
        low, high = gain.interval.as_list()
        said.append(
            f"{name}: twice as many {measured.plan.unit} ({2 * measured.sizes[-1]:,}) would bring "
            f"{gain.gain:+.3f} [{low:+.3f}, {high:+.3f}]"
            + (": more of them is not worth while." if curve.saturated else ".")
        )
    return said


def _require_pairs(strategy: str) -> None:
    """Raise where more parallel text would change nothing, before anything is read or encoded."""
    if not strategies.get(strategy).uses_pairs:
        known = [name for name in strategies.names() if strategies.get(name).uses_pairs]
        raise SettingError(
            f"strategy={strategy!r} learns from no parallel text, so it has no scores by the "
            f"number of pairs; take one that does ({', '.join(known)}). Native labels and "
            "translations have curves of their own where they are given (--native, --translated)."
        )


def _plan(
    experiment: Experiment,
    curves: Mapping[str, MeasuredCurve],
    costs: Costs | None,
    wanted: float,
) -> Advice:
    given = experiment.vectors.everything
    owned: dict[Field, int] = {
        "pairs": len(given.source),
        "labels": 0 if given.native_X is None else len(given.native_X),
        "translations": 0 if given.translated_X is None else len(given.translated_X),
    }
    return cheapest_plan(options_of(curves, costs, owned), wanted)


def _measure(
    experiment: Experiment, plans: list[CurvePlan], n_seeds: int, progress: Progress | None
) -> tuple[dict[str, MeasuredCurve], dict[str, str]]:
    cells = [cell for plan in plans for cell in plan.cells(n_seeds)]
    results = run_cells(
        cells, experiment.vectors, experiment.setting, experiment.store, progress=progress
    )
    metric = experiment.setting.metric
    measured = {
        name: measured_curve(plan, results, n_seeds, metric)
        for name, plan in named_plans(plans).items()
    }
    failed = left_out(plans, results)
    curves = {name: curve for name, curve in measured.items() if curve is not None}
    if not curves:
        raise DataError(f"nothing could be measured: {'; '.join(failed.values())}")
    return curves, failed


def _worth(
    curves: Mapping[str, MeasuredCurve], strategy: str, metric: Metric
) -> LabelsWorth | None:
    """Hold a strategy without native labels, with all pairs, against a hundred of them."""
    native, ours = curves.get(NATIVE), curves.get(strategy)
    if native is None or ours is None or uses_target_labels(strategy):
        return None
    worthless = ours.whole.value(metric) < 0  # a correlation
    if worthless or not native.sizes[0] <= 100 <= native.curve.limit:
        return None
    return against_labels(
        native.curve, strategy, ours.whole.value(metric), ours.whole.interval(metric), level=LEVEL
    )


def _as_record(
    account: Account,
    curves: Mapping[str, MeasuredCurve],
    worth: LabelsWorth | None,
    plan: Advice | None,
    failed: Mapping[str, str],
) -> dict[str, Any]:
    return account.record(
        "learning curves",
        {
            "curves": [measured.as_dict() for measured in curves.values()],
            "worth": None if worth is None else worth.as_dict(),
            "plan": None if plan is None else plan.as_dict(),
            "left_out": dict(failed),
        },
    )
