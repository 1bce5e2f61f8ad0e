"""From fitted cells to figures: what was judged, by several judges, beside what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from expected_accuracy_judges import JUDGES, mean_confidence
from records import stamps

from langalign.agreement import HeldOut, expected, expected_accuracy
from langalign.persistence import write_json

DEVELOPED_ON = ("ko", "ja")
GRID = np.arange(0, 1.01, 0.05)
MANY_PAIRS, FEW_PAIRS = 5_000, 200
UPPER = 1.645
"""The 95th percentile of a normal deviate."""

Rows = Sequence[Mapping[str, Any]]


def read_rows(runs: Path, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row for each fitted cell of some languages."""
    found = []
    for path in sorted(runs.glob("*.npz")):
        if path.name.endswith(".part.npz"):
            continue
        with np.load(path) as kept:
            cell = json.loads(str(kept["cell"]))
            if cell["lang"] in languages:
                found.append(cell | _judged(kept, unlabeled=cell["unlabeled"]))
    return found


def _judged(kept: Any, *, unlabeled: bool) -> dict[str, Any]:
    names = ("reference", "candidate", "english", "english_truth", "unlabeled")
    known = {name: np.asarray(kept[name], dtype=np.float64) for name in names}
    if not unlabeled:
        del known["unlabeled"]
    english = HeldOut(known["english_truth"], known["english"])
    pairs = HeldOut(known["reference"], known["candidate"])
    majority = float(english.expected.mean(axis=0).max())
    judged = expected_accuracy(english, pairs, known.get("unlabeled"), majority=majority)
    return {
        "n_classes": pairs.outputs.shape[1],
        "english_accuracy": english.right_share,
        "confidence": mean_confidence(known),
        "expected": judged.as_dict(),
        "judges": {name: judge(known) for name, judge in JUDGES.items()},
    } | {split: _measured(kept, split) for split in ("dev", "test")}


def _measured(kept: Any, split: str) -> dict[str, float]:
    return {
        "accuracy": float(kept[f"{split}_right"].mean()),
        "majority": float(kept[f"{split}_majority"]),
    }


def show_development(rows: Rows) -> None:
    """Print what the figures in ``langalign.agreement.expected`` come from."""
    for unlabeled, name in ((True, "texts"), (False, "pairs")):
        some = [row for row in rows if row["unlabeled"] == unlabeled]
        tasks = sorted({_task(row) for row in some})
        print(f"{name}: share of English {_best_share(some):.2f}")
        left_out, weights, sizes = [], [], []
        for task in tasks:
            share = _best_share([row for row in some if _task(row) != task])
            own = [row for row in some if _task(row) == task]
            miss = [_skill(row, row["dev"]["accuracy"]) - _estimate(row, share) for row in own]
            print(f"  {task:28} share without it {share:.2f} missed {np.mean(miss):+.3f}")
            left_out += miss
            weights += [1 / len(own)] * len(own)
            sizes += [row["n_pairs"] for row in own]
        size, missed, weight = (np.array(each) for each in (sizes, left_out, weights))
        many, few = size >= MANY_PAIRS, size == FEW_PAIRS
        spread = [
            float(np.average(missed[some] ** 2, weights=weight[some])) for some in (few, many)
        ]
        sampling = UPPER * np.sqrt(max(spread[0] - spread[1], 0.0) * FEW_PAIRS)
        print(f"  furthest misses, many pairs: {missed[many].min():+.2f} {missed[many].max():+.2f}")
        print(f"  sampling: {sampling:.1f}")
    print(json.dumps(summary(rows, "dev"), indent=1))


def _task(row: Mapping[str, Any]) -> str:
    return f"{row['task']} {row['lang']}"


def _skill(row: Mapping[str, Any], share: float) -> float:
    chance = 1 / row["n_classes"]
    return float((share - chance) / (1 - chance))


def _estimate(row: Mapping[str, Any], share: float) -> float:
    english, own = (max(_skill(row, row[name]), 0.0) for name in ("english_accuracy", "confidence"))
    return float(english**share * own ** (1 - share))


def _best_share(rows: Rows) -> float:
    """Return the share of least squared error, tasks counting alike."""
    tasks = {_task(row) for row in rows}

    def error(share: float) -> float:
        of_task = [
            np.mean(
                [
                    abs(_skill(row, row["dev"]["accuracy"]) - _estimate(row, share))
                    for row in rows
                    if _task(row) == task
                ]
            )
            for task in tasks
        ]
        return float(np.mean(np.square(of_task)))

    return float(min(GRID, key=error))


def summary(rows: Rows, split: str) -> list[dict[str, Any]]:
    """Return coverage, error and width for the tasks developed on and for zh, by what is known."""
    found = []
    for languages in (DEVELOPED_ON, ("zh",)):
        for unlabeled in (True, False):
            some = [
                row
                for row in rows
                if row["lang"] in languages and row["unlabeled"] == unlabeled
            ]  # fmt: skip
            if some:
                found.append(
                    {"languages": languages, "unlabeled": unlabeled, "cells": len(some)}
                    | {"tasks": sorted({_task(row) for row in some})}
                    | _figures(some, split)
                )
    return found


def _figures(rows: Rows, split: str) -> dict[str, Any]:
    truth = np.array([row[split]["accuracy"] for row in rows])
    accuracy, low, high, majority = (
        np.array([row["expected"][name] for row in rows])
        for name in ("accuracy", "low", "high", "majority")
    )
    below = truth <= np.array([row[split]["majority"] for row in rows])
    return {
        "coverage": float(((low <= truth) & (truth <= high)).mean()),
        "mean_absolute_error": float(np.abs(accuracy - truth).mean()),
        "bias": float((accuracy - truth).mean()),
        "mean_width": float((high - low).mean()),
        "not_above_majority": int(below.sum()),
        "of_these_warned": int((below & (low <= majority)).sum()),
        "warned": int((low <= majority).sum()),
        "mean_absolute_error_of": {
            name: float(np.abs(np.array([row["judges"][name] for row in rows]) - truth).mean())
            for name in JUDGES
        },
    }


def write_record(rows: Rows, path: Path) -> None:
    """Write every cell and the summary of both splits."""
    write_json(
        path,
        {
            "format_version": 1,
            "kind": "expected-accuracy",
            "constants": {
                "trust_in_english": expected.TRUST_IN_ENGLISH,
                "missed": expected.MISSED,
                "sampling": expected.SAMPLING,
            },
            "summary": {split: summary(rows, split) for split in ("dev", "test")},
            "rows": list(rows),
            **stamps(),
            "command": "python benchmarks/expected_accuracy.py --part test",
        },
    )
