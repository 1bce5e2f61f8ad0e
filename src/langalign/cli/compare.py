"""``langalign compare``: strategies side by side on one task."""

from __future__ import annotations

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
    from langalign.experiment.summary import Summary
    from langalign.report.fitted_table import FittedTable


def compare(
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
            help="Folder for results.json and report.html; a stopped run resumes there.",
        ),
    ],
    source_lang: SourceLangOption = "en",
    native: NativeOption = None,
    translated: TranslatedOption = None,
    test_translated: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The rows of --test translated into the source language, in the same order.",
        ),
    ] = None,
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
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run only these; see 'langalign list strategies'. Repeat for more.",
            show_default="the usual ones",
        ),
    ] = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    seeds: SeedsOption = 3,
    network_seeds: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="The same for aligners trained by gradient, which are slow.",
            show_default="as --seeds",
        ),
    ] = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Find out which strategy is best for your data, and what labels would bring.

    Runs English-only, translated and native data, the usual aligners forward and reverse,
    distillation and few-shot mixes with several seeds, and writes a table with intervals and
    paired significance tests, an HTML report and a JSON record. Other aligners run where --strategy
    names them. Settings are chosen without target labels; rows that use some are marked. Finished
    runs are kept: the same command resumes.

    Example:
      langalign compare --parallel en-ko.tsv --labeled reviews-en.tsv \
          --test reviews-ko.tsv --native reviews-ko.tsv \
          --target-lang ko --out comparison
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    require_results_folder(out)

    from langalign.data import LabeledText
    from langalign.experiment.compare import compare as run

    source, target = encoders_of(
        (source_encoder, source_pooling, source_prompt),
        (target_encoder, target_pooling, target_prompt),
        threads,
        backend=backend,
    )
    pairs = read_parallel(parallel, source_lang, target_lang, split=split, where=parallel_where)
    with progress() as report:
        outcome = run(
            parallel=pairs,
            labeled=read_labeled(labeled, source_lang, split=split),
            test=LabeledText.read(test, lang=target_lang, split=test_split),
            out=out,
            native=read_labeled_if_given(native, target_lang, split=split),
            translated=read_labeled_if_given(translated, target_lang, split=split),
            test_translated=read_texts_if_given(test_translated, source_lang, split=test_split),
            unlabeled=read_texts_if_given(unlabeled, target_lang, split=split),
            source_encoder=source,
            target_encoder=target,
            strategies=strategy,
            n_seeds=seeds,
            n_network_seeds=network_seeds,
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
    if json:
        show_json(read_record(outcome.record))
    else:
        show_table(_table(outcome.summary, test.name))
        show_advice(outcome.advice, outcome.summary.left_out)
        show_written(outcome)


def _table(summary: Summary, title: str) -> FittedTable:
    """Return the rows in one metric, with marks in a column of their own: the rest has no room."""
    from langalign.evaluation.metrics import METRIC_NAMES
    from langalign.report.fitted_table import FittedTable, Line
    from langalign.report.kinds import WORDS, explained
    from langalign.report.rows import with_interval

    metric = METRIC_NAMES[summary.metric]
    lines = []
    for row in summary.rows:
        scores, compared = row.summary.as_scores(), row.against_best
        cells = (
            row.strategy,
            with_interval(scores.value(summary.metric), scores.interval(summary.metric)),
            "best" if compared is None else f"{compared.difference:+.3f}",
            "" if row.p_adjusted is None else f"{row.p_adjusted:.3f}",
            WORDS[row.kind] if row.kind else "",
        )
        lines.append(Line(cells, "bold" if compared is None else ""))
    return FittedTable(
        columns=("Strategy", metric, "Against best", "p", "Uses"),
        scores=frozenset({metric}),
        lines=tuple(lines),
        title=title,
        caption="\n".join(explained(row.kind for row in summary.rows)),
    )
