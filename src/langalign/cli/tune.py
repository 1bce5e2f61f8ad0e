"""``langalign tune``: the paper's three training steps, from files to a tuned model folder."""

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
    SourceLangOption,
    TargetLangOption,
    UnlabeledOption,
)
from langalign.cli.options import (
    AlignerOption,
    CacheOption,
    HeadOption,
    JsonOption,
    NoCacheOption,
    PairMode,
    PairModeOption,
    PoolingOption,
    PromptOption,
    SeedOption,
    ThreadsOption,
    cache_of,
    encoder_of,
    require_names,
    use_threads,
)
from langalign.cli.reading import (
    read_labeled,
    read_parallel,
    read_record,
    read_texts_if_given,
)
from langalign.cli.tune_summary import as_record, show_summary
from langalign.cli.writing import require_results_folder


class Embedding(StrEnum):
    """What step 1 does."""

    OFF = "off"
    TASK = "task"
    CONTRASTIVE = "contrastive"
    BOTH = "both"


class Task(StrEnum):
    """What step 3 trains."""

    HEAD = "head"
    FULL = "full"


def tune(
    encoder: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The language model that reads both languages: a model of the Hugging Face hub, "
            "or its folder.",
        ),
    ],
    labeled: LabeledOption,
    parallel: ParallelOption,
    target_lang: TargetLangOption,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="New folder of the run. The same command resumes a stopped run.",
        ),
    ],
    embedding: Annotated[
        Embedding,
        typer.Option(
            help="Step 1, the language model: left as it is, trained on the labels (task), on "
            "translations (contrastive), or on both."
        ),
    ] = Embedding.OFF,
    task: Annotated[
        Task,
        typer.Option(
            help="Step 3: train the head alone, or language model and head (full).",
        ),
    ] = Task.HEAD,
    source_lang: SourceLangOption = "en",
    unlabeled: UnlabeledOption = None,
    split: LearnedSplitOption = "train",
    max_pairs: MaxPairsOption = None,
    clean: CleanOption = True,
    pooling: PoolingOption = None,
    prompt: PromptOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    aligner: AlignerOption = "auto",
    head: HeadOption = None,
    epochs: Annotated[
        int, typer.Option(metavar="N", min=1, help="Passes over the texts at most.")
    ] = 3,
    batch_size: Annotated[int, typer.Option(metavar="N", min=1, help="Texts per step.")] = 32,
    learning_rate: Annotated[
        float, typer.Option(metavar="X", help="Peak learning rate of the language model.")
    ] = 2e-5,
    patience: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Stop after N epochs without a lower held-out loss."),
    ] = 2,
    checkpoint_every: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Steps between checkpoints.",
            show_default="one after each epoch",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="cpu, cuda, ...", show_default="a GPU if there is one, else cpu"
        ),
    ] = None,
    seed: SeedOption = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Fine-tune a language model around the alignment: the three steps of the paper.

    1. --embedding tunes the language model itself, before anything is aligned. 2. The aligner is
    fitted with the language model frozen. 3. --task trains the head, or language model and head,
    on aligned texts. With the defaults this is 'langalign fit'. Writes DIR/encoder (the tuned
    model, in the format of sentence-transformers), DIR/model and DIR/training.json.

    Example:
      langalign tune --encoder intfloat/multilingual-e5-small \
          --labeled reviews-en.tsv --parallel en-ko.tsv --target-lang ko \
          --embedding task --task full --out tuned
      langalign predict tuned/model reviews-ko.txt
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    require_results_folder(out)
    require_names(aligner, head)

    from langalign.model import LangAlign
    from langalign.tuning import TuningSettings, train_in_steps

    settings = TuningSettings(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        patience=patience,
        device=device,
        checkpoint_every=checkpoint_every,
    )
    language_model = encoder_of(encoder, pooling, prompt, threads)
    model = LangAlign(
        language_model,
        language_model,
        source_lang=source_lang,
        target_lang=target_lang,
        aligner=aligner,
        head=head,
        pair_mode=pair_mode.value,
        clean=clean,
        cache=kept,
        random_state=seed,
    )
    pairs = read_parallel(
        parallel,
        source_lang,
        target_lang,
        split=split,
        max_pairs=max_pairs,
        seed=seed,
    )
    texts = read_texts_if_given(unlabeled, target_lang, split=split)
    with progress("Training in steps") as report:
        train_in_steps(
            model,
            read_labeled(labeled, source_lang, split=split),
            parallel=pairs,
            unlabeled=texts,
            out=out,
            embedding=embedding.value,
            task=task.value,
            settings=settings,
            progress=report,
        )
    record = read_record(out / "training.json")
    if json:
        show_json(as_record(record, out))
    else:
        show_summary(record, out)
