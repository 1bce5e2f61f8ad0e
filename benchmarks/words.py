"""Word translation from English into Korean, Japanese and Chinese, beside VecMap and MUSE.

Precision at 1, 5 and 10 by cosine, CSLS and inverted softmax, as in "Sinhala-English Word
Embedding Alignment" and MUSE: a map is learned from a dictionary of up to 5,000 source words and
scored on up to 1,500 others. Vectors are trained here, see words_vectors.py, and are small: what
counts is how methods compare on the same vectors, not how good the dictionaries are.

Run ``python benchmarks/words.py --help``. Without the folders of the peers they are left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from console import console
from real_data import data_folder
from records import RESULTS, stamps
from words_data import dictionaries, known_words, read_splits
from words_peers import PEERS, Problem
from words_vectors import vectors_of

from langalign.persistence import sha256_of, write_json
from langalign.words import (
    BilingualDictionary,
    WordVectors,
    align_words,
    evaluate_induction,
)

SEED = 0
LANGUAGES = {"dev": "ko,ja", "test": "ko,ja,zh"}
WAYS: dict[str, dict[str, Any]] = {
    "LangAlign": {},
    "LangAlign, procrustes": {"aligner": "procrustes"},
}
"""The default of ``align_words``, chosen on dev of Korean and Japanese, and the classic map."""

Sides = tuple[WordVectors, WordVectors]


@dataclass(frozen=True)
class Task:
    """One language's vectors and dictionaries."""

    lang: str
    split: str
    sides: Sides
    train: BilingualDictionary
    dev: BilingualDictionary
    gold: BilingualDictionary
    made: dict[str, Any]
    data: dict[str, str]

    @classmethod
    def read(cls, lang: str, split: str, kept: Path) -> Task:
        """Read the dictionary, and the vectors from ``kept`` or train them."""
        folder = data_folder()
        dictionary = folder / "dictionary" / f"en-{lang}.tsv.gz"
        splits = read_splits(dictionary, lang)
        texts = {each: folder / "mono" / f"{each}.txt.xz" for each in ("en", lang)}
        source, of_source = vectors_of("en", texts["en"], set(), kept)
        target, of_target = vectors_of(lang, texts[lang], known_words(dictionary, lang), kept)
        train, gold = dictionaries(splits, source, target, split)
        files = [dictionary, *texts.values()]
        return cls(
            lang=lang,
            split=split,
            sides=(source, target),
            train=train,
            dev=dictionaries(splits, source, target, "dev")[1],
            gold=gold,
            made={"en": of_source, lang: of_target},
            data={path.relative_to(folder).as_posix(): sha256_of(path) for path in files},
        )

    def rows(self, peers: dict[str, Path], scratch: Path) -> Iterator[dict[str, Any]]:
        """Yield what each method reached."""
        for name, settings in WAYS.items():
            yield self._row(name, settings, partial(self._aligned, settings))
        if peers:
            folder = scratch / f"peers-{self.split}-{self.lang}"
            problem = Problem.written(folder, ("en", self.lang), self.sides, self.train, self.dev)
            for name, code in peers.items():
                run = PEERS[name]
                yield self._row(name, {}, partial(run, code, problem))

    def _aligned(self, settings: dict[str, Any]) -> Sides:
        alignment = align_words(*self.sides, self.train, random_state=SEED, **settings)
        return alignment.apply(self.sides[0]), alignment.apply_target(self.sides[1])

    def _row(
        self, name: str, settings: dict[str, Any], aligned: Callable[[], Sides]
    ) -> dict[str, Any]:
        start = time.perf_counter()
        sides = aligned()
        seconds = round(time.perf_counter() - start, 2)
        scores = evaluate_induction(*sides, self.gold, random_state=SEED)
        return {
            "method": name,
            "settings": settings,
            "scores": scores.as_dict(),
            "seconds": seconds,
        }

    def record(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return all that is needed to make the rows again."""
        return {
            "format_version": 1,
            "task": f"words-{self.lang}",
            "languages": ["en", self.lang],
            "split": self.split,
            "rows": rows,
            "words": {"en": len(self.sides[0]), self.lang: len(self.sides[1])},
            "train": {"words": len(self.train.translations()), "pairs": len(self.train)},
            "gold": {"words": len(self.gold.translations()), "pairs": len(self.gold)},
            "vectors": self.made,
            "data": self.data,
            "seed": SEED,
            **stamps(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
        }


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--languages", help="default: ko,ja on dev, and also zh on test")
    parser.add_argument("--vectors", type=Path, required=True, help="folder to keep vectors in")
    parser.add_argument("--vecmap", type=Path, help="folder with VecMap's code")
    parser.add_argument("--muse", type=Path, help="folder with MUSE's code")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    named = {"VecMap": arguments.vecmap, "MUSE": arguments.muse}
    peers = {name: path.resolve() for name, path in named.items() if path is not None}
    for name in named.keys() - peers.keys():
        console.print(f"{name} is left out: give the folder of its code (--{name.lower()})")
    for lang in (arguments.languages or LANGUAGES[arguments.split]).split(","):
        task = Task.read(lang, arguments.split, arguments.vectors)
        rows = []
        for row in task.rows(peers, arguments.vectors.resolve()):
            rows.append(row)
            by_score = row["scores"]["precision"]
            shown = {name: round(by_k["1"]["value"], 4) for name, by_k in by_score.items()}
            console.print(lang, row["method"], f"n={row['scores']['scored']}", shown)
        write_json(
            arguments.out / f"words-{arguments.split}-{lang}-{datetime.now(UTC):%Y-%m-%d}.json",
            task.record(rows) | {"left_out": sorted(named.keys() - peers.keys())},
        )


if __name__ == "__main__":
    main()
