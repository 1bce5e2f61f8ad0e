"""The real data behind ``real.py``: which rows, drawn how, and the checksums of their files.

Everything is read from the folder that ``LANGALIGN_DATA`` names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from langalign.data import LabeledText, ParallelText
from langalign.data.cleaning import clean
from langalign.data.text import Text, folded
from langalign.persistence import sha256_of

N_PAIRS = 20_000
N_UNLABELED = 2_000
N_NATIVE = 12_000

PARALLEL = {
    "ko": ("parallel/en-ko.machine-translated.tsv.gz", None),
    "ja": ("parallel/en-ja.tsv.gz", {"source": "tanaka-train"}),
    "zh": ("parallel/en-zh.tsv.gz", {"source": "tatoeba-anki"}),
}
ENGLISH = "sentiment/en.tsv.gz"


@dataclass(frozen=True)
class LanguageData:
    """All texts of one target language; test rows share no text with any other row."""

    lang: str
    english: LabeledText
    parallel: ParallelText
    unlabeled: tuple[Text, ...]
    native: LabeledText
    dev: LabeledText
    test: LabeledText
    checksums: dict[str, str]

    def pairs(self, seed: int) -> ParallelText:
        """Return 20,000 pairs drawn by seed, cleaned as ``LangAlign.fit`` does."""
        rows = np.random.default_rng(seed).permutation(len(self.parallel))[:N_PAIRS]
        return clean(self.parallel.take(rows.tolist()))[0]


def data_folder() -> Path:
    """Return the folder that ``LANGALIGN_DATA`` names; end the program where there is none."""
    named = os.environ.get("LANGALIGN_DATA")
    if not named or not Path(named).is_dir():
        raise SystemExit(
            "skipped: set LANGALIGN_DATA to the folder with the real data (parallel/, sentiment/)"
        )
    return Path(named)


def load(lang: str) -> LanguageData:
    """Read the rows of one language.

    Public copies repeat texts across their splits: dev rows that stand in train, and test rows
    that stand in train or dev, are dropped.
    """
    folder = data_folder()
    parallel_file, where = PARALLEL[lang]
    task_file = f"sentiment/{lang}.tsv.gz"
    train = LabeledText.read(folder / task_file, lang=lang, split="train")
    dev = without(LabeledText.read(folder / task_file, lang=lang, split="dev"), train)
    test = without(LabeledText.read(folder / task_file, lang=lang, split="test"), train, dev)
    return LanguageData(
        lang=lang,
        english=LabeledText.read(folder / ENGLISH, lang="en", split="train"),
        parallel=ParallelText.read(
            folder / parallel_file, source_lang="en", target_lang=lang, split="train", where=where
        ),
        unlabeled=train.texts[:N_UNLABELED],
        native=train.take(range(min(N_NATIVE, len(train)))),
        dev=dev,
        test=test,
        checksums={name: sha256_of(folder / name) for name in (ENGLISH, parallel_file, task_file)},
    )


def without(rows: LabeledText, *others: LabeledText) -> LabeledText:
    """Return the rows whose text stands in none of the others."""
    seen = {folded(str(text)) for other in others for text in other.texts}
    return rows.take([i for i, text in enumerate(rows.texts) if folded(str(text)) not in seen])
