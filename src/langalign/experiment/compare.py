"""Every strategy side by side on one task: which is best, and by how much."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.aligners import aligners
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.data.text import as_texts
from langalign.encoders.resolve import EncoderSpec
from langalign.errors import SettingError, UnknownNameError
from langalign.evaluation.metrics import Metric
from langalign.experiment.account import Account
from langalign.experiment.advice import advice
from langalign.experiment.cells import Cell
from langalign.experiment.page import comparison_report
from langalign.experiment.results import as_results
from langalign.experiment.run import ORACLE, run_cells
from langalign.experiment.setup import prepare
from langalign.experiment.summary import Summary, summarise
from langalign.experiment.texts import ExperimentTexts
from langalign.inputs.fit_texts import unlabeled_texts
from langalign.persistence import write_json
from langalign.progress import Progress
from langalign.report.html import write_report
from langalign.strategies import strategies as known_strategies
from langalign.strategies.aligned import REVERSE

ORACLES = (f"linear{ORACLE}", f"reverse-linear{ORACLE}")
USUAL_ALIGNERS = ("auto", "mean-shift", "procrustes", "linear", "fc", "ae")
"""Compared unless others are named: what ``fit`` takes, what it chooses from, and the paper's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison found and where it wrote it.

    Parameters
    ----------
    summary
        Rows, best and choice.
    advice
        What follows for somebody who has to decide, in sentences.
    report, record
        The HTML page and the JSON record.
    seconds
        Wall-clock time of this run.
    """

    summary: Summary
    advice: tuple[str, ...]
    report: Path
    record: Path
    seconds: float


def compare(
    *,
    parallel: ParallelText,
    labeled: LabeledText,
    test: LabeledText,
    out: str | Path,
    native: LabeledText | None = None,
    translated: LabeledText | None = None,
    test_translated: Iterable[Any] | None = None,
    unlabeled: Iterable[Any] | None = None,
    source_encoder: EncoderSpec = "mini",
    target_encoder: EncoderSpec = "mini",
    strategies: Sequence[str] | None = None,
    n_seeds: int = 3,
    n_network_seeds: int | None = None,
    max_pairs: int | None = None,
    metric: Metric | None = None,
    task: str | None = None,
    pair_mode: str = "siamese",
    clean: bool = True,
    cache: bool | str | Path = True,
    name: str = "task",
    command: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """Run every strategy that the data allow; write ``results.json`` and ``report.html``.

    Settings are chosen without target labels, by agreement, in every strategy that does not name
    labels of the target language in its row; what the test labels would have picked (``-oracle``)
    is marked. A stopped run resumes when called again.

    Parameters
    ----------
    parallel
        Parallel text of source and target language.
    labeled
        Labelled source texts.
    test
        Labelled target texts to score on. Training rows that stand in it are dropped.
    out
        Folder for the results; it must be new, or hold the same comparison.
    native
        Labelled target texts to learn from: the strategies ``native``, ``native-100``, ...
    translated
        Labelled source texts in translation: ``translated``.
    test_translated
        The test texts in translation, row by row: ``translate-test``.
    unlabeled
        Target texts like those to be classified, for centring.
    source_encoder, target_encoder
        As in :class:`~langalign.model.LangAlign`.
    strategies
        Names to run; ``None`` means all but those of less usual aligners.
    n_seeds
        Runs of each strategy; they differ in what is random: folds, networks, the native labels
        drawn and, with ``max_pairs``, the pairs.
    n_network_seeds
        Runs of aligners that are trained by gradient, which take long; ``None`` means as many as of
        the others.
    max_pairs
        Pairs that each seed draws.
    metric
        Which score orders and compares, such as ``"macro_f1"``; ``None`` takes the main one of the
        kind of task.
    task
        As in :class:`~langalign.model.LangAlign`.
    pair_mode, clean, cache
        As in :class:`~langalign.model.LangAlign`.
    name
        Of the task, for titles.
    command
        What was typed to get this, for the report.
    progress
        Called with (stage, done, total).

    Raises
    ------
    DataError
        If the data do not fit together.
    SettingError
        If ``out`` holds another comparison, or a parameter has no meaning.
    UnknownNameError
        If there is no strategy of a name.
    """
    start = time.perf_counter()
    slow_seeds = n_seeds if n_network_seeds is None else n_network_seeds
    if min(n_seeds, slow_seeds) < 1:
        raise SettingError(
            f"n_seeds={n_seeds}, n_network_seeds={n_network_seeds}: expected at least 1"
        )
    names = strategy_names(strategies)
    texts = ExperimentTexts(
        parallel=parallel,
        labeled=labeled,
        test=test,
        native=native,
        translated=translated,
        test_translated=_texts(test_translated, "translated test texts"),
        unlabeled=unlabeled_texts(unlabeled),
        task=task,
    )
    experiment = prepare(
        texts,
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
    setting, vectors = experiment.setting, experiment.vectors
    results = run_cells(
        _cells(names, n_seeds, slow_seeds), vectors, setting, experiment.store, progress=progress
    )
    summary = summarise(results, vectors.truth.tolist(), metric=setting.metric, task=setting.kind)
    said = advice(summary)
    account = Account(experiment=experiment, advice=said, command=command)
    page, record = Path(out) / "report.html", Path(out) / "results.json"
    # Both are made before either is written: what cannot be shown leaves no half of a result.
    found, report = as_results(summary, account), comparison_report(summary, account)
    write_json(record, found)
    write_report(report, page)
    return Outcome(summary, said, page, record, time.perf_counter() - start)


def _cells(names: Sequence[str], n_seeds: int, slow_seeds: int) -> list[Cell]:
    """Return all cells; those slow to fit come last, so that a stopped run has the others."""
    quick = [name for name in names if not _is_slow(name)]
    slow = [name for name in names if _is_slow(name)]
    return [
        Cell(strategy, seed)
        for each, seeds in ((quick, n_seeds), (slow, slow_seeds))
        for seed in range(seeds)
        for strategy in each
    ]


def _is_slow(strategy: str) -> bool:
    aligner = strategy.removesuffix(ORACLE).removeprefix(REVERSE)
    return aligner in aligners.names() and not aligners.get(aligner).closed_form


def strategy_names(given: Sequence[str] | None) -> list[str]:
    """Return the strategies to run; the usual ones, with two oracles, for ``None``.

    Raises
    ------
    UnknownNameError
        If there is no strategy of a name.
    """
    usual = [name for name in known_strategies.names() if _is_usual(name)]
    names = [*usual, *ORACLES] if given is None else list(dict.fromkeys(given))
    for name in names:
        bare = name.removesuffix(ORACLE)
        known_strategies.get(bare)
        if name != bare and bare.removeprefix(REVERSE) not in aligners.names():
            raise UnknownNameError(
                f"there is no oracle {name!r}: only aligned strategies have one, such as "
                f"{ORACLES[0]!r}"
            )
    return names


def _is_usual(strategy: str) -> bool:
    aligner = strategy.removeprefix(REVERSE)
    return aligner not in aligners.names() or aligner in USUAL_ALIGNERS


def _texts(given: Iterable[Any] | None, name: str) -> Any:
    return None if given is None else as_texts(given, name=name)
