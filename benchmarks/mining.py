"""Mining pairs back that were hidden among other sentences: how good, and how well predicted.

Of English-Japanese (Tanaka) and English-Korean (machine-translated comments) pairs of the dev split
both sides are hidden among sentences of the same kind that stand on one side only. The aligner is
``linear``, fitted on 20,000 training pairs; 2,000 others are the probes. The threshold is chosen
as ``langalign mine`` does, and held against the oracle: the threshold of best F1 in truth. xSIM is
that of the hidden pairs among themselves, before and after aligning.

    python benchmarks/mining.py --languages ja ko
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from console import console
from minilm import minilm
from numpy.typing import NDArray
from real_data import PARALLEL, data_folder
from records import RESULTS, stamps

from langalign.data import ParallelText
from langalign.data.cleaning import clean
from langalign.data.groups import text_groups
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.errors import SettingError
from langalign.evaluation.retrieval_scores import evaluate_retrieval
from langalign.mining import Mined, SharedSpace, fit_space, mine
from langalign.persistence import sha256_of, write_json

N_FIT, N_HELD_OUT, N_HIDDEN = 20_000, 2_000, 1_000
HIDDEN = {"ja": {"source": "tanaka-dev"}, "ko": None}
PRECISIONS = (None, 0.8)


@dataclass(frozen=True)
class Texts:
    """What one draw works with; no text stands in two of its parts."""

    fit: ParallelText
    held_out: ParallelText
    hidden: ParallelText
    alone_source: ParallelText
    alone_target: ParallelText


def draw(lang: str, seed: int, n_alone: int) -> Texts:
    """Return the parts of one draw; only training pairs are drawn anew."""
    path = data_folder() / PARALLEL[lang][0]

    def read(split: str, where: dict[str, str] | None) -> ParallelText:
        rows = ParallelText.read(path, source_lang="en", target_lang=lang, split=split, where=where)
        return clean(rows)[0]

    train, dev = read("train", PARALLEL[lang][1]), read("dev", HIDDEN[lang])
    hidden = dev.take(_one_a_group(dev)[:N_HIDDEN])
    known = {*hidden.source, *hidden.target}
    rows = [
        row
        for row in _one_a_group(train)
        if train.source[row] not in known and train.target[row] not in known
    ]
    order = np.random.default_rng(seed).permutation(rows).tolist()
    sizes = (N_FIT, N_HELD_OUT, n_alone, n_alone)
    starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    parts = [train.take(order[a:b]) for a, b in itertools.pairwise(starts)]
    return Texts(parts[0], parts[1], hidden, parts[2], parts[3])


def run(
    lang: str, setting: str, source: Encoder, seed: int, n_alone: int, cache: str
) -> list[dict[str, Any]]:
    """Return one record a wanted precision."""
    texts = draw(lang, seed, n_alone)
    target = MiniEncoder()
    start = time.perf_counter()
    space = fit_space(texts.fit, source_encoder=source, target_encoder=target, cache=cache)
    found = {"after": _retrieval(space, texts.hidden)}
    if setting == "mini":
        raw = SharedSpace(space.source, space.target, lambda X: X, lambda Y: Y)
        found["before"] = _retrieval(raw, texts.hidden)
    sides = (
        (*texts.hidden.source, *texts.alone_source.source),
        (*texts.hidden.target, *texts.alone_target.target),
    )
    everything = mine(*sides, space, threshold=-np.inf)
    records = []
    for precision in PRECISIONS:
        record = {
            "language": lang,
            "setting": setting,
            "seed": seed,
            "texts": [len(side) for side in sides],
            "hidden": len(texts.hidden),
            "fitted_on": len(texts.fit),
            "held_out": len(texts.held_out),
            "wanted_precision": precision,
            "retrieval": found,
            "oracle": _oracle(everything, len(texts.hidden)),
        }
        try:
            mined = mine(*sides, space, held_out=texts.held_out, precision=precision)
        except SettingError as error:
            record["refused"] = str(error)
        else:
            record |= {"mined": mined.as_dict(), "truth": _truth(mined, len(texts.hidden))}
        record["seconds"] = round(time.perf_counter() - start, 1)
        records.append(record)
    return records


def _one_a_group(parallel: ParallelText) -> list[int]:
    _, firsts = np.unique(text_groups(parallel), return_index=True)
    rows: list[int] = np.sort(firsts).tolist()
    return rows


def _retrieval(space: SharedSpace, hidden: ParallelText) -> dict[str, Any]:
    X, Y = space.source_vectors(hidden.source), space.target_vectors(hidden.target)
    return evaluate_retrieval(X - X.mean(axis=0), Y - Y.mean(axis=0)).as_dict()


def _is_right(mined: Mined, n_hidden: int) -> NDArray[np.bool_]:
    """Hidden pairs stand first on both sides, in the same order."""
    same = (mined.source_rows == mined.target_rows) & (mined.source_rows < n_hidden)
    return np.asarray(same, dtype=bool)


def _truth(mined: Mined, n_hidden: int) -> dict[str, float]:
    right = int(_is_right(mined, n_hidden).sum())
    return _scores(right, len(mined), n_hidden)


def _scores(right: int, found: int, hidden: int) -> dict[str, float]:
    return {
        "precision": right / max(found, 1),
        "recall": right / hidden,
        "f1": 2 * right / (found + hidden),
        "pairs": found,
    }


def _oracle(everything: Mined, n_hidden: int) -> dict[str, float]:
    """Return the scores at the threshold of best F1, known only with the truth."""
    right = np.cumsum(_is_right(everything, n_hidden))
    f1 = 2 * right / (np.arange(1, len(right) + 1) + n_hidden)
    best = int(f1.argmax())
    threshold = float(everything.scores[best])
    return _scores(int(right[best]), best + 1, n_hidden) | {"threshold": threshold}


def main() -> None:
    """Measure every language and draw; write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--languages", nargs="+", default=["ja", "ko"], choices=sorted(HIDDEN))
    parser.add_argument("--settings", nargs="+", default=["mini"], choices=["mini", "MiniLM"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--alone", type=int, nargs="+", default=[1_000, 10_000], help="distractors a side"
    )
    parser.add_argument("--cache", help="folder of vectors, kept")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    records = []
    with tempfile.TemporaryDirectory() as passing:
        for setting in arguments.settings:
            source = MiniEncoder() if setting == "mini" else minilm()
            for lang in arguments.languages:
                for seed, n_alone in itertools.product(range(arguments.seeds), arguments.alone):
                    cache = arguments.cache or passing
                    records += run(lang, setting, source, seed, n_alone, cache)
                    console.print(records[-2:])
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    files = [PARALLEL[lang][0] for lang in arguments.languages]
    record = {
        "runs": records,
        "checksums": {name: sha256_of(data_folder() / name) for name in files},
        **stamps(),
        "date": date,
    }
    write_json(arguments.out / f"mining-dev-{date}.json", record)


if __name__ == "__main__":
    main()
