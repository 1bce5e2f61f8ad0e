"""A tiny BERT, and a task that its random vectors hardly show: one word among many decides it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from tiny_bert import save_bert

from langalign import LabeledText, ParallelText
from langalign.tuning import TuningSettings

pytest.importorskip("sentence_transformers")

WORDS = {"good": "bon", "bad": "mal"} | {f"e{number}": f"f{number}" for number in range(30)}
FILLERS = [word for word in WORDS if word.startswith("e")]


def _sentences(n, seed):
    """Return texts of fillers in which one word decides the label."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(n):
        labels.append(str(rng.choice(["bad", "good"])))
        words = [labels[-1], *rng.choice(FILLERS, rng.integers(5, 9))]
        texts.append(" ".join(rng.permutation(words).tolist()))
    return texts, labels


def _translated(texts):
    return [" ".join(WORDS[word] for word in text.split()) for text in texts]


@pytest.fixture(scope="session")
def bert(tmp_path_factory):
    words = (*WORDS, *WORDS.values())
    return save_bert(tmp_path_factory.mktemp("models") / "bert", words=words, size=0.1)


@pytest.fixture
def quick():
    """Settings under which the tiny BERT learns its task in a second or two."""
    return TuningSettings(
        epochs=8, batch_size=16, learning_rate=3e-3, patience=8, temperature=0.1, device="cpu"
    )


@pytest.fixture(scope="session")
def data():
    """Labelled English, parallel and unlabelled text, and a labelled test in both languages."""
    texts, labels = _sentences(240, 0)
    other, _ = _sentences(200, 1)
    test, truth = _sentences(100, 2)
    pairs = [(one, two) for one, two in zip(texts[:120], other[:120], strict=True)]
    return SimpleNamespace(
        labeled=LabeledText(texts, labels, "en"),
        parallel=ParallelText(other, _translated(other), "en", "fr"),
        unlabeled=_translated(_sentences(60, 3)[0]),
        test=LabeledText(test, truth, "en"),
        target_test=LabeledText(_translated(test), truth, "fr"),
        pairs=LabeledText(pairs, labels[:120], "en"),
    )
