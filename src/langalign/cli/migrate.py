"""``langalign migrate``: a stored index into the space of a new embedding model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import note, progress, show, show_json
from langalign.cli.options import (
    Backend,
    CacheOption,
    JsonOption,
    NoCacheOption,
    SeedOption,
    ThreadsOption,
    cache_of,
    encoder_of,
    use_threads,
)
from langalign.cli.writing import require_folder
from langalign.errors import SettingError, SpaceMismatchError

if TYPE_CHECKING:
    from langalign.encoders.base import Encoder
    from langalign.migration import MigrationMap, Store
    from langalign.progress import Progress

NEEDED = "needed where there is no map yet"
DEFAULT_ALIGNER = "linear"


def migrate(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="The index: FILE.npy, FILE.parquet, FILE.faiss, qdrant:URL/COLLECTION, "
            "qdrant:FOLDER/COLLECTION or, of pgvector, postgresql://USER@HOST/DB/TABLE.",
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="Where to write the new one, of the same kind.")
    ],
    texts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A sample of the texts, some thousands: .txt (one per line), .tsv, .csv, .jsonl "
            "or .parquet.",
            show_default=NEEDED,
        ),
    ] = None,
    old_encoder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Model that made the index; as for encode.",
            show_default=NEEDED,
        ),
    ] = None,
    new_encoder: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Model that will encode queries.", show_default=NEEDED),
    ] = None,
    old_prompt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the old model puts before texts.")
    ] = None,
    new_prompt: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What the new model puts before documents."),
    ] = None,
    old_backend: Annotated[
        Backend | None,
        typer.Option(help="What runs the old model.", show_default="as for encode"),
    ] = None,
    new_backend: Annotated[
        Backend | None, typer.Option(help="What runs the new model.", show_default="as for encode")
    ] = None,
    aligner: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="See 'langalign list aligners'.", show_default=DEFAULT_ALIGNER
        ),
    ] = None,
    map_folder: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="DIR",
            help="Folder of the map; an existing one is used as it is, and nothing is encoded.",
            show_default="NEW.map",
        ),
    ] = None,
    only_measure: Annotated[
        bool, typer.Option("--only-measure", help="Fit and measure; convert nothing.")
    ] = False,
    seed: SeedOption = 0,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    r"""Bring a stored index into the space of a new model, without encoding its texts again.

    A map is fitted on a sample of texts that both models encode. Three tenths of the sample are
    held out first, to measure how many of the new model's own answers the new index gives
    (recall@10 against full re-encoding). Then all vectors are mapped; identifiers and payloads are
    kept, and the old index is not changed. A stopped run resumes.

    Example:
      langalign migrate old.faiss new.faiss --texts sample.txt \
          --old-encoder sentence-transformers/all-MiniLM-L6-v2 \
          --new-encoder intfloat/multilingual-e5-small --new-prompt "passage: "
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)

    from langalign.migration import convert, open_store
    from langalign.migration.migration_map import KIND

    source, target = open_store(old), open_store(new)
    target.require_free(source)
    folder = map_folder or Path(target.name_beside + ".map")
    with progress() as report:
        if folder.exists():
            mapping = _loaded(folder, aligner)
        else:
            if texts is None or old_encoder is None or new_encoder is None:
                raise typer.BadParameter(
                    f"--texts, --old-encoder and --new-encoder are needed: there is no map in "
                    f"{folder} yet"
                )
            require_folder(folder, kind=KIND)
            first = encoder_of(old_encoder, None, old_prompt, threads, backend=old_backend)
            if first.dim != source.width:
                raise SpaceMismatchError(
                    f"{source} holds vectors of width {source.width}, {old_encoder} gives "
                    f"{first.dim}; give the model that made the index as --old-encoder"
                )
            second = encoder_of(new_encoder, None, new_prompt, threads, backend=new_backend)
            mapping = _fitted(
                texts, (first, second), aligner or DEFAULT_ALIGNER, kept, seed, report
            )
            mapping.save(folder)
        written = None
        if not only_measure:
            work = Path(target.name_beside + ".parts")
            written = convert(source, target, mapping, work=work, progress=report)
    _show(mapping, folder, written, target, json=json)


def _loaded(folder: Path, aligner: str | None) -> MigrationMap:
    """Read the map that is there, and say that it is the one."""
    from langalign.migration import MigrationMap

    mapping = MigrationMap.load(folder)
    name = mapping.record.get("aligner")
    if aligner is not None and name not in (None, aligner):
        raise SettingError(
            f"{folder} holds a map that was fitted with --aligner {name}, not {aligner}; choose "
            "another --map, or delete this one to fit it anew"
        )
    note(
        f"The map in {folder} is used as it is ({mapping.aligner!r}, fitted on "
        f"{mapping.record.get('texts')} texts); no text is encoded"
    )
    return mapping


def _fitted(
    path: Path,
    encoders: tuple[Encoder, Encoder],
    aligner: str,
    cache: bool | Path,
    seed: int,
    report: Progress,
) -> MigrationMap:
    """Fit the map on all of the sample, after measuring on a part how good such a map is."""
    from langalign.aligners import Aligner, aligners
    from langalign.components import component_of
    from langalign.data import read_texts
    from langalign.inputs.text_vectors import TextVectors
    from langalign.migration import MigrationMap, measure_recall

    unfitted = component_of(aligner, aligners, Aligner, random_state=seed)
    sample = list(dict.fromkeys(read_texts(path)))
    X, Y = (
        TextVectors(encoder, cache=cache)(sample, name=f"texts ({side} model)", progress=report)
        for encoder, side in zip(encoders, ("old", "new"), strict=True)
    )
    recall = measure_recall(X, Y, aligner=unfitted, random_state=seed)
    return MigrationMap.fit(
        X,
        Y,
        aligner=unfitted,
        fingerprints={"old": encoders[0].fingerprint, "new": encoders[1].fingerprint},
        record={
            "recall": recall.as_dict(),
            "summary": recall.summary(),
            "texts": len(sample),
            "aligner": aligner,
        },
    )


def _show(
    mapping: MigrationMap, folder: Path, written: int | None, target: Store, *, json: bool
) -> None:
    if json:
        show_json(mapping.record | {"map": str(folder), "out": str(target), "vectors": written})
        return
    show(str(mapping.record.get("summary", "")))
    show(f"The map: {folder}")
    if written is not None:
        show(f"Wrote {written:,} vectors of width {mapping.widths[1]} to {target}")
