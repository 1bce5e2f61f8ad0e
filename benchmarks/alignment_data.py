"""The vectors behind ``alignment.py``: pairs to fit on and to find again, and a task to carry over.

English sentences are encoded by all-MiniLM-L6-v2, the others by ``mini``. Aligners were developed
without zh. Its test figures then set one default: that ``auto`` does not learn from pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from minilm import minilm
from numpy.typing import NDArray
from real_data import PARALLEL, LanguageData, data_folder, load

from langalign.data import ParallelText
from langalign.data.cleaning import clean
from langalign.data.groups import text_groups
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.inputs.text_vectors import TextVectors
from langalign.strategies import Problem
from langalign.vectors import Vectors

N_RETRIEVED = 500
"""Held-out pairs, and so candidates in retrieval."""
SOURCES = {"ko": "goemotions-mt", "ja": "tanaka", "zh": "tatoeba-anki"}


@dataclass(frozen=True)
class Language:
    """All vectors of one target language; rows to score are of one split, dev or test."""

    lang: str
    source: Vectors
    target: Vectors
    groups: NDArray[np.int64]
    retrieved: tuple[Vectors, Vectors]
    X: Vectors
    y: NDArray[np.str_]
    unlabeled: Vectors
    native: tuple[Vectors, NDArray[np.str_]]
    dev: tuple[Vectors, NDArray[np.str_]]
    scored: tuple[Vectors, NDArray[np.str_]]
    files: dict[str, str]
    encoders: dict[str, str]

    def rows(self, n: int, seed: int) -> NDArray[np.int64]:
        """Return ``n`` pairs drawn by seed, or all that there are."""
        return np.random.default_rng(seed).permutation(len(self.source))[:n]

    def problem(self, n: int, seed: int) -> Problem:
        """Return what there is to learn from with ``n`` pairs."""
        rows = self.rows(n, seed)
        return Problem(
            X=self.X,
            y=self.y,
            source=self.source[rows],
            target=self.target[rows],
            unlabeled=self.unlabeled,
            native_X=self.native[0],
            native_y=self.native[1],
            groups=self.groups[rows],
            one_space=False,
        )


def language(lang: str, split: str, cache: str | bool) -> Language:
    """Read and encode everything of one language."""
    data = load(lang)
    english, mini = minilm(), MiniEncoder()
    encode = {"en": _encoder(english, cache), lang: _encoder(mini, cache)}
    pairs = clean(data.parallel)[0]
    held_out = _held_out(data, split, pairs)
    scored = data.test if split == "test" else data.dev
    return Language(
        lang=lang,
        source=encode["en"](pairs.source, name="pairs"),
        target=encode[lang](pairs.target, name="pairs"),
        groups=text_groups(pairs),
        retrieved=(
            encode["en"](held_out.source, name="held out"),
            encode[lang](held_out.target, name="held out"),
        ),
        X=encode["en"](data.english.texts, name="labelled"),
        y=np.asarray(data.english.labels),
        unlabeled=encode[lang](data.unlabeled, name="unlabelled"),
        native=(encode[lang](data.native.texts, name="native"), np.asarray(data.native.labels)),
        dev=(encode[lang](data.dev.texts, name="dev"), np.asarray(data.dev.labels)),
        scored=(encode[lang](scored.texts, name=split), np.asarray(scored.labels)),
        files=data.checksums,
        encoders={"source": english.fingerprint, "target": mini.fingerprint},
    )


def _encoder(encoder: Encoder, cache: str | bool) -> TextVectors:
    return TextVectors(encoder, cache=cache)


def _held_out(data: LanguageData, split: str, pairs: ParallelText) -> ParallelText:
    """Return held-out pairs of the same source, none of whose texts stands in training."""
    file, _ = PARALLEL[data.lang]
    rows = ParallelText.read(
        data_folder() / file,
        source_lang="en",
        target_lang=data.lang,
        split=split,
        where={"source": _source(data.lang, split)},
    )
    known = {*map(str, pairs.source)}, {*map(str, pairs.target)}
    kept = [
        row
        for row, sides in enumerate(zip(rows.source, rows.target, strict=True))
        if not any(str(text) in seen for text, seen in zip(sides, known, strict=True))
    ]
    return rows.take(kept[:N_RETRIEVED])


def _source(lang: str, split: str) -> str:
    return f"tanaka-{split}" if lang == "ja" else SOURCES[lang]
