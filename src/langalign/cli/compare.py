"""``langalign compare``: every strategy side by side on one task."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import note, progress, show, show_json, show_table
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
    encoder_of,
    use_threads,
)
from langalign.cli.reading import read_labeled, read_parallel

if TYPE_CHECKING:
    from rich.table import Table

    from langalign.experiment.compare import Outcome
    from langalign.experiment.summary import Summary


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
            help="Folder for results.json and report.html. A run that was stopped goes on there.",
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
    pair_mode: PairModeOption = PairMode.SIAMESE,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run only these; see 'langalign list strategies'. Repeat for more.",
            show_default="all",
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
            help="The same for aligners trained by gradient, which take long.",
            show_default="as --seeds",
        ),
    ] = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Find out which way is best for your data, and what labels would bring.

    Runs English-only, translated and native data, every aligner forward and reverse, distillation
    and few-shot mixes with several seeds, and writes a table with intervals and paired
    significance, a report to look at, and a record. Settings are chosen without target labels;
    rows that use some are marked. Finished runs are kept: the same command goes on where it was.

    Example:
      langalign compare --parallel en-ko.tsv --labeled reviews-en.tsv \
          --test reviews-ko.tsv --native reviews-ko.tsv \
          --target-lang ko --out comparison
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)

    from langalign.data import LabeledText, read_texts
    from langalign.experiment.compare import compare as run

    source = encoder_of(source_encoder, source_pooling, source_prompt, threads)
    target = encoder_of(target_encoder, target_pooling, target_prompt, threads)
    given = (source_encoder, source_pooling, source_prompt)
    pairs = read_parallel(
        parallel,
        source_lang,
        target_lang,
        split=split,
        where=parallel_where or [],
        max_pairs=None,
        seed=0,
    )

    def target_labels(path: Path | None) -> LabeledText | None:
        return None if path is None else read_labeled(path, target_lang, split=split)

    with progress() as report:
        outcome = run(
            parallel=pairs,
            labeled=read_labeled(labeled, source_lang, split=split),
            test=LabeledText.read(test, lang=target_lang, split=test_split),
            out=out,
            native=target_labels(native),
            translated=target_labels(translated),
            test_translated=None
            if test_translated is None
            else read_texts(test_translated, source_lang, test_split),
            unlabeled=None if unlabeled is None else read_texts(unlabeled, target_lang, split),
            source_encoder=source,
            target_encoder=source
            if given == (target_encoder, target_pooling, target_prompt)
            else target,
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
            command=f"langalign {shlex.join(sys.argv[1:])}",
            progress=report,
        )
    if json:
        show_json(_record(outcome))
    else:
        _show(outcome, test.name)


def _record(outcome: Outcome) -> object:
    import json

    return json.loads(outcome.record.read_text(encoding="utf-8"))


def _show(outcome: Outcome, test: str) -> None:
    summary = outcome.summary
    show_table(_table(summary, test))
    for sentence in outcome.advice:
        show(sentence)
    for name, reason in summary.left_out.items():
        note(f"left out: {name} ({reason})")
    show(f"\n{outcome.seconds:.0f} s. Look at {outcome.report}; figures: {outcome.record}")


def _table(summary: Summary, title: str) -> Table:
    """Return the rows in a width of 80: one metric, and marks in a column of their own."""
    from rich.table import Table
    from rich.text import Text

    from langalign.evaluation.metrics import METRIC_NAMES
    from langalign.report.kinds import WORDS, explained
    from langalign.report.rows import with_interval

    table = Table(
        title=Text(title),
        title_justify="left",
        caption="\n".join(explained(row.kind for row in summary.rows)) or None,
        caption_justify="left",
    )
    for column in ("Strategy", METRIC_NAMES[summary.metric], "Against best", "p", "Uses"):
        table.add_column(column, no_wrap=True)
    for row in summary.rows:
        scores, compared = row.summary.as_scores(), row.against_best
        cells = [
            row.strategy,
            with_interval(scores.value(summary.metric), scores.interval(summary.metric)),
            "best" if compared is None else f"{compared.difference:+.3f}",
            "" if row.p_adjusted is None else f"{row.p_adjusted:.3f}",
            WORDS[row.kind] if row.kind else "",
        ]
        style = "bold" if compared is None else ""
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table
