"""What a migrated index still finds, against one that was encoded again by the new model.

English sentences: 1,500 premises and 6,500 others are the documents. Queries are 500 hypotheses,
each of which follows from one of the premises: the known answer. The map is fitted on other
sentences, by the aligner ``linear``. All queries are encoded by the new model. Cases: MiniLM to its
own int8 weights, and MiniLM to ``mini`` and back, two models that have nothing in common.

    python benchmarks/migration.py
"""

from __future__ import annotations

import argparse
import itertools
import lzma
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from minilm import minilm_folder
from numpy.typing import NDArray
from real_data import data_folder
from records import RESULTS, stamps

from langalign.aligners import aligners
from langalign.data import LabeledText
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.transformer import TransformerEncoder
from langalign.evaluation.retrieval_scores import mean_interval
from langalign.head_room.measured import ratio
from langalign.inputs.text_vectors import TextVectors
from langalign.migration import MigrationMap, convert, open_store
from langalign.migration.recall import shared
from langalign.persistence import sha256_of, write_json
from langalign.retrieval import nearest
from langalign.vectors import Vectors

SENTENCES, PAIRS = "mono/en.txt.xz", "nli/en.tsv.gz"
N_PREMISES, N_OTHERS, N_QUERIES = 1_500, 6_500, 500
SIZES = (500, 1_000, 2_000, 4_000, 8_000)
SEEDS = 3
DEPTH = 10
CASES = (("MiniLM", "MiniLM int8"), ("MiniLM", "mini"), ("mini", "MiniLM"))
OTHERS = ("rcsls", "residual")
"""Aligners that are tried as well, between unlike models."""
N_CONVERTED = 100_000


@dataclass(frozen=True)
class Texts:
    """What is encoded; answer i of the queries is document i."""

    fit: list[str]
    documents: list[str]
    queries: list[str]


def draw() -> Texts:
    """Return the texts; none to fit on is a document or a query."""
    rng = np.random.default_rng(0)
    with lzma.open(data_folder() / SENTENCES, "rt", encoding="utf-8") as file:
        lines = {line.strip() for line in itertools.islice(file, 120_000)}
    others = sorted(line for line in lines if 20 < len(line) < 160)
    rng.shuffle(others)
    labeled = LabeledText.read(data_folder() / PAIRS, lang="en", split="train")
    follows: dict[str, str] = {}
    for text, label in zip(labeled.texts, labeled.labels, strict=True):
        if isinstance(text, tuple) and label == "entailment":
            follows.setdefault(*text)
    premises = sorted(follows)
    rng.shuffle(premises)
    known = premises[:N_PREMISES]
    taken = {*known, *follows.values()}
    others = [text for text in others if text not in taken]
    return Texts(
        others[N_OTHERS : N_OTHERS + max(SIZES)],
        [*known, *others[:N_OTHERS]],
        [follows[premise] for premise in known[:N_QUERIES]],
    )


def encoders() -> dict[str, Encoder]:
    """Return the models by name."""
    path = minilm_folder()
    return {
        "MiniLM": TransformerEncoder(path, backend="onnx"),
        "MiniLM int8": TransformerEncoder(path, backend="onnx-int8"),
        "mini": MiniEncoder(),
    }


@dataclass(frozen=True)
class Encoded:
    """Vectors of all texts by one model, and what they cost."""

    fit: Vectors
    documents: Vectors
    queries: Vectors
    cpu_seconds_a_thousand: float


def encoded(encoder: Encoder, texts: Texts, cache: str | bool) -> Encoded:
    """Encode all texts; the cost is that of a thousand that no cache holds."""
    side = TextVectors(encoder, cache=cache)
    start = time.process_time()
    encoder.encode(texts.documents[:1000])
    seconds = round(time.process_time() - start, 2)
    return Encoded(
        fit=side(texts.fit, name="texts to fit on"),
        documents=side(texts.documents, name="documents"),
        queries=side(texts.queries, name="queries"),
        cpu_seconds_a_thousand=seconds,
    )


def run(old: Encoded, new: Encoded, aligner: str, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return one record a number of texts that the map is fitted on."""
    full = nearest(new.queries, new.documents, DEPTH).indices
    before = nearest(old.queries, old.documents, DEPTH).indices
    same_width = old.documents.shape[1] == new.documents.shape[1]
    raw = nearest(new.queries, old.documents, DEPTH).indices if same_width else None
    records = []
    for size in sizes:
        found = []
        for seed in range(SEEDS):
            rows = np.random.default_rng(seed).permutation(len(old.fit))[:size]
            mapping = MigrationMap.fit(
                old.fit[rows], new.fit[rows], aligner=aligners.get(aligner)()
            )
            mapped = mapping.transform(old.documents)
            found.append(nearest(new.queries, mapped, DEPTH).indices)
        records.append(
            {"fitted_on": size, "aligner": aligner}
            | _scores(found, full)
            | {"known_before": float(_known(before).mean())}
            | ({} if raw is None else {"unmapped": float(shared(raw, full).mean())})
        )
    return records


def _known(found: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each query whether its answer, the document of its number, is found."""
    return np.asarray((found == np.arange(len(found))[:, None]).any(axis=1), dtype=np.float64)


def _scores(found: list[NDArray[np.int64]], full: NDArray[np.int64]) -> dict[str, Any]:
    """Average over draws query by query; intervals are over queries."""
    same = np.mean([shared(each, full) for each in found], axis=0)
    known, known_full = np.mean([_known(each) for each in found], axis=0), _known(full)
    kept = ratio(known, known_full, random_state=0)
    return {
        "same_neighbours": float(same.mean()),
        "same_interval": mean_interval(same).as_list(),
        "nearest_kept": float(np.mean([(each == full[:, :1]).any(axis=1) for each in found])),
        "known": float(known.mean()),
        "known_full": float(known_full.mean()),
        "kept": kept.value,
        "kept_interval": [kept.low, kept.high],
    }


def conversion_seconds(width: int) -> float:
    """Return the CPU seconds that converting a .npy file of random vectors takes."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((N_CONVERTED, width), dtype=np.float32)
    mapping = MigrationMap.fit(vectors[:2000], vectors[:2000], aligner=aligners.get("linear")())
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/old.npy", vectors)
        start = time.process_time()
        stores = open_store(f"{folder}/old.npy"), open_store(f"{folder}/new.npy")
        convert(*stores, mapping, work=f"{folder}/work")
        return round(time.process_time() - start, 2)


def main() -> None:
    """Measure all cases; write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", help="folder of vectors, kept")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    texts = draw()
    models = encoders()
    vectors = {
        name: encoded(model, texts, arguments.cache or False) for name, model in models.items()
    }
    runs = []
    for old, new in CASES:
        names = ("linear", *(OTHERS if "mini" in (old, new) else ()))
        for name in names:
            sizes = SIZES if name == "linear" else SIZES[-1:]
            for record in run(vectors[old], vectors[new], name, sizes):
                runs.append({"old": old, "new": new} | record)
                print(runs[-1], flush=True)
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    record = {
        "runs": runs,
        "documents": len(texts.documents),
        "queries": len(texts.queries),
        "depth": DEPTH,
        "seeds": SEEDS,
        "fingerprints": {name: model.fingerprint for name, model in models.items()},
        "encoding_cpu_seconds_a_thousand": {
            name: each.cpu_seconds_a_thousand for name, each in vectors.items()
        },
        "conversion_cpu_seconds": conversion_seconds(384),
        "converted": N_CONVERTED,
        "checksums": {name: sha256_of(data_folder() / name) for name in (SENTENCES, PAIRS)},
        **stamps(),
        "date": date,
    }
    write_json(arguments.out / f"migration-{date}.json", record)


if __name__ == "__main__":
    main()
