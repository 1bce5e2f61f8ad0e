"""``langalign encode``, ``align`` and ``apply``: files of vectors, for work in steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import note, progress, show, show_json
from langalign.cli.engines import (
    ClusterOption,
    Engine,
    EngineOption,
    WorkersOption,
    on_engine,
)
from langalign.cli.options import (
    AlignerOption,
    BackendOption,
    CacheOption,
    JsonOption,
    LongTexts,
    LongTextsOption,
    NoCacheOption,
    PairMode,
    PairModeOption,
    PoolingOption,
    PromptOption,
    SeedOption,
    SplitOption,
    ThreadsOption,
    cache_of,
    encoder_of,
    use_threads,
)
from langalign.cli.reading import read_vectors
from langalign.cli.unsupervised import align_unpaired
from langalign.cli.writing import require_file_place, require_folder
from langalign.errors import SettingError
from langalign.files.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langalign.aligners import Aligner
    from langalign.head_room.map_check import MapCheck

OutVectors = Annotated[
    Path, typer.Option("--out", "-o", metavar="FILE", help="File to write, ending in .npy.")
]


def encode(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Texts: .txt (one per line), .tsv, .csv, .jsonl or .parquet."
        ),
    ],
    out: OutVectors,
    encoder: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A name from 'langalign list encoders', a model of the Hugging Face hub, or its "
            "folder.",
        ),
    ] = "mini",
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="LANG", help="Column to read, where columns are named after languages."
        ),
    ] = None,
    split: SplitOption = None,
    pooling: PoolingOption = None,
    prompt: PromptOption = None,
    long_texts: LongTextsOption = LongTexts.TRUNCATE,
    backend: BackendOption = None,
    pair_mode: PairModeOption = PairMode.SIAMESE,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    engine: EngineOption = Engine.LOCAL,
    workers: WorkersOption = 2,
    cluster: ClusterOption = None,
) -> None:
    r"""Encode texts once, for use on machines without the encoder.

    Writes vectors.npy, one row per text (two per pair, unless --pair-mode cross), and vectors.json
    beside it, which says which text each belongs to. A stopped run resumes. The file serves as
    encoder: langalign fit --target-encoder vectors.npy ...

    With --engine dask or ray, workers encode, each with a copy of the encoder: processes of this
    machine, or a running cluster. If a worker dies, only its share of the last batch is lost.

    Example:
      langalign encode parallel.tsv --lang ko --out ko.npy \
          --encoder intfloat/multilingual-e5-small --prompt "query: "
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    _require_npy(out, read=[Path(file)])

    from langalign.data import read_texts
    from langalign.encoders.precomputed import require_place, save_vectors
    from langalign.inputs.text_vectors import TextVectors

    require_place(out)
    chosen = encoder_of(encoder, pooling, prompt, threads, long_texts, backend)
    texts = read_texts(file, lang, split)
    with (
        progress() as report,
        on_engine(
            chosen, engine, n_workers=workers, address=cluster, cache=kept, progress=report
        ) as encoding,
    ):
        side = TextVectors(encoding, pair_mode=pair_mode.value, cache=kept)
        vectors = side(texts, name="texts", progress=report)
    if vectors.ndim == 3:
        texts = tuple(part for pair in texts for part in pair)
        vectors = vectors.reshape(len(texts), -1)
    save_vectors(out, texts, vectors, chosen.fingerprint)
    show(f"Wrote {len(vectors):,} vectors of width {vectors.shape[1]} to {out}")


def align(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE.npy", help="Vectors, one row per source text.")
    ],
    target: Annotated[
        Path, typer.Argument(metavar="TARGET.npy", help="Vectors of the translations, row by row.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")],
    aligner: AlignerOption = "auto",
    unsupervised: Annotated[
        bool,
        typer.Option(
            "--unsupervised",
            help="Rows are not paired: experimental, often fails, and then writes nothing.",
        ),
    ] = False,
    test_pairs: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="SOURCE.npy TARGET.npy",
            help="With --unsupervised: vectors of a few pairs to test the map with.",
        ),
    ] = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Fit a map from one space of vectors into another and save it.

    A tenth of the rows is held out first, to show how much of the target's variance the map
    explains and how often a text's nearest neighbour is its translation. The same on shuffled pairs
    shows the level of chance. The map that is saved is fitted on all rows.

    Aligners that need only sums (linear, procrustes, mean-shift, cca, low-rank) read the files in
    blocks, so that these may be larger than memory. The others read them whole.

    With --unsupervised the rows need not correspond. The map is then learned twice, from halves of
    the rows, and saved only where both maps agree on rows that neither has seen; where they do not,
    it says so and exits with 1.

    Example:
      langalign align en.npy ko.npy --aligner linear --out map
      langalign align old.npy new.npy --unsupervised --out map
    """
    use_threads(threads)
    if test_pairs is not None and not unsupervised:
        raise typer.BadParameter("--test-pairs is for --unsupervised; leave it out")
    from langalign.aligners import Aligner, aligners
    from langalign.components import component_of
    from langalign.persistence import save_component, write_folder

    require_folder(out, kind=aligners.kind)

    unfitted = component_of(aligner, aligners, Aligner, random_state=seed)
    if unsupervised:
        align_unpaired(
            source, target, out, unfitted=unfitted, test_pairs=test_pairs, seed=seed, json=json
        )
        return
    fitted, check, n_pairs = _fitted(unfitted, source, target, seed)
    with write_folder(out, kind=aligners.kind) as folder:
        save_component(fitted, folder, kind=aligners.kind)
    if json:
        record = {"aligner": repr(fitted), "pairs": n_pairs, "out": str(out)}
        show_json(record | {"held_out": check.as_dict() if check else None})
        return
    if check is None:
        note(f"{n_pairs} pairs are too few to hold any out; nothing is known of the map's quality")
    else:
        show(check.summary())
    show(f"Saved to {out}. Use it: langalign apply {out} {source} --out mapped.npy")


def apply(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that 'langalign align' wrote.")
    ],
    vectors: Annotated[
        Path, typer.Argument(metavar="VECTORS.npy", help="Vectors of the source space.")
    ],
    out: OutVectors,
) -> None:
    """Map vectors with a saved map.

    Example:
      langalign apply map en.npy --out mapped.npy
    """
    _require_npy(out, read=[vectors])

    import numpy as np

    from langalign.aligners import aligners
    from langalign.persistence import load_component
    from langalign.vectors import as_vectors

    fitted = load_component(folder, aligners)
    X = as_vectors(read_vectors(vectors), name=str(vectors), dim=fitted.n_features_in_)
    mapped = fitted.transform(X)
    with whole_file(out) as file:
        np.save(file, mapped, allow_pickle=False)
    show(f"Wrote {len(mapped):,} vectors of width {mapped.shape[1]} to {out}")


def _fitted(
    unfitted: Aligner, source: Path, target: Path, seed: int
) -> tuple[Aligner, MapCheck | None, int]:
    """Return a map of all rows, what one is worth on rows held out, and the number of rows."""
    import numpy as np

    from langalign.aligners.statistics_aligner import StatisticsAligner
    from langalign.files.vector_file import VectorFile
    from langalign.head_room.map_check import FEWEST_PAIRS, check_map, hold_out
    from langalign.head_room.streamed_map import fit_streamed
    from langalign.vectors import require_same_rows

    names = str(source), str(target)
    if isinstance(unfitted, StatisticsAligner):
        files = VectorFile.open(source), VectorFile.open(target)
        require_same_rows(*files, names=names)
        with progress() as report:
            streamed, check = fit_streamed(
                unfitted,
                *files,
                random_state=seed,
                progress=lambda done, total: report("Reading pairs", done, total),
            )
        return streamed, check, len(files[0])
    X, Y = read_vectors(source), read_vectors(target)
    require_same_rows(X, Y, names=names)
    check = None
    if len(X) >= FEWEST_PAIRS:
        check = check_map(unfitted, X, Y, *hold_out(np.arange(len(X)), 10, seed), random_state=seed)
    return unfitted.fresh().fit(X, Y), check, len(X)


def _require_npy(path: Path, *, read: Sequence[Path]) -> None:
    if path.suffix != ".npy":
        raise SettingError(f"--out {path}: expected a file name ending in .npy")
    require_file_place(path, read=read)
