"""``langalign check``: whether alignment can help, and whether the pairs are sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langalign.cli.console import plain_table, progress, show, show_json, show_table
from langalign.cli.data_options import (
    LearnedSplitOption,
    ParallelOption,
    SourceEncoderOption,
    SourceLangOption,
    TargetEncoderOption,
    TargetLangOption,
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
    SeedOption,
    ThreadsOption,
    cache_of,
    encoders_of,
    use_threads,
)
from langalign.cli.reading import (
    read_labeled_if_given,
    read_parallel,
    read_parts,
    read_places,
    read_texts_if_given,
)
from langalign.cli.worst_pairs import require_worst_place, show_worst, write_worst

if TYPE_CHECKING:
    from rich.table import Table

    from langalign.head_room import HeadRoom

UNSOUND = 1
_RETRIEVAL = {
    "cosine": "precision@1, by cosine",
    "csls": "precision@1, by CSLS",
    "cosine_back": "back to the source, by cosine",
    "csls_back": "back to the source, by CSLS",
}


def check(
    parallel: ParallelOption,
    target_lang: TargetLangOption,
    labeled: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labelled texts of the source language; shows how well the task transfers.",
        ),
    ] = None,
    source_lang: SourceLangOption = "en",
    unlabeled: UnlabeledOption = None,
    split: LearnedSplitOption = "train",
    parallel_where: WhereOption = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Show what the map explains for each value of this column, such as the pairs' "
            "source or domain.",
            show_default="by length",
        ),
    ] = None,
    max_pairs: Annotated[
        int, typer.Option(metavar="N", min=20, help="Encode at most N pairs.")
    ] = 10_000,
    source_encoder: SourceEncoderOption = "mini",
    target_encoder: TargetEncoderOption = "mini",
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    backend: BackendOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    worst: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Show the N pairs that fit worst: often wrong translations."
        ),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write them to a .tsv file instead."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where the pairs are unsound.")
    ] = False,
    seed: SeedOption = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Say whether alignment can help, and whether the parallel text is sound.

    Reads the same files as 'langalign fit', and takes seconds. Looks for rows that are shuffled,
    slipped, swapped, untranslated, repeated or of another language; then measures on held-out pairs
    how good a map is, how the two spaces differ and, with --labeled, how well the task transfers.

    Example:
      langalign check --parallel en-ko.tsv --target-lang ko --labeled en.tsv
      langalign check --parallel pairs.tsv --target-lang ko --worst 50 --out w.tsv
      langalign check --parallel pairs.tsv --target-lang ko --by source
    """
    use_threads(threads)
    require_worst_place(out, worst, parallel)
    kept = cache_of(cache, no_cache)

    from langalign.head_room import check_head_room

    pairs = read_parallel(parallel, source_lang, target_lang, split=split, where=parallel_where)
    parts = read_parts(parallel, (source_lang, target_lang), by, split=split, where=parallel_where)
    examples = read_labeled_if_given(labeled, source_lang, split=split)
    texts = read_texts_if_given(unlabeled, target_lang, split=split)
    source, target = encoders_of(
        (source_encoder, source_pooling, source_prompt),
        (target_encoder, target_pooling, target_prompt),
        threads,
        backend=backend,
    )
    with progress("Checking") as report:
        found = check_head_room(
            pairs,
            examples,
            unlabeled=texts,
            source_encoder=source,
            target_encoder=target,
            pair_mode=pair_mode.value,
            max_pairs=max_pairs,
            parts=parts,
            n_worst=worst,
            cache=kept,
            progress=report,
            random_state=seed,
        )
    # Of which rows, is known only now; most files have nothing to name.
    named = found.worst or any(finding.rows for finding in found.findings)
    languages = source_lang, target_lang
    places = read_places(parallel, languages, split=split, where=parallel_where) if named else []
    if json:
        show_json(_as_record(found, places))
    else:
        _show(found, places)
        if worst and out is None:
            show_worst(found, pairs, places)
    if out is not None:
        write_worst(found, pairs, places, out)
    if strict and not found.sound:
        raise typer.Exit(UNSOUND)


def _as_record(found: HeadRoom, places: list[str]) -> dict[str, Any]:
    """Return what was found, with the place of each row that is named."""
    record = found.as_dict()
    for finding in record["findings"]:
        finding["at"] = [places[row] for row in finding["rows"]]
    for pair in record["worst"]:
        pair["at"] = places[pair["row"]]
    return record


def _show(found: HeadRoom, places: list[str]) -> None:
    for finding in found.findings:
        show(f"{'UNSOUND ' if finding.unsound else ''}{finding.summary(places)}\n")
    if not found.findings:
        show("The pairs look sound.\n")
    show_table(_table(found))
    _show_distances(found)
    show()
    show_table(_spaces(found))
    show(f"\n{found.verdict.words[0].upper()}{found.verdict.words[1:]}")


def _table(found: HeadRoom) -> Table:
    mapped, task = found.mapped, found.task
    columns = ("unaligned", "aligned")
    table = plain_table("", *columns, title=f"On {mapped.n:,} held-out pairs", right=columns)
    for name, shown in _RETRIEVAL.items():
        before = getattr(mapped.unaligned, name) if mapped.unaligned else "-"
        table.add_row(shown, str(before), str(getattr(mapped.aligned, name)))
    table.add_row("explained variance", "-", str(mapped.explained_variance))
    table.add_row("... of shuffled pairs", "-", f"{mapped.explained_variance_shuffled:.3f}")
    if task:
        sides = [task.zero_shot, task.aligned]
        table.add_row(
            f"{task.measure.split()[-1]} ({task.n:,} confident pairs)",
            *(f"{side.score:.3f} ± {side.standard_error:.3f}" if side else "-" for side in sides),
        )
        table.add_row(
            "most frequent prediction",
            *(f"{side.majority_share:.0%}" if side else "-" for side in sides),
        )
    return table


def _spaces(found: HeadRoom) -> Table:
    from langalign.diagnostics import readings

    table = plain_table("", "value", "what it says", title="Spaces and map", right=("value",))
    for reading in readings(found.spaces):
        table.add_row(reading.name, reading.value, reading.words)
    return table


def _show_distances(found: HeadRoom) -> None:
    if found.distance:
        apart = found.distance
        show(
            f"\nMeans lie {apart.mean_distance:.2f} spreads apart; cosine of translations "
            f"{apart.cosine_translations:.2f}, of random pairs {apart.cosine_random:.2f}; a linear "
            f"probe separates the languages in {apart.probe_accuracy:.0%} (chance: 50%)."
        )
    if found.domain_distance is not None:
        show(
            f"The unlabelled texts lie {found.domain_distance:.2f} spreads from the parallel text."
        )
    if found.task and found.task.majority_share_unlabeled is not None:
        show(f"Most frequent prediction on them: {found.task.majority_share_unlabeled:.0%}.")
