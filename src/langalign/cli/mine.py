"""``langalign mine``: parallel pairs out of two monolingual files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import progress, show, show_json
from langalign.cli.data_options import (
    LearnedSplitOption,
    SourceLangOption,
    TargetLangOption,
    WhereOption,
)
from langalign.cli.mining_space import (
    encoder_or_none,
    space_of_aligner_option,
    space_of_saved_model,
)
from langalign.cli.options import (
    BackendOption,
    CacheOption,
    JsonOption,
    NoCacheOption,
    PoolingOption,
    PromptOption,
    SeedOption,
    ThreadsOption,
    cache_of,
    use_threads,
)
from langalign.cli.reading import read_parallel_if_given
from langalign.cli.writing import require_file_place
from langalign.files.whole_file import whole_file

if TYPE_CHECKING:
    from langalign.mining import Mined

DOUBTFUL = 1
TEXTS = "Texts: .txt (one per line), .tsv, .csv, .jsonl or .parquet."


def mine(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help=f"{TEXTS} Of --source-lang.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The same of --target-lang.")],
    target_lang: TargetLangOption,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="File to write: columns source, target, score."
        ),
    ],
    parallel: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Parallel text, to fit the map on and to hold pairs out of; with a saved map all "
            "of it is held out. Formats as in 'langalign fit'. Repeat for more.",
        ),
    ] = None,
    held_out: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Parallel text to choose the threshold on, which the map was not fitted on.",
            show_default="a fifth of --parallel, at most 2,000 pairs",
        ),
    ] = None,
    aligner: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|DIR",
            help="A name from 'langalign list aligners', to be fitted on --parallel; or a folder "
            "that 'langalign align' wrote.",
            show_default="linear",
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Model folder that 'langalign fit' wrote: its encoders and its map are used.",
        ),
    ] = None,
    source_lang: SourceLangOption = "en",
    split: LearnedSplitOption = "train",
    held_out_split: Annotated[
        str, typer.Option(metavar="NAME", help="The same for the file of --held-out.")
    ] = "dev",
    parallel_where: WhereOption = None,
    source_encoder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A name from 'langalign list encoders', a model of the Hugging Face hub, its "
            "folder, or a .npy file of 'langalign encode'.",
            show_default="mini, or the model's",
        ),
    ] = None,
    target_encoder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The same for the target language.",
            show_default="mini, or the model's",
        ),
    ] = None,
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    backend: BackendOption = None,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            help="Keep as many pairs as are expected to reach this precision.",
            show_default="the threshold of best F1",
        ),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(metavar="SCORE", help="Keep pairs with at least this score.")
    ] = None,
    scoring: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="ratio or distance (margins), csls or cosine.",
        ),
    ] = "ratio",
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 1 where held-out pairs cannot be distinguished from other texts.",
        ),
    ] = False,
    seed: SeedOption = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Find pairs of texts that translate each other in two files that are not parallel.

    Each text is compared with all of the other file, exactly, in blocks that fit into memory; no
    text is in two pairs. Held-out pairs are hidden among the texts, to choose the lowest score that
    is kept and to estimate how many pairs are right. Texts are encoded once: a stopped run resumes.

    Example:
      langalign mine english.txt korean.txt --target-lang ko \
          --parallel en-ko.tsv --out mined.tsv
      langalign mine english.txt korean.txt --target-lang ko --aligner map \
          --held-out some-pairs.tsv --precision 0.9 --out mined.tsv
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    read = [source, target, *(parallel or ()), *(held_out or ())]
    require_file_place(out, read=read, form=".tsv")
    if threshold is not None and not math.isfinite(threshold):
        raise typer.BadParameter(f"--threshold {threshold}: expected a finite number, such as 1.1")
    if model is not None and aligner is not None:
        raise typer.BadParameter("--model brings its own map; leave --aligner out")

    from langalign.data import read_texts
    from langalign.mining import mine as mine_texts

    languages = source_lang, target_lang
    pairs = read_parallel_if_given(parallel, languages, split=split, where=parallel_where)
    probes = read_parallel_if_given(held_out, languages, split=held_out_split, where=parallel_where)
    texts = read_texts(source, source_lang, split), read_texts(target, target_lang, split)
    encoders = (
        encoder_or_none(source_encoder, source_pooling, source_prompt, threads, backend),
        encoder_or_none(target_encoder, target_pooling, target_prompt, threads, backend),
    )
    with progress() as report:
        if model is not None:
            space, spare = space_of_saved_model(model, encoders, kept), pairs
        else:
            space, spare = space_of_aligner_option(
                aligner or "linear",
                pairs,
                probes,
                encoders,
                cache=kept,
                report=report,
                seed=seed,
            )
        found = mine_texts(
            *texts,
            space,
            held_out=probes or spare,
            threshold=threshold,
            precision=precision,
            scoring=scoring,
            progress=report,
            random_state=seed,
        )
    _write(found, out)
    if json:
        show_json(found.as_dict() | {"out": str(out)})
    else:
        show(f"{found.summary()}\nWrote {out}.")
    if strict and found.told_apart is False:
        raise typer.Exit(DOUBTFUL)


def _write(found: Mined, out: Path) -> None:
    with whole_file(out) as file:
        file.write(b"source\ttarget\tscore\n")
        for source, target, score in found:
            file.write(f"{_cell(source)}\t{_cell(target)}\t{score:.4f}\n".encode())


def _cell(text: str) -> str:
    """Return a text as TSV can hold it."""
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
