"""The pairs that fit worst, on the terminal or as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from langalign.cli.console import note, plain_table, show, show_table
from langalign.cli.writing import require_file_place
from langalign.files.whole_file import whole_file

if TYPE_CHECKING:
    from langalign.data import ParallelText
    from langalign.head_room import HeadRoom


def require_worst_place(out: Path | None, worst: int, parallel: Sequence[Path]) -> None:
    """Check before the work that there is something to write, and where."""
    if out is None:
        return
    if not worst:
        raise typer.BadParameter("--out is for the worst pairs; give their number, --worst N")
    if out.suffix != ".tsv":
        raise typer.BadParameter(f"--out {out}: expected a file name ending in .tsv")
    require_file_place(out, read=parallel)


def show_worst(found: HeadRoom, pairs: ParallelText, places: Sequence[str]) -> None:
    """Print the worst pairs as a table, with the file and line of each."""
    _, *columns = _columns(pairs)
    title = f"Pairs that fit worst, of {found.n_pairs:,}"
    table = plain_table(*columns, title=title, right=("margin",))
    # Folders would leave no width for texts.
    for _, *cells in _rows(found, pairs, [Path(place).name for place in places]):
        table.add_row(*cells)
    show()
    show_table(table)


def write_worst(found: HeadRoom, pairs: ParallelText, places: Sequence[str], out: Path) -> None:
    """Write the worst pairs as a table that 'langalign' can read again."""
    lines = ["\t".join(cells) for cells in (_columns(pairs), *_rows(found, pairs, places))]
    with whole_file(out) as file:
        file.write(("\n".join(lines) + "\n").encode())
    note(f"Wrote the {len(found.worst):,} pairs that fit worst to {out}")


def _columns(pairs: ParallelText) -> tuple[str, ...]:
    languages = pairs.source_lang, pairs.target_lang
    parts = ("premise_", "hypothesis_") if pairs.is_pairs else ("",)
    return ("row", "margin", "at", *(f"{part}{lang}" for lang in languages for part in parts))


def _rows(found: HeadRoom, pairs: ParallelText, places: Sequence[str]) -> Iterator[tuple[str, ...]]:
    from langalign.data.text import parts_of

    for worst in found.worst:
        sides = pairs.source[worst.row], pairs.target[worst.row]
        texts = (" ".join(part.split()) for side in sides for part in parts_of(side))
        yield (str(worst.row), f"{worst.margin:.3f}", places[worst.row], *texts)
