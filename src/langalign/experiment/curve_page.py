"""Learning curves as a page: what to conclude, a picture per kind of data, the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from langalign.evaluation.majority import majority_scores
from langalign.evaluation.metrics import METRIC_NAMES
from langalign.experiment.account import Account
from langalign.experiment.measured_curve import MeasuredCurve
from langalign.experiment.run import uses_target_labels
from langalign.experiment.setup import Experiment
from langalign.report.content import Curve, Report, ReportRow, Section
from langalign.report.curve_picture import curve_picture
from langalign.report.kinds import Kind

POINTS = 40
"""Of the fitted line."""


def curve_report(account: Account, curves: Mapping[str, MeasuredCurve]) -> Report:
    """Return the page; nothing on it asks the clock."""
    source, target = account.experiment.setting.languages
    return account.report(
        f"what more data brings, {source} to {target}", _sections(account.experiment, curves)
    )


def _sections(experiment: Experiment, curves: Mapping[str, MeasuredCurve]) -> Iterator[Section]:
    metric = experiment.setting.metric
    for unit in dict.fromkeys(measured.plan.unit for measured in curves.values()):
        shown = [measured for measured in curves.values() if measured.plan.unit == unit]
        lines = {
            f"{name}, all {measured.plan.unit}": measured.whole.value(metric)
            for name, measured in curves.items()
            if measured not in shown
        } | _guess(experiment)
        yield Section(
            title=f"By the number of {unit}",
            text=f"{METRIC_NAMES[metric]} over seeds with 95 % intervals; the line is fitted to "
            "the points.",
            rows=tuple(row for measured in shown for row in curve_rows(measured)),
            pictures=(
                curve_picture(
                    [_drawn(measured, experiment) for measured in shown],
                    metric=metric,
                    x_label=unit[0].upper() + unit[1:],
                    reference_lines=lines,
                ),
            ),
        )


def curve_rows(measured: MeasuredCurve) -> Iterator[ReportRow]:
    """Yield one row a size, the smallest first."""
    for size, scores in zip(measured.sizes, measured.scores, strict=True):
        yield ReportRow(
            measured.plan.strategy,
            f"{size:,} {measured.plan.unit}",
            scores,
            kind=_kind(measured.plan.strategy),
        )


def _kind(strategy: str) -> Kind:
    return "target-labels" if uses_target_labels(strategy) else ""


def _drawn(measured: MeasuredCurve, experiment: Experiment) -> Curve:
    metric = experiment.setting.metric
    intervals = [scores.interval(metric) for scores in measured.scores]
    sizes = np.geomspace(measured.sizes[0], measured.sizes[-1], POINTS)
    fitted = None
    if len(measured.sizes) > 1:
        # Rounding must not leave the range that the curve answers for.
        inside = np.clip(sizes, measured.sizes[0], measured.sizes[-1])
        fitted = tuple((float(n), measured.curve.predict(float(n))) for n in inside)
    return Curve(
        name=measured.plan.strategy,
        sizes=tuple(float(size) for size in measured.sizes),
        means=tuple(scores.value(metric) for scores in measured.scores),
        lows=tuple(interval.low for interval in intervals),
        highs=tuple(interval.high for interval in intervals),
        fitted=fitted,
        kind=_kind(measured.plan.strategy),
    )


def _guess(experiment: Experiment) -> dict[str, float]:
    """Return the score of the most frequent label."""
    setting, truth = experiment.setting, experiment.vectors.truth.tolist()
    scores = majority_scores(truth, task=setting.kind)
    if scores is None:
        return {}
    return {"most frequent label": scores.value(setting.metric)}
