"""The record of ``alignment.py``: every cell with its interval, and how far each bar is met."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from alignment_cells import ALIGNERS, AUTO
from alignment_data import Language
from numpy.typing import NDArray
from records import stamps

from langalign.persistence import write_json

N_RESAMPLES = 2_000
LEVEL = 0.95

Earned = NDArray[np.float64]


def write_record(
    jobs: Sequence[Any], data: Mapping[str, Language], arguments: argparse.Namespace, folder: Path
) -> None:
    """Write one record of all languages that were run, from the outcomes of the cells."""
    rows = _rows(jobs)
    record = {
        "format_version": 1,
        "kind": "alignment",
        "split": arguments.split,
        "rows": rows,
        "auto": _auto_against_the_best(rows),
        "plateau": _plateau(arguments.runs / f"{arguments.split}-plateau.json"),
        "files": {name: sha for one in data.values() for name, sha in one.files.items()},
        "encoders": next(iter(data.values())).encoders,
        "sizes": {
            lang: {"pairs": len(one.source), "retrieved": len(one.retrieved[0]),
                   "scored": len(one.scored[0])}
            for lang, one in data.items()
        },
        **stamps(),
        "command": f"python benchmarks/alignment.py --split {arguments.split}",
    }  # fmt: skip
    write_json(folder / f"alignment-{arguments.split}.json", record)


def interval(earned: Earned, seed: int = 0) -> list[float]:
    """Return the percentile interval of the mean, rows drawn anew; seeds are averaged before."""
    rng = np.random.default_rng(seed)
    means = [earned[rng.integers(len(earned), size=len(earned))].mean() for _ in range(N_RESAMPLES)]
    tail = (1 - LEVEL) / 2
    return [float(end) for end in np.quantile(means, (tail, 1 - tail))]


def _rows(jobs: Sequence[Any]) -> list[dict[str, Any]]:
    """Return one row for each method in each cell, over its seeds."""
    by_method: dict[tuple[str, str, int, str], list[tuple[Earned, dict[str, Any]]]]
    by_method = defaultdict(list)
    for job in jobs:
        with np.load(job.path) as found:
            outcome = found["earned"], json.loads(str(found["said"]))
        by_method[job.cell.key[:4]].append(outcome)
    rows = []
    for (lang, task, n_pairs, method), outcomes in by_method.items():
        earned = np.mean([each for each, _ in outcomes], axis=0)
        rows.append(
            {
                "lang": lang,
                "task": task,
                "n_pairs": n_pairs,
                "method": method,
                "score": float(earned.mean()),
                "interval": interval(earned),
                "by_seed": [float(each.mean()) for each, _ in outcomes],
                "seconds": float(np.median([said["seconds"] for _, said in outcomes])),
                "chosen": [_taken(said.get("league")) for _, said in outcomes],
            }
        )
    return rows


def _taken(league: Mapping[str, Any] | None) -> str | None:
    return league["places"][league["chosen"]]["name"] if league else None


def _auto_against_the_best(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return, for each cell, the best single aligner and whether ``auto`` is in its interval."""
    cells: dict[tuple[str, str, int], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        if row["method"] in ALIGNERS:
            cells[row["lang"], row["task"], row["n_pairs"]][row["method"]] = row
    found = []
    for (lang, task, n_pairs), methods in cells.items():
        auto = methods.pop(AUTO, None)
        if auto is None or not methods:
            continue
        best = max(methods.values(), key=lambda row: float(row["score"]))
        found.append(
            {
                "lang": lang,
                "task": task,
                "n_pairs": n_pairs,
                "auto": auto["score"],
                "best": best["method"],
                "best_score": best["score"],
                "best_interval": best["interval"],
                "met": auto["score"] >= best["interval"][0],
            }
        )
    return found


def _plateau(path: Path) -> Any:
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    for point in found["points"]:
        point["interval"] = interval(np.array(point.pop("earned")))
    return found
