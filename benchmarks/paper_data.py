"""The texts behind ``paper.py``: which rows of which files, for each task and language.

Everything is read from the folder that ``LANGALIGN_DATA`` names. Splits share no text: sentiment
rows are compared by text, inference rows are split by premise and, where captions repeat, by every
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from real_data import PARALLEL, data_folder
from real_data import load as load_sentiment

from langalign.data import LabeledText, ParallelText
from langalign.data.groups import text_groups
from langalign.data.text import Text, folded, parts_of
from langalign.persistence import sha256_of

N_MNLI, N_SICK = 1_500, 3_000
"""English inference rows: every candidate is trained on them, four vectors wide."""
N_EMOTION = 1_500
N_UNLABELED = 2_000


@dataclass(frozen=True)
class TaskTexts:
    """What ``langalign.experiment.compare.compare`` takes, and the checksums of the files."""

    parallel: ParallelText
    labeled: LabeledText
    dev: LabeledText
    test: LabeledText
    unlabeled: tuple[Text, ...]
    files: dict[str, str]
    native: LabeledText | None = None
    translated: LabeledText | None = None
    dev_translated: tuple[Text, ...] | None = None
    test_translated: tuple[Text, ...] | None = None


def load(task: str, lang: str) -> TaskTexts:
    """Return the texts of one task in one language."""
    return LOADERS[task, lang](lang)


def _sentiment(lang: str) -> TaskTexts:
    data = load_sentiment(lang)
    return TaskTexts(
        parallel=data.parallel,
        labeled=data.english,
        dev=data.dev,
        test=data.test,
        unlabeled=data.unlabeled,
        native=data.native,
        files=data.checksums,
    )


def _xnli_korean(lang: str) -> TaskTexts:
    """XNLI's Korean side; its own training part is the native data, MNLI premises the English."""
    english, korean, inference = "nli/xnli-en.tsv.gz", "nli/xnli-ko.tsv.gz", "nli/en.tsv.gz"
    native = _labeled(korean, "ko", "train")
    return TaskTexts(
        parallel=_parallel("ko"),
        labeled=_some(_labeled(inference, "en", "train"), N_MNLI),
        dev=_labeled(korean, "ko", "dev"),
        test=_labeled(korean, "ko", "test"),
        unlabeled=native.texts[:N_UNLABELED],
        native=native,
        dev_translated=_labeled(english, "en", "dev").texts,
        test_translated=_labeled(english, "en", "test").texts,
        files=_files(PARALLEL["ko"][0], english, korean, inference),
    )


def _ocnli(lang: str) -> TaskTexts:
    """OCNLI, written by native speakers; a part of its training premises serves as dev."""
    chinese, inference = "nli/zh.tsv.gz", "nli/en.tsv.gz"
    rows = _labeled(chinese, "zh", "train")
    parts = _split([folded(parts_of(text)[0]) for text in rows.texts], (0.9, 0.1))
    native, dev = (rows.take(part.tolist()) for part in parts)
    return TaskTexts(
        parallel=_parallel("zh"),
        labeled=_some(_labeled(inference, "en", "train"), N_MNLI),
        dev=dev,
        test=_labeled(chinese, "zh", "test"),
        unlabeled=native.texts[:N_UNLABELED],
        native=native,
        files=_files(PARALLEL["zh"][0], chinese, inference),
    )


def _jsick(lang: str) -> TaskTexts:
    """JSICK and SICK, row-parallel with labels of their own, split so that no caption repeats."""
    english_file, japanese_file = "nli/en-sick.tsv.gz", "nli/ja.tsv.gz"
    english, japanese = _labeled(english_file, "en", None), _labeled(japanese_file, "ja", None)
    rows = ParallelText(english.texts, japanese.texts, "en", "ja")
    parts = _split(text_groups(rows), (0.6, 0.1, 0.3))
    train, dev, test = (part.tolist() for part in parts)
    native = japanese.take(train)
    return TaskTexts(
        parallel=_parallel("ja"),
        labeled=_some(english.take(train), N_SICK),
        dev=japanese.take(dev),
        test=japanese.take(test),
        unlabeled=native.texts[:N_UNLABELED],
        native=native,
        translated=LabeledText(native.texts, english.take(train).labels, "ja"),
        dev_translated=english.take(dev).texts,
        test_translated=english.take(test).texts,
        files=_files(PARALLEL["ja"][0], english_file, japanese_file),
    )


def _emotion(lang: str) -> TaskTexts:
    """GoEmotions and its machine translation, which is train and test on the Korean side."""
    file = "emotion/en-ko.tsv.gz"
    translated = _some(_labeled(file, "ko", "train"), N_EMOTION)
    return TaskTexts(
        parallel=_parallel("ko"),
        labeled=_some(_labeled(file, "en", "train"), N_EMOTION),
        dev=_labeled(file, "ko", "dev"),
        test=_labeled(file, "ko", "test"),
        unlabeled=translated.texts[:N_UNLABELED],
        translated=translated,
        dev_translated=_labeled(file, "en", "dev").texts,
        test_translated=_labeled(file, "en", "test").texts,
        files=_files(PARALLEL["ko"][0], file),
    )


LOADERS: dict[tuple[str, str], Callable[[str], TaskTexts]] = {
    ("sentiment", "ko"): _sentiment,
    ("sentiment", "zh"): _sentiment,
    ("sentiment", "ja"): _sentiment,
    ("nli", "ko"): _xnli_korean,
    ("nli", "zh"): _ocnli,
    ("nli", "ja"): _jsick,
    ("emotion", "ko"): _emotion,
}


def _labeled(file: str, lang: str, split: str | None) -> LabeledText:
    return LabeledText.read(data_folder() / file, lang=lang, split=split)


def _parallel(lang: str) -> ParallelText:
    file, where = PARALLEL[lang]
    return ParallelText.read(
        data_folder() / file, source_lang="en", target_lang=lang, split="train", where=where
    )


def _files(*names: str) -> dict[str, str]:
    return {name: sha256_of(Path(data_folder(), name)) for name in names}


def _some(rows: LabeledText, n: int) -> LabeledText:
    order = np.random.default_rng(0).permutation(len(rows))[:n]
    return rows.take(order.tolist())


def _split(groups: Any, shares: Sequence[float]) -> list[NDArray[np.int64]]:
    """Split rows so that no group is in two parts; the largest part takes what does not fit."""
    _, codes = np.unique(np.asarray(groups), return_inverse=True)
    sizes = np.bincount(codes)
    order = np.random.default_rng(0).permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    goals = np.array(shares) * len(codes)
    filled = np.zeros(len(shares))
    part_of = np.zeros(len(sizes), dtype=np.int64)
    for group in order:
        part_of[group] = int((filled / goals).argmin())
        filled[part_of[group]] += sizes[group]
    return [np.flatnonzero(part_of[codes] == part) for part in range(len(shares))]
