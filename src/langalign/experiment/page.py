"""A comparison as a page: what to conclude, the table, pictures, texts right and wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.experiment.account import Account
from langalign.experiment.cells import Cell
from langalign.experiment.examples import examples_section
from langalign.experiment.run import Setting as RunSetting
from langalign.experiment.setup import Experiment
from langalign.experiment.spaces_section import spaces_section
from langalign.experiment.summary import StrategyRow, Summary
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors
from langalign.report.alignment_picture import alignment_picture
from langalign.report.confusion_picture import confusion_picture
from langalign.report.content import Curve, Picture, Report, ReportRow, Section, Setting
from langalign.report.curve_picture import curve_picture
from langalign.report.score_plot import score_picture
from langalign.strategies.aligned import aligned_classifier
from langalign.tasks import CLASSIFICATION, SIMILARITY

MOST_IN_PICTURE = 2000


def comparison_report(summary: Summary, account: Account) -> Report:
    """Return the page of a comparison; nothing on it asks the clock."""
    source, target = account.experiment.setting.languages
    return account.report(f"{source} to {target}", _sections(summary, account.experiment))


def _sections(summary: Summary, experiment: Experiment) -> Iterator[Section]:
    setting, texts, vectors = experiment.setting, experiment.texts, experiment.vectors
    group = f"{setting.task} ({setting.languages[1]})"
    rows = report_rows(summary, group)
    majority = {}
    if summary.majority is not None:
        majority[group] = summary.majority.value(summary.metric)
    yield Section(
        title="Every strategy",
        text=_about(texts, experiment.leaks),
        rows=rows,
        pictures=(score_picture(rows, metric=summary.metric, majority=majority),),
        settings=tuple(_settings(summary)),
    )
    if summary.left_out:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in summary.left_out.items())
        yield Section(title="Left out", text=f"{reasons}.")
    curve = _label_curve(summary)
    if curve is not None:
        yield Section(
            title="What native labels would bring",
            text="Where the curve crosses the line, labelling is worth as much as the best "
            "strategy without target labels.",
            pictures=(curve,),
        )
    shown = summary.row(summary.chosen or summary.best_label_free)
    if shown is None:
        return
    if texts.kind == CLASSIFICATION:
        yield Section(
            title="Confusions",
            text="Of the first seed.",
            pictures=tuple(_confusions(summary, shown, texts.test.labels)),
        )
    yield from _both_languages(vectors, setting)
    yield from spaces_section(vectors.everything)
    yield examples_section(shown, texts, vectors)


def _about(texts: ExperimentTexts, leaks: Mapping[str, int]) -> str:
    sizes = [
        f"{len(texts.labeled):,} labelled source texts",
        f"{len(texts.parallel):,} pairs",
        f"{len(texts.test):,} test texts",
    ]
    for name, given in (
        ("unlabelled target texts", texts.unlabeled),
        ("native labels", texts.native),
        ("translated texts", texts.translated),
    ):
        if given is not None:
            sizes.append(f"{len(given):,} {name}")
    dropped = ", ".join(f"{n:,} of {name}" for name, n in leaks.items())
    return (
        f"{'; '.join(sizes)}. Intervals: 95 %, over test texts and seeds. p: paired bootstrap "
        "against the best strategy without target labels, Holm's correction. The best was picked "
        "by this test, so p describes the table: a row said to be behind it may be its equal."
        + (f" Rows dropped because they stand in the test: {dropped}." if dropped else "")
    )


def report_rows(summary: Summary, group: str) -> tuple[ReportRow, ...]:
    """Return the rows of every table of a comparison, best first."""
    return tuple(_report_row(row, group) for row in summary.rows)


def _report_row(row: StrategyRow, group: str) -> ReportRow:
    compared = row.against_best
    difference = "best without target labels"
    if compared is not None:
        difference = f"{compared.difference:+.3f}, p = {row.p_adjusted:.3f}"
    seconds = sum(record.seconds for record in row.records) / len(row.records)
    note = f"{seconds:.1f} s" + (f"; agreement {row.kappa:.2f}" if row.kappa is not None else "")
    return ReportRow(
        group, row.strategy, row.summary.as_scores(), note, kind=row.kind, against_best=difference
    )


def _settings(summary: Summary) -> Iterator[Setting]:
    """Yield what the chosen strategy chose, seed by seed."""
    chosen = summary.row(summary.chosen) if summary.chosen else None
    for record in () if chosen is None else chosen.records:
        settings = record.settings
        run, reason = f"{record.strategy}, seed {record.seed}", ""
        if "kappa" in settings:
            reason = f"{settings['measure']} {settings['kappa']:.2f} on held-out pairs"
        if "aligner_name" in settings:  # older records do not say it
            yield Setting(f"{run}: aligner", settings["aligner_name"], reason)
        for part in ("aligner", "head"):
            for name, value in settings.get(part, {}).items():
                shown = f"{value:.3g}" if isinstance(value, int | float) else str(value)
                yield Setting(f"{run}: {part}, {name}", shown, reason)


def _label_curve(summary: Summary) -> Picture | None:
    """Return scores of native labels by number, beside the best that needs none."""
    points = []
    for row in summary.rows:
        size = row.strategy.removeprefix("native-")
        if size.isdigit():
            scores = row.summary.as_scores()
            points.append(
                (int(size), scores.value(summary.metric), scores.interval(summary.metric))
            )
    if len(points) < 2:
        return None
    points.sort(key=lambda point: point[0])
    best = summary.row(summary.best_label_free)
    lines = {}
    if best is not None:
        lines[best.strategy] = best.summary.as_scores().value(summary.metric)
    curve = Curve(
        name="native labels",
        sizes=tuple(size for size, _, _ in points),
        means=tuple(mean for _, mean, _ in points),
        lows=tuple(interval.low for _, _, interval in points),
        highs=tuple(interval.high for _, _, interval in points),
    )
    return curve_picture(
        [curve], metric=summary.metric, x_label="Native labels", reference_lines=lines
    )


def _confusions(summary: Summary, shown: StrategyRow, truth: Sequence[Any]) -> Iterator[Picture]:
    for name in dict.fromkeys((shown.strategy, "english-only", "native")):
        row = summary.row(name)
        if row is not None:
            yield confusion_picture(truth, row.predicted[0], title=name)


def _both_languages(vectors: ExperimentVectors, setting: RunSetting) -> Iterator[Section]:
    """Yield the two languages on a plane; two spaces of other widths have no common plane."""
    problem = vectors.problem(Cell("linear", 0), setting.max_pairs)
    if problem.X.ndim == 3 or problem.X.shape[1] != vectors.test_X.shape[1]:
        return
    model = aligned_classifier(problem, "linear", "forward", 0)
    rows = np.random.default_rng(0).permutation(len(problem.X))[:MOST_IN_PICTURE]
    fitted: AlignedClassifier = model.set_params(select=False).fit(
        problem.X,
        problem.y,
        pairs=(problem.source, problem.target),
        unlabeled=problem.unlabeled,
    )
    source, target = setting.languages
    numbers = problem.kind == SIMILARITY  # which have no classes to colour by
    yield Section(
        title="Both languages before and after",
        pictures=(
            alignment_picture(
                vectors.test_X[:MOST_IN_PICTURE],
                problem.X[rows],
                fitted.map_source(problem.X[rows]),
                source_labels=None if numbers else vectors.truth[:MOST_IN_PICTURE].tolist(),
                target_labels=None if numbers else problem.y[rows].tolist(),
                languages=(f"{target} test texts", f"{source} labelled texts"),
                caption="The head is trained on the source vectors on the right.",
            ),
        ),
    )
