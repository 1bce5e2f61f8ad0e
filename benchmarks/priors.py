"""Class shares far from the labels': what centring does to them, and what giving them mends.

MiniLM -> ``mini``, aligner ``linear``. Test rows, and unlabelled rows, are drawn so that a share of
10, 50 or 90 per cent is positive; labels serve to draw them and to score, never to fit. Not
centred, centred, and centred with the shares given are compared on the same rows.

Run ``python benchmarks/priors.py --help``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from code_state import CODE
from console import console
from minilm import minilm, minilm_fingerprint
from numpy.typing import NDArray
from real import LanguageRun
from real_data import load
from records import RESULTS

from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.evaluation.record import RunRecord
from langalign.evaluation.scores import Scores, evaluate_predictions
from langalign.heads.base import Labels
from langalign.heads.logistic import LogisticHead
from langalign.persistence import write_json, write_text

SHARES = (0.1, 0.5, 0.9)
WAYS = ("not centred", "centred", "shares told")
MOST_ROWS = 2_000


def rows_with_share(y: Labels, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return row numbers of which a share is positive, as many as there can be."""
    positive = rng.permutation(np.flatnonzero(y == "positive"))
    negative = rng.permutation(np.flatnonzero(y != "positive"))
    n = int(min(MOST_ROWS, len(positive) / share, len(negative) / (1 - share)))
    n_positive = round(n * share)
    return np.concatenate([positive[:n_positive], negative[: n - n_positive]])


def cells(run: LanguageRun, encoder: Any) -> Iterator[dict[str, Any]]:
    """Yield a record for every share, direction and way."""
    problem = run.problem(encoder, seed=0)
    native_X, native_y = problem.native()
    rng = np.random.default_rng(0)
    for share in SHARES:
        unlabeled = native_X[rows_with_share(native_y, share, rng)]
        rows = rows_with_share(run.truth, share, rng)
        for direction in ("forward", "reverse"):
            for way in WAYS:
                start = time.perf_counter()
                shares = (
                    {"positive": share, "negative": 1 - share} if way == "shares told" else None
                )
                model = AlignedClassifier(
                    Linear(), LogisticHead(), direction=direction, class_shares=shares
                ).fit(
                    problem.X,
                    problem.y,
                    pairs=(problem.source, problem.target),
                    unlabeled=None if way == "not centred" else unlabeled,
                    groups=problem.groups,
                )
                scores = evaluate_predictions(run.truth[rows], model.predict(run.scored_X[rows]))
                yield RunRecord(
                    task=f"sentiment-{run.data.lang}",
                    languages=("en", run.data.lang),
                    strategy="linear" if direction == "forward" else "reverse-linear",
                    scores=scores,
                    seed=0,
                    settings={"share": share, "way": way},
                    data=run.data.checksums,
                    encoders={"target": run.mini.fingerprint, "source": minilm_fingerprint()},
                    seconds=round(time.perf_counter() - start, 2),
                ).as_dict() | {"code": CODE}


def table(records: list[dict[str, Any]]) -> str:
    """Return accuracy and macro-F1 of every way as Markdown."""
    lines = ["| language | positive | strategy | " + " | ".join(WAYS) + " |"]
    lines.append("|---|---|---|" + "---|" * len(WAYS))
    found = {
        (r["languages"][1], r["settings"]["share"], r["strategy"], r["settings"]["way"]): (
            Scores.from_dict(r["scores"])
        )
        for r in records
    }
    for lang, share, strategy in dict.fromkeys(key[:3] for key in found):
        scores = [found[lang, share, strategy, way] for way in WAYS]
        shown = [f"{each.accuracy:.3f}, {each.macro_f1:.3f}" for each in scores]
        lines.append(f"| {lang} | {share:.0%} | {strategy} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--languages", default="ko,ja,zh")
    parser.add_argument("--cache", default=None, help="folder of the vector cache")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    records: list[dict[str, Any]] = []
    for lang in arguments.languages.split(","):
        run = LanguageRun(load(lang), arguments.split, arguments.cache or True)
        for record in cells(run, minilm()):
            records.append(record)
            console.print(
                lang, record["settings"], record["strategy"], record["scores"]["accuracy"]
            )
    stem = f"priors-{arguments.split}"
    write_json(arguments.out / f"{stem}-{datetime.now(UTC):%Y-%m-%d}.json", {"cells": records})
    heading = "# Class shares far from the labels'\n\nAccuracy, macro-F1.\n\n"
    write_text(arguments.out / f"{stem}.md", heading + table(records))


if __name__ == "__main__":
    main()
