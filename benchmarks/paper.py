"""The paper's experiment on real data: every way of getting a classifier, side by side.

Sentiment and inference in Korean, Chinese and Japanese, and emotion in Korean, each with ``mini``
on both sides and with all-MiniLM-L6-v2 in front of ``mini``. Develop on ``--split dev``;
``--split test`` is for the end. A run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import paper_data
from code_state import CODE
from console import console
from minilm import minilm
from real_data import data_folder
from records import RESULTS

from langalign.aligners import aligners
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.evaluation.metrics import Metric
from langalign.experiment.compare import compare, strategy_names
from langalign.experiment.run import ORACLE
from langalign.persistence import write_json

SETTINGS = ("mini", "MiniLM -> mini")
METRICS: dict[str, Metric] = {"sentiment": "accuracy", "nli": "macro_f1", "emotion": "macro_f1"}
N_SEEDS = {"sentiment": 5, "nli": 3, "emotion": 3}
N_PAIRS = {"sentiment": 20_000, "nli": 10_000, "emotion": 10_000}
NETWORKS = tuple(
    f"{direction}{name}"
    for name in aligners.names()
    if not aligners.get(name).closed_form
    for direction in ("", "reverse-")
)
"""Run with one seed, and for 28 classes not at all: they would take as long as all the rest."""


@dataclass(frozen=True)
class Run:
    """One comparison."""

    task: str
    lang: str
    setting: str
    split: str
    seeds: int | None
    runs: Path
    cache: str | None

    @property
    def name(self) -> str:
        """Return the name of its folder and record."""
        setting = self.setting.lower().replace(" -> ", "-to-")
        return f"paper-{self.split}-{self.task}-{self.lang}-{setting}"


def runs_of(arguments: argparse.Namespace) -> Iterator[Run]:
    """Yield what the command line asks for."""
    for task, lang in paper_data.LOADERS:
        if task in arguments.tasks.split(",") and lang in arguments.languages.split(","):
            for setting in SETTINGS:
                yield Run(
                    task,
                    lang,
                    setting,
                    arguments.split,
                    arguments.seeds,
                    arguments.runs,
                    arguments.cache,
                )


def run(job: Run) -> tuple[str, float]:
    """Run one comparison and keep its record; return its name and seconds."""
    start = time.perf_counter()
    texts = paper_data.load(job.task, job.lang)
    mini: Encoder = MiniEncoder()
    on_test = job.split == "test"
    outcome = compare(
        parallel=texts.parallel,
        labeled=texts.labeled,
        test=texts.test if on_test else texts.dev,
        native=texts.native,
        translated=texts.translated,
        test_translated=texts.test_translated if on_test else texts.dev_translated,
        unlabeled=texts.unlabeled,
        source_encoder=mini if job.setting == "mini" else minilm(),
        target_encoder=mini,
        n_seeds=job.seeds or N_SEEDS[job.task],
        n_network_seeds=1,
        max_pairs=N_PAIRS[job.task],
        strategies=_strategies(job.task),
        metric=METRICS[job.task],
        cache=job.cache or True,
        name=f"{job.task}-{job.lang}",
        command=f"python benchmarks/paper.py --split {job.split}",
        out=job.runs / job.name,
    )
    record = json.loads(outcome.record.read_text(encoding="utf-8"))
    record |= {"setting": job.setting, "split": job.split, "files": texts.files, "code": CODE}
    write_json(RESULTS / f"{job.name}.json", record)
    return job.name, time.perf_counter() - start


def _strategies(task: str) -> list[str]:
    """Return all strategies but those that take long and tell little more."""
    left_out = ["linear+native", *(NETWORKS if task == "emotion" else ())]
    oracles = task == "sentiment"
    return [
        name
        for name in strategy_names(None)
        if name not in left_out and (oracles or not name.endswith(ORACLE))
    ]


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--tasks", default="sentiment,nli,emotion")
    parser.add_argument("--languages", default="ko,zh,ja")
    parser.add_argument("--seeds", type=int, default=None, help=f"runs, else {N_SEEDS}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs side by side")
    parser.add_argument("--cache", default=None, help="folder of the vector cache")
    parser.add_argument(
        "--runs", type=Path, default=Path("paper-runs"), help="folder of cells and reports"
    )
    arguments = parser.parse_args()
    data_folder()
    start = time.perf_counter()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for name, seconds in pool.map(run, runs_of(arguments)):
            console.print(f"{name:44} {seconds:7.0f} s")
    console.print(f"{time.perf_counter() - start:.0f} s in all")


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Show defaults, keep the paragraphs."""


if __name__ == "__main__":
    main()
