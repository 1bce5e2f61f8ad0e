"""``langalign curve``: what more pairs, labels or translations bring, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import progress, show_json, show_table
from langalign.cli.data_options import (
    CleanOption,
    LabeledOption,
    LearnedSplitOption,
    MaxPairsOption,
    MetricOption,
    NativeOption,
    ParallelOption,
    SeedsOption,
    SourceEncoderOption,
    SourceLangOption,
    TargetEncoderOption,
    TargetLangOption,
    TestOption,
    TestSplitOption,
    TranslatedOption,
    UnlabeledOption,
    WhereOption,
)
from langalign.cli.options import (
    BackendOption,
    CacheOption,
    JsonOption,
    NoCacheOption,
    PairMode,
    PairModeOption,
    PoolingOption,
    PromptOption,
    TaskOption,
    ThreadsOption,
    cache_of,
    encoders_of,
    use_threads,
)
from langalign.cli.reading import (
    read_labeled,
    read_labeled_if_given,
    read_parallel,
    read_record,
    read_texts_if_given,
)
from langalign.cli.run_report import show_advice, show_written, typed_command
from langalign.cli.writing import require_results_folder

if TYPE_CHECKING:
    from langalign.experiment.measured_curve import MeasuredCurve
    from langalign.report.fitted_table import FittedTable


def curve(
    parallel: ParallelOption,
    labeled: LabeledOption,
    test: TestOption,
    target_lang: TargetLangOption,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Folder for curves.json and curves.html; that of a comparison of the same data is "
            "fine. A stopped run resumes there.",
        ),
    ],
    source_lang: SourceLangOption = "en",
    native: NativeOption = None,
    translated: TranslatedOption = None,
    unlabeled: UnlabeledOption = None,
    split: LearnedSplitOption = "train",
    test_split: TestSplitOption = "test",
    parallel_where: WhereOption = None,
    max_pairs: MaxPairsOption = None,
    clean: CleanOption = True,
    source_encoder: SourceEncoderOption = "mini",
    target_encoder: TargetEncoderOption = "mini",
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    backend: BackendOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    strategy: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Strategy to measure by the number of pairs; see 'langalign list strategies'.",
        ),
    ] = "linear",
    wanted: Annotated[
        float | None,
        typer.Option(
            metavar="SCORE", min=0, max=1, help="Plan for this score, such as an accuracy of 0.8."
        ),
    ] = None,
    cost_per_pair: Annotated[
        float | None, typer.Option(metavar="X", min=0, help="Price of one more parallel sentence.")
    ] = None,
    cost_per_label: Annotated[
        float | None,
        typer.Option(metavar="X", min=0, help="Price of one more label of the target language."),
    ] = None,
    cost_per_translation: Annotated[
        float | None,
        typer.Option(metavar="X", min=0, help="Price of one more translated training text."),
    ] = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    seeds: SeedsOption = 3,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Find out what more data would bring, and the cheapest way to a score.

    Measures scores by the number of parallel sentences and, where they are given, of native labels
    and of translated texts, fits a saturating curve to each, and says how many native labels the
    parallel text is worth. With --wanted and prices it says what that score costs by each kind of
    data, how sure that is, and where it is better to label native texts.

    Example:
      langalign curve --parallel en-ko.tsv --labeled reviews-en.tsv \
          --test reviews-ko.tsv --native reviews-ko.tsv --target-lang ko \
          --wanted 0.8 --cost-per-pair 0.05 --cost-per-label 0.3 --out comparison
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    require_results_folder(out)
    prices = (cost_per_pair, cost_per_label, cost_per_translation)

    from langalign.data import LabeledText
    from langalign.experiment.costs import Costs
    from langalign.experiment.curve import learning_curves

    source, target = encoders_of(
        (source_encoder, source_pooling, source_prompt),
        (target_encoder, target_pooling, target_prompt),
        threads,
        backend=backend,
    )
    pairs = read_parallel(parallel, source_lang, target_lang, split=split, where=parallel_where)
    with progress() as report:
        outcome = learning_curves(
            parallel=pairs,
            labeled=read_labeled(labeled, source_lang, split=split),
            test=LabeledText.read(test, lang=target_lang, split=test_split),
            out=out,
            native=read_labeled_if_given(native, target_lang, split=split),
            translated=read_labeled_if_given(translated, target_lang, split=split),
            unlabeled=read_texts_if_given(unlabeled, target_lang, split=split),
            source_encoder=source,
            target_encoder=target,
            strategy=strategy,
            wanted=wanted,
            costs=None if prices == (None, None, None) else Costs(*prices),
            n_seeds=seeds,
            max_pairs=max_pairs,
            metric=None if metric is None else metric.value,
            task=None if task is None else task.value,
            pair_mode=pair_mode.value,
            clean=clean,
            cache=kept,
            name=test.name.split(".")[0],
            command=typed_command(),
            progress=report,
        )
    record = read_record(outcome.record)
    if json:
        show_json(record)
    else:
        show_table(_table(outcome.curves))
        show_advice(outcome.advice, record["left_out"])
        show_written(outcome)


def _table(curves: Mapping[str, MeasuredCurve]) -> FittedTable:
    from langalign.experiment.curve_page import curve_rows
    from langalign.report.table import terminal_table

    return terminal_table([row for measured in curves.values() for row in curve_rows(measured)])
