"""Whether planted wrong pairs are among the worst, and where maps without pairs are found.

Usage: ``LANGALIGN_DATA=... python benchmarks/diagnose.py worst ko ja`` or ``... unpaired ko ja``;
prints one JSON record a line. Rows are of the train and dev splits; test rows are not read.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from minilm import minilm
from real_data import PARALLEL, data_folder

from langalign.aligners.base import Aligner
from langalign.aligners.linear import Linear
from langalign.data import ParallelText
from langalign.data.cleaning import clean
from langalign.data.groups import text_groups
from langalign.diagnostics import pair_margins
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.inputs.text_vectors import TextVectors
from langalign.retrieval import csls_nearest, precision_at_k
from langalign.unsupervised import UnpairedAligner
from langalign.vectors import Vectors

N_WORST = 5000
WRONG_SHARE = 0.05
N_KNOWN = 1000


def rows(lang: str, n: int) -> ParallelText:
    """Return cleaned rows of the train split, drawn at random."""
    name, where = PARALLEL[lang]
    path = data_folder() / name
    given = ParallelText.read(path, source_lang="en", target_lang=lang, split="train", where=where)
    order = np.random.default_rng(0).permutation(len(given))[: 2 * n]
    return clean(given.take(order.tolist()))[0].take(range(n))


def worst(lang: str, n_rows: int) -> Iterator[dict[str, Any]]:
    """Shuffle a twentieth of the rows and count them among the worst twentieth."""
    pairs, mini = rows(lang, n_rows), MiniEncoder()
    target = TextVectors(mini)(pairs.target, name="target")
    for name, encoder in sources(mini):
        source = TextVectors(encoder)(pairs.source, name="source")
        for seed in range(3):
            rng = np.random.default_rng(seed)
            wrong = rng.choice(n_rows, int(WRONG_SHARE * n_rows), replace=False)
            planted = target.copy()
            planted[wrong] = target[np.roll(wrong, 1)]
            margins = pair_margins(source, planted, text_groups(pairs), random_state=seed)
            found = np.argsort(margins, kind="stable")[: len(wrong)]
            precision = float(np.isin(found, wrong).mean())
            yield {"encoders": name, "rows": n_rows, "seed": seed, "precision": precision}


def unpaired(lang: str, n_rows: int) -> Iterator[dict[str, Any]]:
    """Align texts that share none, and measure the map, believed or not, on known pairs."""
    n = int(2.5 * n_rows)
    pairs, mini = rows(lang, 2 * n + N_KNOWN), MiniEncoder()
    english = TextVectors(mini)(pairs.source, name="source")
    target = TextVectors(mini)(pairs.target, name="target")
    other = TextVectors(minilm())(pairs.source, name="source, MiniLM")
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(mini.dim, mini.dim)))[0]
    sides = {
        "mini (en) -> mini (en), turned": (english, english @ turn.astype(np.float32)),
        "MiniLM (en) -> mini (en)": (other, english),
        f"mini (en) -> mini ({lang})": (english, target),
    }
    first, second, known = np.split(np.arange(len(pairs)), [n, 2 * n])
    for name, (X, Y) in sides.items():
        start = time.perf_counter()
        search = UnpairedAligner(max_rows=n_rows).fit(X[first], Y[second])
        seconds = time.perf_counter() - start
        yield {
            "setting": name,
            "rows": n_rows,
            "seconds": seconds,
            "known_pairs": len(known),
            "unpaired_precision": _precision(search.candidate_, X[known], Y[known]),
            "paired_precision": _precision(Linear().fit(X[first], Y[first]), X[known], Y[known]),
            "success": search.success_.as_dict(),
        }


def _precision(fitted: Aligner, X: Vectors, Y: Vectors) -> float:
    mean = Y.mean(axis=0)
    return precision_at_k(csls_nearest(fitted.transform(X) - mean, Y - mean).indices)


def sources(mini: Encoder) -> Iterator[tuple[str, Encoder]]:
    """Yield the encoders of the English side."""
    yield "mini -> mini", mini
    yield "MiniLM -> mini", minilm()


PARTS: dict[str, tuple[Callable[[str, int], Iterator[dict[str, Any]]], int]] = {
    "worst": (worst, N_WORST),
    "unpaired": (unpaired, 1000),
}


def main() -> None:
    """Print the records of the languages named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("languages", nargs="+", choices=("ko", "ja"))
    parser.add_argument("--rows", type=int, help="rows to measure, or of each half")
    arguments = parser.parse_args()
    measure, usual = PARTS[arguments.part]
    for lang in arguments.languages:
        for record in measure(lang, arguments.rows or usual):
            print(json.dumps({"part": arguments.part, "lang": lang} | record), flush=True)


if __name__ == "__main__":
    main()
