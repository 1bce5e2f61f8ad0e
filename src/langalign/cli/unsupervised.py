"""``langalign align --unsupervised``: a map without pairs, written only if it can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from langalign.cli.console import note, progress, show, show_json
from langalign.cli.reading import read_vectors

if TYPE_CHECKING:
    from langalign.aligners.base import Aligner

FAILED = 1


def align_unpaired(
    source: Path,
    target: Path,
    out: Path,
    *,
    unfitted: Aligner,
    test_pairs: tuple[Path, Path] | None,
    seed: int,
    json: bool,
) -> None:
    """Look for a map, say what the test found, and write the map where it passed."""
    from langalign.aligners import aligners
    from langalign.persistence import save_component, write_folder
    from langalign.unsupervised import UnpairedAligner

    X, Y = read_vectors(source), read_vectors(target)
    pairs = None
    if test_pairs is not None:
        pairs = read_vectors(test_pairs[0]), read_vectors(test_pairs[1])
    note("Aligning without pairs is experimental; give pairs where you have some hundred.")
    search = UnpairedAligner(aligner=unfitted, random_state=seed)
    with progress() as report:
        search.fit(X, Y, pairs=pairs, progress=report)
    found = search.success_
    if found.passed:
        with write_folder(out, kind=aligners.kind) as folder:
            save_component(search.aligner_, folder, kind=aligners.kind)
    if json:
        written = str(out) if found.passed else None
        record = {"aligner": repr(search.candidate_), "matches": search.n_matches_}
        show_json(record | {"success": found.as_dict(), "out": written})
    else:
        show(found.summary())
        if found.passed:
            show(f"Saved to {out}. Use it: langalign apply {out} {source} --out mapped.npy")
    if not found.passed:
        raise typer.Exit(FAILED)
