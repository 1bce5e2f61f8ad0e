"""The records of the benchmark of reviews, and what is called how in its tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import SeedSummary, over_seeds
from results_pages.names import LANGUAGES
from results_pages.paper.records import Paper
from results_pages.places import RECORDS
from results_pages.tutorial import TUTORIAL_RECORD

OWN_SPEED = ("start", "mini-rate", "folding", "training")
Cell = tuple[str, str]
"""Setting and strategy."""


@dataclass(frozen=True)
class Records:
    """What was measured: summaries over seeds, and the records of single runs."""

    found: dict[tuple[str, str, str], SeedSummary]
    cells: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    mini: dict[str, Any]
    times: list[dict[str, Any]]
    priors: list[dict[str, Any]]
    expected: dict[str, Any]
    alignment: dict[str, Any]
    distillation: dict[str, Any]
    words: dict[str, dict[str, Any]]
    mining: list[dict[str, Any]]
    service: dict[str, Any]
    encoding: dict[str, dict[str, Any]]
    own_speed: dict[str, dict[str, Any]]
    migration: dict[str, Any]
    tutorial: dict[str, str]
    paper: Paper

    @classmethod
    def read(cls) -> Records:
        """Read the newest record of each kind and language."""
        real = list(_newest("real-test-{}-2*.json").values())
        cells = [cell for record in real for cell in record["cells"]]
        gathered: dict[tuple[str, str, str], list[Scores]] = {}
        for cell in cells:
            key = (cell["languages"][1], cell["settings"]["setting"], cell["strategy"])
            gathered.setdefault(key, []).append(Scores.from_dict(cell["scores"]))
        return cls(
            found={key: over_seeds(scores) for key, scores in gathered.items()},
            cells=cells,
            comparisons=[row for record in real for row in record["comparisons"]],
            mini=json.loads(max(RECORDS.glob("mini-2*.json")).read_text("utf-8")),
            expected=_if_measured(RECORDS / "expected-accuracy-test.json"),
            alignment=_if_measured(RECORDS / "alignment-test.json"),
            distillation=_if_measured(RECORDS / "distillation-test.json"),
            words=_newest("words-test-{}-2*.json"),
            priors=_of_newest("priors-test-2*.json", "cells"),
            mining=_of_newest("mining-dev-2*.json", "runs"),
            encoding={what: _newest_of(f"encoding-{what}-2*.json") for what in ("speed", "cost")},
            own_speed={what: _newest_of(f"{what}-2*.json") for what in OWN_SPEED},
            migration=_newest_of("migration-2*.json"),
            times=list(_newest("real-time-{}-2*.json").values()),
            service=_if_measured(RECORDS / "service.json"),
            tutorial=_if_measured(TUTORIAL_RECORD),
            paper=Paper.read(),
        )

    def languages(self) -> list[str]:
        """Return the languages that were measured."""
        return [lang for lang in LANGUAGES if any(key[0] == lang for key in self.found)]

    def accuracy(self, lang: str, setting: str, strategy: str) -> float | None:
        """Return the mean accuracy over seeds, where it was measured."""
        summary = self.found.get((lang, setting, strategy))
        return None if summary is None else summary.accuracy.mean

    def by_seed(self, lang: str, cell: Cell) -> dict[int, float]:
        """Return the accuracy of each run of a row, by seed."""
        return {
            run["seed"]: run["scores"]["accuracy"]
            for run in self.cells
            if (run["languages"][1], run["settings"]["setting"], run["strategy"]) == (lang, *cell)
        }


MAJORITY, NATIVE, HUNDRED, TFIDF = (
    ("reference", name) for name in ("majority", "native-12000", "native-100", "tfidf-12000")
)


def _newest(pattern: str) -> dict[str, dict[str, Any]]:
    """Return the newest record of each language that was measured."""
    found = {lang: sorted(RECORDS.glob(pattern.format(lang))) for lang in LANGUAGES}
    return {
        lang: json.loads(paths[-1].read_text("utf-8")) for lang, paths in found.items() if paths
    }


def _if_measured(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _newest_of(pattern: str) -> dict[str, Any]:
    newest = sorted(RECORDS.glob(pattern))[-1:]
    return dict(json.loads(newest[0].read_text("utf-8"))) if newest else {}


def _of_newest(pattern: str, part: str) -> list[dict[str, Any]]:
    newest = sorted(RECORDS.glob(pattern))[-1:]
    return [cell for path in newest for cell in json.loads(path.read_text("utf-8"))[part]]
