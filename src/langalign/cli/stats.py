"""``langalign stats`` and ``merge``: an aligner from shards that no one machine need hold."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import progress, show, show_json
from langalign.cli.data_options import (
    CleanOption,
    LearnedSplitOption,
    SourceEncoderOption,
    SourceLangOption,
    TargetEncoderOption,
    WhereOption,
)
from langalign.cli.options import (
    BackendOption,
    JsonOption,
    LongTexts,
    LongTextsOption,
    PoolingOption,
    PromptOption,
    ThreadsOption,
    encoders_of,
    use_threads,
)
from langalign.cli.reading import conditions
from langalign.cli.writing import require_folder
from langalign.errors import DataError, PersistenceError, SettingError

if TYPE_CHECKING:
    from langalign.aligners import Aligner
    from langalign.aligners.pair_statistics import PairStatistics
    from langalign.aligners.statistics_aligner import StatisticsAligner
    from langalign.progress import Progress
    from langalign.shards import Shard


def stats(
    shards: Annotated[
        list[str],
        typer.Argument(
            metavar="SHARD...",
            help="SOURCE.npy,TARGET.npy (with a comma); .parquet with two columns of vectors; "
            "or parallel text, one file or two.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="DIR", help="Folder to write, one folder per shard."),
    ],
    columns: Annotated[
        tuple[str, str],
        typer.Option(metavar="SOURCE TARGET", help="Columns of vectors in .parquet files."),
    ] = ("source", "target"),
    target_lang: Annotated[
        str | None,
        typer.Option(metavar="LANG", help="Shards are texts, translated into this language."),
    ] = None,
    source_lang: SourceLangOption = "en",
    split: LearnedSplitOption = "train",
    parallel_where: WhereOption = None,
    clean: CleanOption = True,
    source_encoder: SourceEncoderOption = "mini",
    target_encoder: TargetEncoderOption = "mini",
    source_pooling: PoolingOption = None,
    target_pooling: PoolingOption = None,
    source_prompt: PromptOption = None,
    target_prompt: PromptOption = None,
    long_texts: LongTextsOption = LongTexts.TRUNCATE,
    backend: BackendOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Sum up shards of parallel vectors or texts: all that closed-form aligners need.

    Writes a folder per shard, named after its (first) file; its size does not depend on the number
    of pairs. Run it for each shard on any machine, then 'langalign merge' all folders: the map is
    that of all pairs at once. A shard whose folder is newer than it is not read again, so that a
    stopped run resumes. Texts are read, split and cleaned as by 'langalign fit', each shard by
    itself; they are encoded on the way, and their vectors are not kept.

    Example:
      langalign stats en-000.npy,ko-000.npy en-001.npy,ko-001.npy --out sums
      langalign stats pairs-*.parquet --columns en ko --out sums
      langalign stats corpus-*.tsv --target-lang ko --out sums
      langalign merge sums --out map
    """
    use_threads(threads)
    if parallel_where and target_lang is None:
        raise typer.BadParameter("--parallel-where is for texts (--target-lang); leave it out")
    places = _places(shards, out)

    from langalign.aligners.statistics_folder import save_statistics
    from langalign.shards import count, open_shard
    from langalign.shards.text import TextReading

    reading = None
    if target_lang is not None:
        encoders = encoders_of(
            (source_encoder, source_pooling, source_prompt),
            (target_encoder, target_pooling, target_prompt),
            threads,
            long_texts,
            backend,
        )
        reading = TextReading(
            source_lang,
            target_lang,
            *encoders,
            split=split,
            where=conditions(parallel_where or []),
            clean=clean,
        )
    counted = skipped = n_pairs = 0
    with progress() as report:
        for number, (given, place) in enumerate(places.items()):
            shard = open_shard(given, columns=columns, reading=reading)
            if _is_done(place, shard):
                skipped += 1
                continue
            shown = functools.partial(report, f"Shard {number + 1} of {len(places)}")
            found = count(shard, progress=shown)
            save_statistics(found, place, reading=shard.reading)
            counted, n_pairs = counted + 1, n_pairs + found.n
    show(
        f"Summed up {n_pairs:,} pairs of {counted:,} shard(s) into {out}"
        + (f"; {skipped:,} shard(s) were there already" if skipped else "")
    )


def merge(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...", help="Folders that 'langalign stats' wrote, of one shard or of many."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the map.")],
    aligner: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="One that needs only sums, such as linear or procrustes; the error for any other "
            "lists them.",
        ),
    ] = "linear",
    sums: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write the merged sums, to be merged further."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fit a map from the sums of shards, as if all pairs had been in one place.

    Sums of different spaces, and of a shard that is given twice, are refused. How much of the
    target's variance the map explains is reported for held-out pairs, whose sums are kept apart.

    Example:
      langalign merge sums --out map
      langalign apply map en.npy --out mapped.npy
    """
    from langalign.aligners import aligners
    from langalign.aligners.held_out_variance import held_out_variance
    from langalign.aligners.statistics_folder import KIND, save_statistics
    from langalign.persistence import save_component, write_folder
    from langalign.shards import merged

    require_folder(out, kind=aligners.kind)
    if sums is not None:
        require_folder(sums, kind=KIND)

    unfitted = _fitted_to_sums(aligner)
    found = [each for folder in folders for each in _statistics_in(folder)]
    with progress() as report:
        total = merged(_each_read(found, report))
    fitted = unfitted.fresh().fit_statistics(total)
    explained = held_out_variance(unfitted, total)
    if sums is not None:
        save_statistics(total, sums)
    with write_folder(out, kind=aligners.kind) as folder:
        save_component(fitted, folder, kind=aligners.kind)
    if json:
        show_json(
            {
                "aligner": repr(fitted),
                "pairs": total.n,
                "shards": len(found),
                "explained_variance": explained,
                "out": str(out),
            }
        )
        return
    show(f"Merged {total.n:,} pairs of {len(found):,} shard(s)")
    if explained is not None:
        show(f"On pairs held out, {aligner} explains {explained:.3f} of the target's variance")
    show(f"Saved to {out}. Use it: langalign apply {out} SOURCE.npy --out mapped.npy")


def _fitted_to_sums(name: str) -> StatisticsAligner:
    """Return the unfitted aligner of that name, if sums are enough for it."""
    from langalign.aligners import Aligner, aligners
    from langalign.aligners.statistics_aligner import StatisticsAligner
    from langalign.components import component_of

    unfitted = component_of(name, aligners, Aligner, random_state=0)
    if isinstance(unfitted, StatisticsAligner):
        return unfitted
    fitting = [other for other in aligners.names() if _needs_sums_only(aligners.get(other))]
    raise SettingError(
        f"--aligner {name}: needs the pairs themselves, not their sums; take one of "
        f"{', '.join(fitting)}, or 'langalign align' with the vectors"
    )


def _each_read(folders: list[Path], report: Progress) -> Iterator[PairStatistics]:
    """Yield the sums in each folder; the report comes when one has been taken in."""
    from langalign.aligners.statistics_folder import load_statistics

    for number, folder in enumerate(folders):
        yield load_statistics(folder)
        report("Merging", number + 1, len(folders))


def _needs_sums_only(aligner: type[Aligner]) -> bool:
    from langalign.aligners.statistics_aligner import StatisticsAligner

    return issubclass(aligner, StatisticsAligner)


def _places(shards: list[str], out: Path) -> dict[str, Path]:
    """Return the folder of each shard's sums."""
    places: dict[str, Path] = {}
    for given in shards:
        place = out / Path(given.partition(",")[0]).stem
        if place in places.values():
            raise SettingError(
                f"{given}: another shard of that file name is given as well, and both would be "
                f"{place}; sum them up into two folders (--out)"
            )
        places[given] = place
    return places


def _is_done(place: Path, shard: Shard) -> bool:
    """Return whether this shard's sums are there; refuse to touch those of another."""
    from langalign.aligners.statistics_folder import KIND
    from langalign.persistence import CONFIG, read_config

    if not place.exists():
        return False
    config = read_config(place, expected=KIND)
    try:
        spaces = config["source"]["fingerprint"], config["target"]["fingerprint"]
        names = ", ".join(config["shards"])
    except (KeyError, TypeError) as error:
        raise PersistenceError(
            f"{place / CONFIG}: damaged ({error!r}); delete the folder {place}, and sum up its "
            "shard again"
        ) from error
    same_reading = config.get("reading", {}) == shard.reading
    if config["shards"] == [shard.name] and spaces == shard.spaces and same_reading:
        return (place / CONFIG).stat().st_mtime >= shard.modified
    raise PersistenceError(
        f"{place}: holds the sums of {names or 'no named shard'}, and "
        f"{shard.name} was given, or its encoders, or how it is read (columns, languages, split, "
        "filter, cleaning), are others now; delete the folder, or choose another --out"
    )


def _statistics_in(folder: Path) -> list[Path]:
    """Return the folder itself, or those in it, that hold sums."""
    from langalign.persistence import CONFIG

    if (folder / CONFIG).is_file():
        return [folder]
    # A name with a dot before it is a draft, left by a run that was killed.
    found = sorted(path.parent for path in folder.glob(f"[!.]*/{CONFIG}"))
    if not found:
        raise DataError(f"{folder}: no sums in it; make some with 'langalign stats'")
    return found
