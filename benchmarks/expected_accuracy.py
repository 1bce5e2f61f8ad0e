"""How far accuracy judged without target labels lies from the accuracy measured with them.

Cells are tasks, languages, settings, directions, numbers of pairs and seeds, with and without
unlabelled target text. ``--part run`` fits them and keeps all that is judged from in ``--runs``;
``--part dev`` prints the residuals on ko and ja dev rows, which the figures in
``langalign.agreement.expected`` come from; ``--part test`` writes the record, zh with it. A run
that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from console import console
from expected_accuracy_data import World, worlds
from expected_accuracy_record import DEVELOPED_ON, read_rows, show_development, write_record
from records import RESULTS

from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.errors import FitWarning
from langalign.heads.logistic import LogisticHead

SIZES = {"sentiment": (200, 1_000, 5_000, 20_000), "nli": (200, 1_000, 5_000)}
SEEDS = {"sentiment": 2}
FEW_LABELS = 2_000
"""English labels with every second seed."""
TASKS = (
    ("sentiment", "ko"),
    ("sentiment", "ja"),
    ("sentiment", "zh"),
    ("sentiment, far pairs", "ko"),
    ("ekman", "ko"),
    ("polarity", "ko"),
    ("polar", "ko"),
    ("nli", "ko"),
    ("nli", "ja"),
    ("nli", "zh"),
)


@dataclass(frozen=True)
class Cell:
    """One fit."""

    task: str
    lang: str
    setting: str
    direction: str
    n_pairs: int
    unlabeled: bool
    seed: int

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return "-".join(map(str, asdict(self).values())).replace(" -> ", "-to-").replace(", ", "-")


def cells(task: str, lang: str, settings: Any) -> Iterator[Cell]:
    """Yield the cells of one task; directions take turns, with and without unlabelled text."""
    for i, n_pairs in enumerate(SIZES.get(task, SIZES["sentiment"])):
        for seed in range(SEEDS.get(task, 1)):
            for j, setting in enumerate(settings):
                for unlabeled in (False, True):
                    turn = (i + seed + j + unlabeled) % 2
                    direction = ("forward", "reverse")[turn]
                    yield Cell(task, lang, setting, direction, n_pairs, unlabeled, seed)


def fit(cell: Cell, world: World) -> dict[str, Any]:
    """Fit a classifier; return all that its accuracy is judged from and measured on."""
    rng = np.random.default_rng(cell.seed)
    rows = rng.permutation(len(world.source))[: cell.n_pairs]
    labeled = np.arange(len(world.y)) if cell.seed % 2 == 0 else rng.permutation(FEW_LABELS)
    model = AlignedClassifier(Linear(), LogisticHead(), direction=cell.direction).fit(
        world.X[labeled],
        world.y[labeled],
        pairs=(world.source[rows], world.target[rows]),
        unlabeled=world.unlabeled if cell.unlabeled else None,
        groups=world.groups[rows],
    )
    choice = model.choice_
    assert choice is not None and choice.held_out is not None and choice.english is not None
    return {
        "reference": choice.held_out.expected,
        "candidate": choice.held_out.outputs,
        "english": choice.english.outputs,
        "english_truth": choice.english.expected,
        "unlabeled": model.predict_proba(world.unlabeled),
        "threshold": np.array(model.threshold_),
        "dev_right": model.predict(world.dev[0]) == world.dev[1],
        "test_right": model.predict(world.test[0]) == world.test[1],
        "dev_majority": _majority(world.dev[1]),
        "test_majority": _majority(world.test[1]),
    }


def _majority(y: Any) -> Any:
    return np.array(np.unique(y, return_counts=True)[1].max() / len(y))


def run(arguments: argparse.Namespace) -> None:
    """Fit what is not there yet."""
    warnings.simplefilter("ignore", FitWarning)
    wanted = arguments.tasks.split(";")
    for task, lang in TASKS:
        if task not in wanted or lang not in arguments.languages.split(","):
            continue
        known = worlds(task, lang, arguments.cache or True)
        for cell in cells(task, lang, known):
            path = arguments.runs / f"{cell.name}.npz"
            if path.exists():
                continue
            start = time.perf_counter()
            found = fit(cell, known[cell.setting])
            draft = path.with_suffix(".part.npz")
            np.savez_compressed(draft, cell=json.dumps(asdict(cell)), **found)
            draft.replace(path)
            console.print(f"{cell.name:70} {time.perf_counter() - start:.1f} s")


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("--part", choices=("run", "dev", "test"), default="run")
    parser.add_argument("--tasks", default=";".join(dict.fromkeys(task for task, _ in TASKS)))
    parser.add_argument("--languages", default="ko,ja,zh")
    parser.add_argument("--cache", default=None, help="folder of the vector cache")
    parser.add_argument("--runs", type=Path, default=Path("expected-runs"))
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    if arguments.part == "run":
        run(arguments)
    elif arguments.part == "dev":
        show_development(read_rows(arguments.runs, DEVELOPED_ON))
    else:
        languages = arguments.languages.split(",")
        write_record(
            read_rows(arguments.runs, languages), arguments.out / "expected-accuracy-test.json"
        )


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Show defaults, keep the paragraphs."""


if __name__ == "__main__":
    main()
