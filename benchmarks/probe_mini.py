"""Probe an encoder: native classifiers, similarity, load time, speed.

Usage: ``LANGALIGN_DATA=... python benchmarks/probe_mini.py`` for the bundled one, with ``--model
FOLDER --name NAME`` for another, a transformer for example, to set it beside ``mini``. Needs the
``bench`` extra (MiniLM judges the similarity of the English sides) and about five minutes on two
cores; a transformer takes longer.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import scipy.sparse as sp
import typer
from code_state import CODE
from minilm import minilm_folder
from numpy.typing import NDArray
from records import RESULTS
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from tokenizers import Tokenizer

from langalign.encoders.resolve import resolve

LANGUAGES = ("ko", "ja", "zh")
N_TRAIN = 12_000
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
N_BOOTSTRAP = 500
NEAR_PAIRS = 1000
RANDOM_PAIRS = 1000
SIMILARITY_SOURCES = {
    "ko": ("tatoeba-laser", "jhe-eval"),
    "ja": ("tatoeba-laser", "tanaka-test"),
    "zh": ("tatoeba-laser", "tatoeba-anki"),
}
MODEL = Path("src/langalign/encoders/mini_data")

Split = tuple[list[str], NDArray[np.str_]]
Encode = Callable[[list[str]], NDArray[np.float32]]


def read_rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a gzip table without quoting."""
    with gzip.open(folder / f"{name}.tsv.gz", "rt", encoding="utf-8", newline="\n") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def read_sentiment(folder: Path, lang: str) -> dict[str, Split]:
    """Return train, dev and test, each without the texts of the splits before it."""
    rows = list(read_rows(folder, f"sentiment/{lang}"))
    seen: set[str] = set()
    splits: dict[str, Split] = {}
    for name in ("train", "dev", "test"):
        own = [row for row in rows if row["split"] == name and row["text"] not in seen]
        seen.update(row["text"] for row in own)
        splits[name] = ([row["text"] for row in own], np.array([row["label"] for row in own]))
    texts, labels = splits["train"]
    splits["train"] = (texts[:N_TRAIN], labels[:N_TRAIN])
    return splits


def best_head(X: dict[str, Any], y: dict[str, NDArray[np.str_]]) -> tuple[LogisticRegression, Any]:
    """Fit one head a strength on train; return the best on dev and its strength."""
    heads = [LogisticRegression(C=C, max_iter=500, tol=1e-3) for C in STRENGTHS]
    scores = [head.fit(X["train"], y["train"]).score(X["dev"], y["dev"]) for head in heads]
    best = int(np.argmax(scores))
    return heads[best], STRENGTHS[best]


def score(head: LogisticRegression, X: Any, y: NDArray[np.str_]) -> dict[str, Any]:
    """Return accuracy, its 95% bootstrap interval, and macro-F1."""
    correct = head.predict(X) == y
    draws = np.random.default_rng(0).binomial(len(y), correct.mean(), N_BOOTSTRAP) / len(y)
    return {
        "accuracy": round(float(accuracy_score(y, head.predict(X))), 4),
        "interval_95": [round(float(q), 4) for q in np.quantile(draws, (0.025, 0.975))],
        "macro_f1": round(float(f1_score(y, head.predict(X), average="macro")), 4),
    }


def probe_native(splits: dict[str, Split], features: Callable[[str, list[str]], Any]) -> Any:
    """Score a logistic regression trained on native labels; its strength is chosen on dev."""
    X = {name: features(name, texts) for name, (texts, _) in splits.items()}
    y = {name: labels for name, (_, labels) in splits.items()}
    head, strength = best_head(X, y)
    return {
        "n_train": len(y["train"]),
        "n_dev": len(y["dev"]),
        "n_test": len(y["test"]),
        "C": strength,
        "dev": score(head, X["dev"], y["dev"]),
        "test": score(head, X["test"], y["test"]),
    }


def scaled_features(encode: Encode, *, unit_length: bool) -> Callable[[str, list[str]], Any]:
    """Return features shifted and scaled by what train shows; the first call must be train."""
    fitted: dict[str, Any] = {}

    def features(split: str, texts: list[str]) -> Any:
        vectors = encode(texts)
        if unit_length:
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        if split == "train":
            fitted["mean"], fitted["spread"] = vectors.mean(0), np.sqrt(vectors.var(0).mean())
        return (vectors - fitted["mean"]) / fitted["spread"]

    return features


def tfidf_features() -> Callable[[str, list[str]], sp.csr_matrix]:
    """Return the rival's features: TF-IDF of character 1- to 4-grams."""
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True, max_features=300_000
    )

    def features(split: str, texts: list[str]) -> sp.csr_matrix:
        return vectorizer.fit_transform(texts) if split == "train" else vectorizer.transform(texts)

    return features


def similarity_pairs(folder: Path, lang: str, judge: Encode) -> tuple[list[str], Any, Any]:
    """Return target texts, pairs of their row numbers, and how alike the English sides are.

    Held-out rows; a thousand random pairs and a thousand near ones (a random row and one of its
    ten nearest neighbours by the judge), no pair of equal texts on either side.
    """
    rows = [
        row
        for row in read_rows(folder, f"parallel/en-{lang}")
        if row["split"] == "test" and row["source"] in SIMILARITY_SOURCES[lang]
    ]
    english = judge([row["en"] for row in rows])
    english /= np.linalg.norm(english, axis=1, keepdims=True)
    alike = english @ english.T
    np.fill_diagonal(alike, -1)
    generator = random.Random(0)
    near = np.argsort(-alike, axis=1, kind="stable")[:, :10]
    candidates = [tuple(generator.sample(range(len(rows)), 2)) for _ in range(RANDOM_PAIRS)]
    for _ in range(NEAR_PAIRS):
        row = generator.randrange(len(rows))
        candidates.append((row, int(near[row, generator.randrange(10)])))
    pairs = np.array(
        [
            (i, j)
            for i, j in sorted({(min(p), max(p)) for p in candidates})
            if rows[i][lang] != rows[j][lang] and rows[i]["en"] != rows[j]["en"]
        ]
    )
    return [row[lang] for row in rows], pairs, alike[pairs[:, 0], pairs[:, 1]]


def probe_similarity(folder: Path, lang: str, judge: Encode, encode: Encode) -> dict[str, Any]:
    """Return Spearman's rho of the target cosine with the judge's cosine of the English sides."""
    texts, pairs, expected = similarity_pairs(folder, lang, judge)
    result: dict[str, Any] = {"n_rows": len(texts), "n_pairs": len(pairs)}
    vectors = encode(texts)
    for name, shifted in (("raw", vectors), ("centred", vectors - vectors.mean(axis=0))):
        unit = shifted / np.maximum(np.linalg.norm(shifted, axis=1, keepdims=True), 1e-9)
        cosine = (unit[pairs[:, 0]] * unit[pairs[:, 1]]).sum(axis=1)
        generator = np.random.default_rng(0)
        draws = []
        for _ in range(N_BOOTSTRAP):
            drawn = generator.integers(len(pairs), size=len(pairs))
            draws.append(spearmanr(cosine[drawn], expected[drawn]).statistic)
        result[name] = {
            "spearman": round(float(spearmanr(cosine, expected).statistic), 4),
            "interval_95": [round(float(q), 4) for q in np.quantile(draws, (0.025, 0.975))],
        }
    return result


def load_seconds(model: Path) -> list[float]:
    """Time loading in five fresh processes, after the import of the module itself."""
    code = (
        "import sys, time; from langalign.encoders.resolve import resolve; "
        "import safetensors.numpy, tokenizers; start = time.perf_counter(); "
        "resolve(sys.argv[1]).dim; print(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", code, str(model)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(5)]
    return [round(float(run.stdout), 4) for run in runs]


def probe_rate(model: Path, texts: list[str]) -> dict[str, Any]:
    """Compare ``encode`` with the bare tokenizer on the same texts, alternating, best of seven."""
    encoder = resolve(model)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    seconds: dict[str, list[float]] = {"encode": [], "tokenize": []}
    for _ in range(7):
        start = time.perf_counter()
        encoder.encode(texts)
        middle = time.perf_counter()
        tokenizer.encode_batch(texts)
        seconds["encode"].append(middle - start)
        seconds["tokenize"].append(time.perf_counter() - middle)
    best = {name: min(values) for name, values in seconds.items()}
    ratios = np.array(seconds["tokenize"]) / np.array(seconds["encode"])
    return {
        "n_texts": len(texts),
        "texts_per_second": {name: round(len(texts) / value) for name, value in best.items()},
        "encode_over_tokenize": round(best["tokenize"] / best["encode"], 3),
        "median_of_pairs": round(float(np.median(ratios)), 3),
    }


def english_judge() -> Encode:
    """Return MiniLM's ``encode``: the judge of English similarity."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(minilm_folder(), device="cpu")

    def encode(texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(model.encode(texts, batch_size=64, show_progress_bar=False))

    return encode


def remembered(encode: Encode) -> Encode:
    """Return an ``encode`` that reads each text once: the probes ask for the same ones again."""
    rows: dict[str, NDArray[np.float32]] = {}

    def encode_new(texts: list[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        rows.update(zip(new, encode(new), strict=True))
        return np.stack([rows[text] for text in texts])

    return encode_new


def main(
    model: Annotated[Path, typer.Option(help="Folder of the encoder.")] = MODEL,
    name: Annotated[str, typer.Option(help="What the record calls it.")] = "mini",
    rate_texts: Annotated[
        int, typer.Option(help="Texts per language whose encoding is timed, seven times over.")
    ] = N_TRAIN,
    output: Annotated[Path | None, typer.Option(help="Record to write.")] = None,
    update_config: Annotated[
        bool, typer.Option(help="Copy the figures into a static encoder's config.json.")
    ] = False,
) -> None:
    """Probe an encoder and write a JSON record."""
    named = os.environ.get("LANGALIGN_DATA")
    if not named:
        raise SystemExit("set LANGALIGN_DATA to the folder with sentiment/ and parallel/")
    folder = Path(named)
    encoder = resolve(model)
    encode = remembered(encoder.encode)
    record: dict[str, Any] = {
        "probe": name,
        "date": date.today().isoformat(),
        "fingerprint": encoder.fingerprint,
        "bytes": sum(path.stat().st_size for path in model.iterdir()),
        "python": platform.python_version(),
        "code": CODE,
        "versions": {
            package: version(package)
            for package in ("numpy", "scikit-learn", "tokenizers", "safetensors")
        },
        "load_seconds": load_seconds(model),
        "rate": {},
        "native": {},
        "similarity": {},
    }
    judge = english_judge()
    for lang in LANGUAGES:
        splits = read_sentiment(folder, lang)
        record["rate"][lang] = probe_rate(model, splits["train"][0][:rate_texts])
        record["native"][lang] = {
            name: probe_native(splits, scaled_features(encode, unit_length=False)),
            f"{name}_unit_length": probe_native(splits, scaled_features(encode, unit_length=True)),
            "tfidf_char_1_4": probe_native(splits, tfidf_features()),
        }
        record["similarity"][lang] = probe_similarity(folder, lang, judge, encode)
        typer.echo(json.dumps({part: record[part][lang] for part in ("rate", "native")}))
        typer.echo(json.dumps(record["similarity"][lang]))
    target = output or RESULTS / f"{name}-{record['date']}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    if update_config:
        path = model / "config.json"
        config = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**config, "figures": record}, indent=2) + "\n", "utf-8")
    typer.echo(f"load {record['load_seconds']} s; wrote {target}")


if __name__ == "__main__":
    typer.run(main)
