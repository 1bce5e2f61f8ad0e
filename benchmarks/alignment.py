"""Which aligner is best, and whether ``auto`` finds it without a target label.

all-MiniLM-L6-v2 for English, ``mini`` for Korean, Japanese and Chinese. Parts: ``cells`` (every
aligner by numbers of pairs, in retrieval and in sentiment), ``plateau`` (the paper's FC trained as
long as it gains, on Tanaka), ``gap`` (sentiment beside native labels and ten lines of
scikit-learn). Develop on ``--split dev`` with ko and ja; ``--split test`` is for the end, and so is
zh. A run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alignment_cells import ALIGNERS, SLOW, TAUGHT, Cell, learning_curve, play
from alignment_data import Language, language
from alignment_record import write_record
from console import console
from real_data import data_folder
from records import RESULTS

SIZES = (200, 1_000, 5_000, 20_000)
ENDS = (50, 50_000)
"""Of the curve: run with one seed."""
NATIVE_DRAWS = 10


@dataclass(frozen=True)
class Job:
    """One cell, and where its outcome is kept."""

    cell: Cell
    split: str
    cache: str | None
    runs: Path

    @property
    def path(self) -> Path:
        """Return the file of the cell's outcome."""
        name = "-".join(map(str, (self.split, *self.cell.key)))
        return self.runs / f"{name}.npz"


def cells(arguments: argparse.Namespace) -> Iterator[Cell]:
    """Yield what the command line asks for: quick cells first, slow ones last."""
    languages, seeds = arguments.languages.split(","), range(arguments.seeds)
    parts = arguments.parts.split(",")
    for slow in (False, True):
        for lang in languages:
            if "cells" in parts:
                yield from _sized(lang, seeds, slow, arguments.slow_seeds)
            if "gap" in parts and not slow:
                yield from _references(lang, seeds)


def _sized(lang: str, seeds: range, slow: bool, slow_seeds: int) -> Iterator[Cell]:
    names = [name for name in ALIGNERS if (name in SLOW) == slow]
    sizes = SIZES if slow else (*SIZES, *ENDS)
    for n_pairs in sizes:
        drawn = seeds[:slow_seeds] if slow else seeds[:1] if n_pairs in ENDS else seeds
        for seed in drawn:
            for name in names:
                yield Cell(lang, "retrieval", n_pairs, name, seed)
            for name in names if slow else (*names, TAUGHT):
                yield Cell(lang, "sentiment", n_pairs, name, seed)


def _references(lang: str, seeds: range) -> Iterator[Cell]:
    yield Cell(lang, "sentiment", 0, "native", 0)
    for draw in range(NATIVE_DRAWS):
        yield Cell(lang, "sentiment", 0, "native-100", draw)
    for seed in seeds:
        yield Cell(lang, "sentiment", 20_000, "ten-lines", seed)


@functools.lru_cache(maxsize=1)
def _language(lang: str, split: str, cache: str | None) -> Language:
    return language(lang, split, cache or True)


def run(job: Job) -> tuple[Cell, float, float]:
    """Run one cell unless its outcome is there; return its score and seconds."""
    if not job.path.exists():
        data = _language(job.cell.lang, job.split, job.cache)
        start = time.perf_counter()
        credits_of_rows, said = play(job.cell, data)
        said |= {"seconds": round(time.perf_counter() - start, 3)}
        draft = job.path.with_suffix(".part.npz")
        np.savez_compressed(draft, earned=credits_of_rows, said=json.dumps(said))
        draft.replace(job.path)
    with np.load(job.path) as found:
        return job.cell, float(found["earned"].mean()), json.loads(str(found["said"]))["seconds"]


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--languages", default="ko,ja")
    parser.add_argument("--parts", default="cells,plateau,gap")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--slow-seeds", type=int, default=1, help="of those trained by gradient")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cells side by side")
    parser.add_argument("--cache", default=None, help="folder of the vector cache")
    parser.add_argument("--runs", type=Path, default=Path("alignment-runs"), help="folder of cells")
    arguments = parser.parse_args()
    data_folder()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    jobs = [
        Job(cell, arguments.split, arguments.cache, arguments.runs) for cell in cells(arguments)
    ]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for cell, score, seconds in pool.map(run, jobs, chunksize=1):
            console.print(f"{'  '.join(map(str, cell.key)):60} {score:.3f} {seconds:8.1f} s")
    data = {
        lang: _language(lang, arguments.split, arguments.cache)
        for lang in arguments.languages.split(",")
    }
    if "plateau" in arguments.parts.split(",") and "ja" in data:
        learning_curve(data["ja"], arguments.runs / f"{arguments.split}-plateau.json")
    write_record(jobs, data, arguments, RESULTS)
    console.print(f"{time.perf_counter() - start:.0f} s in all")


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Show defaults, keep the paragraphs."""


if __name__ == "__main__":
    main()
