"""``langalign fit``: files in, a model folder out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import progress, show_json
from langalign.cli.data_options import (
    CleanOption,
    LabeledOption,
    LearnedSplitOption,
    MaxPairsOption,
    ParallelOption,
    SourceEncoderOption,
    SourceLangOption,
    TargetEncoderOption,
    TargetLangOption,
    UnlabeledOption,
    WhereOption,
)
from langalign.cli.fit_summary import as_record, show_summary
from langalign.cli.options import (
    AlignerOption,
    BackendOption,
    CacheOption,
    HeadOption,
    JsonOption,
    LongTexts,
    LongTextsOption,
    NoCacheOption,
    PairMode,
    PairModeOption,
    PoolingOption,
    PromptOption,
    SeedOption,
    TaskOption,
    ThreadsOption,
    cache_of,
    encoders_of,
    require_names,
    shares_of,
    use_threads,
)
from langalign.cli.reading import read_labeled, read_parallel, read_texts_if_given
from langalign.cli.writing import require_folder


class Direction(StrEnum):
    """Which side is mapped."""

    FORWARD = "forward"
    REVERSE = "reverse"


class Spread(StrEnum):
    """How the aligner's output is rescaled."""

    SCALE = "scale"
    DIMENSION = "dimension"
    COVARIANCE = "covariance"
    NONE = "none"


class ClassWeight(StrEnum):
    """How much the rows of a class count in training."""

    BALANCED = "balanced"


def fit(
    parallel: ParallelOption,
    labeled: LabeledOption,
    target_lang: TargetLangOption,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Model folder to write; an older model there is replaced.",
        ),
    ],
    source_lang: SourceLangOption = "en",
    unlabeled: UnlabeledOption = None,
    split: LearnedSplitOption = "train",
    parallel_where: WhereOption = None,
    max_pairs: MaxPairsOption = None,
    clean: CleanOption = True,
    source_encoder: SourceEncoderOption = "mini",
    target_encoder: TargetEncoderOption = "mini",
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    long_texts: LongTextsOption = LongTexts.TRUNCATE,
    backend: BackendOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    max_made_pairs: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=4,
            help="With --pair-mode cross and parallel single sentences: make at most N pairs of "
            "them, two per sentence.",
        ),
    ] = 20_000,
    normalize: Annotated[
        bool, typer.Option("--normalize", help="Scale all vectors to length one first.")
    ] = False,
    aligner: AlignerOption = "auto",
    task: TaskOption = None,
    head: HeadOption = None,
    direction: Annotated[
        Direction,
        typer.Option(
            help="forward: train on aligned source vectors, nothing is added at inference. "
            "reverse: map target vectors in front of a source classifier.",
        ),
    ] = Direction.FORWARD,
    class_shares: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL=SHARE",
            help="How frequent a class is among the texts to be classified, such as "
            "complaint=0.1. Repeat for every class.",
        ),
    ] = None,
    class_weight: Annotated[
        ClassWeight | None,
        typer.Option(
            help="balanced: all classes count alike in training, however few labels they have.",
            show_default="by their number of labels",
        ),
    ] = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate", help="Scale probabilities by a temperature, chosen on held-out pairs."
        ),
    ] = False,
    spread: Annotated[
        Spread,
        typer.Option(
            help="Rescale aligned vectors to the spread of real ones: by one factor, by one per "
            "dimension, by one matrix for the whole covariance, or not.",
        ),
    ] = Spread.SCALE,
    select: Annotated[
        bool,
        typer.Option(
            "--select/--no-select",
            help="Choose regularisation strengths by agreement on held-out pairs.",
        ),
    ] = True,
    keep_examples: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Keep N of the labelled texts in the model folder, to show which are nearest to a "
            "text ('langalign serve'). The default is none: texts may be private.",
        ),
    ] = 0,
    seed: SeedOption = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Fit a classifier for another language and save it as a folder.

    Needs labelled texts of the source language and parallel text; no labels of the target language.
    Prints what cleaning dropped, the settings that were tried and how well they agree across
    translations, what was chosen, and what accuracy to expect.

    Example:
      langalign fit --parallel en-ko.tsv --labeled reviews-en.tsv \
          --unlabeled reviews-ko.txt --target-lang ko --out model
      langalign fit --parallel en-ko.tsv --labeled emotions-en.tsv \
          --task multilabel --target-lang ko --out emotions
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    from langalign.model.folder import KIND

    require_folder(out, kind=KIND)
    require_names(aligner, head)

    from langalign.model import LangAlign

    source, target = encoders_of(
        (source_encoder, source_pooling, source_prompt),
        (target_encoder, target_pooling, target_prompt),
        threads,
        long_texts,
        backend,
    )
    model = LangAlign(
        source,
        target,
        source_lang=source_lang,
        target_lang=target_lang,
        aligner=aligner,
        task=None if task is None else task.value,
        head=head,
        direction=direction.value,
        pair_mode=pair_mode.value,
        max_made_pairs=max_made_pairs,
        normalize=normalize,
        spread=None if spread is Spread.NONE else spread.value,
        class_weight=None if class_weight is None else class_weight.value,
        class_shares=shares_of(class_shares),
        calibrate=calibrate,
        select=select,
        clean=clean,
        cache=kept,
        keep_examples=keep_examples,
        random_state=seed,
    )
    pairs = read_parallel(
        parallel,
        source_lang,
        target_lang,
        split=split,
        where=parallel_where,
        max_pairs=max_pairs,
        seed=seed,
    )
    examples = read_labeled(labeled, source_lang, split=split)
    texts = read_texts_if_given(unlabeled, target_lang, split=split)
    with progress("Aligning and choosing settings") as report:
        model.fit(examples, parallel=pairs, unlabeled=texts, progress=report)
    model.save(out)
    if json:
        show_json(as_record(model, out))
    else:
        show_summary(model, out)
