"""Real texts, no target label: English film reviews to Korean, Japanese and Chinese reviews.

Two settings: all-MiniLM-L6-v2 for English with ``mini`` for the target language, and ``mini`` on
both sides. Every strategy stands beside what a reader will compare it with. Develop on
``--split dev``; ``--split test`` is for the end.

Run ``python benchmarks/real.py --help``. A run that was stopped goes on where it was; finished
cells are read from the record.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from code_state import CODE
from console import console
from minilm import minilm, minilm_fingerprint
from real_baselines import TenLines, TunedNative, best_linear_predictions, tfidf_predictions
from real_data import LanguageData, load
from real_table import write_tables
from real_time import measure
from records import RESULTS

from langalign.data.groups import text_groups
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.evaluation.comparison import compare_predictions
from langalign.evaluation.majority import against_majority, majority_predictions
from langalign.evaluation.record import RunRecord
from langalign.evaluation.scores import evaluate_predictions
from langalign.experiment.run import chosen_settings
from langalign.inputs.text_vectors import TextVectors
from langalign.persistence import write_json
from langalign.strategies import Problem, strategies
from langalign.vectors import Vectors

NATIVE_DRAWS = 10
ALIGNED = ("linear", "reverse-linear")
NETWORKS = {
    "MiniLM -> mini": ("fc", "reverse-fc", "ae", "reverse-ae"),
    "mini": ("fc", "ae"),
}


@dataclass(frozen=True)
class Cell:
    """One strategy to run: where, how often, and how it predicts the test rows."""

    setting: str
    strategy: str
    seed: int
    predict: Callable[[], tuple[Any, dict[str, Any]]]


class LanguageRun:
    """All cells of one target language; vectors are encoded once and kept."""

    def __init__(self, data: LanguageData, split: str, cache: str | bool) -> None:
        self.data, self.cache = data, cache
        self.scored = data.test if split == "test" else data.dev
        self.truth = np.asarray(self.scored.labels)
        self.mini: Encoder = MiniEncoder()
        self.scored_X = self.encode(self.mini, self.scored.texts)
        self._drawn: tuple[Encoder, int] | None = None
        self._problem: Problem

    def encode(self, encoder: Encoder, texts: Any) -> Vectors:
        """Return the vectors of texts, from the cache where they are known."""
        return TextVectors(encoder, cache=self.cache)(texts, name="texts")

    def problem(self, encoder: Encoder, seed: int, *, centred: bool = True) -> Problem:
        """Return the vectors of one draw of pairs; the draw used last is kept."""
        if (encoder, seed) != self._drawn:
            self._problem, self._drawn = self._draw(encoder, seed), (encoder, seed)
        return self._problem if centred else replace(self._problem, unlabeled=None)

    def _draw(self, encoder: Encoder, seed: int) -> Problem:
        pairs = self.data.pairs(seed)
        return Problem(
            X=self.encode(encoder, self.data.english.texts),
            y=np.asarray(self.data.english.labels),
            source=self.encode(encoder, pairs.source),
            target=self.encode(self.mini, pairs.target),
            unlabeled=self.encode(self.mini, self.data.unlabeled),
            native_X=self.encode(self.mini, self.data.native.texts),
            native_y=np.asarray(self.data.native.labels),
            groups=text_groups(pairs),
        )

    def cells(self, settings: dict[str, Encoder], seeds: int, networks: bool) -> Iterator[Cell]:
        """Yield every cell: references first, then each setting by seed."""
        yield from self._references()
        for setting, encoder in settings.items():
            names = [*ALIGNED, *(NETWORKS[setting] if networks else ())]
            for seed in range(seeds):
                if setting == "mini" and seed == 0:
                    yield self._cell(setting, "english-only", encoder, seed)
                yield self._cell(setting, "ten-lines", encoder, seed)
                for name in names:
                    yield self._cell(setting, name, encoder, seed)
                for name in ALIGNED:
                    yield self._cell(setting, name, encoder, seed, centred=False)
                    yield self._oracle(setting, name, encoder, seed)

    def _references(self) -> Iterator[Cell]:
        dev_X = self.encode(self.mini, self.data.dev.texts)
        dev_y = np.asarray(self.data.dev.labels)
        tuned = TunedNative(dev_X, dev_y)
        majority = np.asarray(majority_predictions(self.truth.tolist()))

        def tfidf() -> tuple[Any, dict[str, Any]]:
            return tfidf_predictions(self.data.native, self.data.dev, self.scored), {}

        yield Cell("reference", "majority", 0, lambda: (majority, {}))
        yield Cell("reference", "native-12000", 0, lambda: self._fit(tuned, self.mini, 0))
        for draw in range(NATIVE_DRAWS):
            yield self._cell("reference", "native-100", self.mini, draw)
        yield Cell("reference", "tfidf-12000", 0, tfidf)

    def _cell(
        self, setting: str, name: str, encoder: Encoder, seed: int, *, centred: bool = True
    ) -> Cell:
        strategy: Any = TenLines() if name == "ten-lines" else strategies.get(name)()
        shown = name if centred else f"{name}, not centred"
        return Cell(
            setting, shown, seed, lambda: self._fit(strategy, encoder, seed, centred=centred)
        )

    def _oracle(self, setting: str, name: str, encoder: Encoder, seed: int) -> Cell:
        direction = "reverse" if name.startswith("reverse-") else "forward"

        def predict() -> tuple[Any, dict[str, Any]]:
            problem = self.problem(encoder, seed)
            return best_linear_predictions(problem, direction, self.scored_X, self.truth), {}

        return Cell(setting, f"{name}, oracle", seed, predict)

    def _fit(
        self, strategy: Any, encoder: Encoder, seed: int, *, centred: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        # Native labels are drawn by the seed of the strategy; the pairs play no part there.
        pair_seed = 0 if strategy.uses_target_labels else seed
        problem = self.problem(encoder, pair_seed, centred=centred)
        fitted = strategy.fit(problem, random_state=seed)
        return fitted.predict(self.scored_X), chosen_settings(fitted)


def run(arguments: argparse.Namespace) -> None:
    """Run what is not in the records yet, one record a language; then write the tables."""
    settings = {"MiniLM -> mini": minilm(), "mini": MiniEncoder()}
    for lang in arguments.languages.split(","):
        language = LanguageRun(load(lang), arguments.split, arguments.cache or True)
        cells = language.cells(settings, arguments.seeds, not arguments.no_networks)
        path = arguments.out / f"real-{arguments.split}-{lang}-{arguments.date}.json"
        _run_language(language, cells, path)
    stem = f"real-{arguments.split}"
    records = sorted(arguments.out.glob(f"{stem}-??-{arguments.date}.json"))
    write_tables([json.loads(path.read_text()) for path in records], arguments.out / f"{stem}.md")


def _run_language(language: LanguageRun, cells: Iterator[Cell], path: Path) -> None:
    """Run the cells of one language; the record is written after every cell."""
    record = json.loads(path.read_text()) if path.exists() else {"cells": [], "comparisons": []}
    done = {(c["settings"]["setting"], c["strategy"], c["seed"]) for c in record["cells"]}
    english_only = None
    for cell in cells:
        known = (cell.setting, cell.strategy, cell.seed) in done
        # English-only is run again when a run is taken up: comparisons need its predictions.
        if known and cell.strategy != "english-only":
            continue
        start = time.perf_counter()
        predicted, chosen = cell.predict()
        seconds = time.perf_counter() - start
        if cell.strategy == "english-only":
            english_only = predicted
        if known:
            continue
        record["cells"].append(_record(language, cell, predicted, chosen, seconds))
        if cell.strategy in ALIGNED:
            record["comparisons"] += _comparisons(language, cell, predicted, english_only)
        _show(record["cells"][-1])
        write_json(path, record)


def _record(
    language: LanguageRun, cell: Cell, predicted: Any, chosen: dict[str, Any], seconds: float
) -> dict[str, Any]:
    encoders = {"target": language.mini.fingerprint}
    if cell.setting == "MiniLM -> mini":
        encoders["source"] = minilm_fingerprint()
    return RunRecord(
        task=f"sentiment-{language.data.lang}",
        languages=("en", language.data.lang),
        strategy=cell.strategy,
        scores=evaluate_predictions(language.truth, predicted),
        seed=cell.seed,
        settings={"setting": cell.setting} | chosen,
        data=language.data.checksums,
        encoders=encoders,
        seconds=round(seconds, 2),
    ).as_dict() | {"code": CODE}


def _comparisons(
    language: LanguageRun, cell: Cell, predicted: Any, english_only: Any
) -> list[dict[str, Any]]:
    """Compare with the majority class (macro-F1) and with English-only (accuracy), paired."""
    base: dict[str, Any] = {"task": f"sentiment-{language.data.lang}", "setting": cell.setting}
    base |= {"strategy": cell.strategy, "seed": cell.seed}
    majority = against_majority(language.truth, predicted)
    found = [base | {"against": "majority"} | majority.as_dict()]
    if cell.setting == "mini" and english_only is not None:
        direct = compare_predictions(language.truth, predicted, english_only)
        found.append(base | {"against": "english-only"} | direct.as_dict())
    return found


def _show(cell: dict[str, Any]) -> None:
    scores = cell["scores"]
    console.print(
        f"{cell['task']:14} {cell['settings']['setting']:15} {cell['strategy']:30} "
        f"seed {cell['seed']}  accuracy {scores['accuracy']:.3f}  macro-F1 "
        f"{scores['macro_f1']:.3f}  {cell['seconds']:.1f} s"
    )


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--languages", default="ko,ja,zh")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--no-networks", action="store_true", help="leave out FC and AE")
    parser.add_argument("--cache", default=None, help="folder of the vector cache")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--time", metavar="LANG", help="measure one cold and one warm run instead")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="names the record")
    arguments = parser.parse_args()
    if arguments.time:
        console.print_json(data=measure(arguments.time, minilm(), arguments.out))
    else:
        run(arguments)


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Show defaults, keep the paragraphs."""


if __name__ == "__main__":
    main()
