"""Word vectors of the monolingual text: word2vec (skip-gram) trained here, once, and kept.

fastText's n-grams would suit Korean better, and take several times as long.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

from words_text import lines_of_words

from langalign.persistence import sha256_of, write_json
from langalign.words import WordVectors, read_word_vectors, write_word_vectors

SETTINGS: dict[str, Any] = {
    "vector_size": 150,
    "sg": 1,
    "window": 5,
    "negative": 5,
    "sample": 1e-4,
    "epochs": 5,
    "min_count": 5,
    "max_final_vocab": 40_000,
    "seed": 0,
}


def vectors_of(lang: str, text: Path, targets: set[str], kept: Path) -> tuple[WordVectors, Any]:
    """Return vectors and how they were made, trained unless the folder ``kept`` has them."""
    digest = hashlib.sha256("\n".join(sorted(targets)).encode()).hexdigest()
    made_of = {"text": sha256_of(text), "targets": digest, "word2vec": SETTINGS}
    name = f"{lang}-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]}"
    record, file = kept / f"{name}.json", kept / f"{name}.bin"
    if not record.exists():
        start = time.perf_counter(), time.process_time()
        write_word_vectors(_trained(kept / f"{name}.txt", lang, text, targets), file)
        taken = time.perf_counter() - start[0], time.process_time() - start[1]
        took = {"seconds": round(taken[0], 1), "cpu_seconds": round(taken[1], 1)}
        write_json(record, made_of | took | {"vectors": sha256_of(file)})
    return read_word_vectors(file), json.loads(record.read_text("utf-8"))


def _trained(words: Path, lang: str, text: Path, targets: set[str]) -> WordVectors:
    """Train on one thread, so that the same text gives the same vectors."""
    from gensim.models import Word2Vec

    words.parent.mkdir(parents=True, exist_ok=True)
    with words.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines_of_words(text, lang, targets))
    try:
        model = Word2Vec(corpus_file=str(words), workers=1, **SETTINGS)
    finally:
        words.unlink()
    return WordVectors(tuple(model.wv.index_to_key), model.wv.vectors)
