"""``langalign fit``: files in, a model folder out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import progress, show_json
from langalign.cli.fit_summary import as_record, show_summary
from langalign.cli.options import (
    CacheOption,
    JsonOption,
    NoCacheOption,
    PairMode,
    PairModeOption,
    PoolingOption,
    PromptOption,
    ThreadsOption,
    cache_of,
    encoder_of,
    shares_of,
    use_threads,
)
from langalign.cli.reading import read_labeled, read_parallel
from langalign.cli.writing import require_folder


class Direction(StrEnum):
    """Which side is mapped."""

    FORWARD = "forward"
    REVERSE = "reverse"


class Spread(StrEnum):
    """How the aligner's output is rescaled."""

    SCALE = "scale"
    DIMENSION = "dimension"
    NONE = "none"


def fit(
    parallel: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE",
            help="Parallel text: .tsv, .csv, .jsonl or .parquet with columns such as en + ko, "
            ".tmx, or two files x.en and x.ko. Repeat for more.",
        ),
    ],
    labeled: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Labelled texts of the source language: columns label and text (or premise + "
            "hypothesis, or the language code).",
        ),
    ],
    target_lang: Annotated[
        str,
        typer.Option(
            metavar="LANG",
            help="Language to carry into: ko, ja, zh, ...",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Model folder to write; an older model there is replaced.",
        ),
    ],
    source_lang: Annotated[
        str,
        typer.Option(
            metavar="LANG",
            help="Language of the labels.",
        ),
    ] = "en",
    unlabeled: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Target texts as they will be classified (.txt or a table); a few hundred help. "
            "Labels in it are not read.",
        ),
    ] = None,
    split: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Rows to read of files with a column split.",
        ),
    ] = "train",
    parallel_where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=VALUE",
            help="Only these rows of the parallel text. Repeat for more conditions.",
        ),
    ] = None,
    max_pairs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=2,
            help="Use a random part of the parallel text.",
        ),
    ] = None,
    clean: Annotated[
        bool,
        typer.Option(
            "--clean/--no-clean",
            help="Drop doubtful pairs.",
        ),
    ] = True,
    source_encoder: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A name from 'langalign list encoders', a model of the Hugging Face hub, its "
            "folder, or a .npy file of 'langalign encode'.",
        ),
    ] = "mini",
    target_encoder: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The same for the target language.",
        ),
    ] = "mini",
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    normalize: Annotated[
        bool, typer.Option("--normalize", help="Give all vectors length one first.")
    ] = False,
    aligner: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="See 'langalign list aligners'.",
        ),
    ] = "linear",
    head: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="See 'langalign list heads'.",
        ),
    ] = "logistic",
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
            "complaint=0.1. With --unlabeled. Repeat for every class.",
        ),
    ] = None,
    spread: Annotated[
        Spread,
        typer.Option(
            help="Rescale aligned vectors to the spread of real ones: by one factor, one a "
            "dimension, or not.",
        ),
    ] = Spread.SCALE,
    select: Annotated[
        bool,
        typer.Option(
            "--select/--no-select",
            help="Choose strengths by agreement on held-out pairs.",
        ),
    ] = True,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Seed of all that is random.",
        ),
    ] = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Fit a classifier of another language and save it as a folder.

    Needs labelled texts of the source language and parallel text; no labels of the target language.
    Prints what cleaning dropped, the settings that were tried and how well they agree across
    translations, and what was chosen.

    Example:
      langalign fit --parallel en-ko.tsv --labeled reviews-en.tsv \
          --unlabeled reviews-ko.txt --target-lang ko --out model
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    require_folder(out)

    from langalign.aligners import aligners
    from langalign.data import read_texts
    from langalign.heads import heads
    from langalign.model import LangAlign

    aligners.get(aligner)  # a mistyped name is told before anything is encoded
    heads.get(head)
    source = encoder_of(source_encoder, source_pooling, source_prompt, threads)
    target = encoder_of(target_encoder, target_pooling, target_prompt, threads)
    given = (source_encoder, source_pooling, source_prompt)
    model = LangAlign(
        source,
        source if given == (target_encoder, target_pooling, target_prompt) else target,
        source_lang=source_lang,
        target_lang=target_lang,
        aligner=aligner,
        head=head,
        direction=direction.value,
        pair_mode=pair_mode.value,
        normalize=normalize,
        spread=None if spread is Spread.NONE else spread.value,
        class_shares=shares_of(class_shares),
        select=select,
        clean=clean,
        cache=kept,
        random_state=seed,
    )
    pairs = read_parallel(
        parallel,
        source_lang,
        target_lang,
        split=split,
        where=parallel_where or [],
        max_pairs=max_pairs,
        seed=seed,
    )
    examples = read_labeled(labeled, source_lang, split=split)
    texts = None if unlabeled is None else read_texts(unlabeled, target_lang, split)
    with progress("Aligning and choosing settings") as report:
        model.fit(examples, parallel=pairs, unlabeled=texts, progress=report)
    model.save(out)
    if json:
        show_json(as_record(model, out))
    else:
        show_summary(model, out)
