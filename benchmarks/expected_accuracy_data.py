"""The tasks behind ``expected_accuracy.py``: vectors and labels, by how near pairs are to the task.

Sentiment as in ``alignment_data.py`` and, in Korean, with pairs of another domain; inference as in
``paper_data.py``; emotions by their polarity, by Ekman's seven, and positive against negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import paper_data
from alignment_data import language
from numpy.typing import NDArray
from real_data import data_folder, load

from langalign.data import LabeledText, ParallelText
from langalign.data.cleaning import clean
from langalign.data.groups import text_groups
from langalign.encoders.mini import MiniEncoder
from langalign.vectors import Vectors

N_PAIRS = 25_000
N_EMOTION = 3_000
N_SCORED = 3_000
MOST_INFERENCE = 1_500

EKMAN = {
    "joy": "admiration amusement approval caring desire excitement gratitude joy love optimism "
    "pride relief",
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "sadness": "disappointment embarrassment grief remorse sadness",
    "surprise": "confusion curiosity realization surprise",
    "neutral": "neutral",
}
"""How GoEmotions' authors group their 27 emotions (Demszky et al., 2020)."""
POLARITY = {
    "joy": "positive",
    "surprise": "ambiguous",
    "neutral": "neutral",
}
"""Ekman's emotions by polarity; those not named are negative."""

Labels = NDArray[np.str_]


@dataclass(frozen=True)
class World:
    """Everything of one task in one language and setting; unlabelled and scored rows are apart."""

    source: Vectors
    target: Vectors
    groups: NDArray[np.int64]
    X: Vectors
    y: Labels
    unlabeled: Vectors
    dev: tuple[Vectors, Labels]
    test: tuple[Vectors, Labels]


def worlds(task: str, lang: str, cache: str | bool) -> dict[str, World]:
    """Return the worlds of one task and language by setting."""
    if task == "sentiment":
        return _sentiment(lang, cache)
    if task == "sentiment, far pairs":
        return {"mini": _with_far_pairs(_sentiment(lang, cache)["mini"], lang)}
    if task == "nli":
        return {"mini": _inference(lang)}
    return {"mini": _emotion(task)}


def _sentiment(lang: str, cache: str | bool) -> dict[str, World]:
    known, texts, mini = language(lang, "test", cache), load(lang), MiniEncoder()
    far = World(
        source=known.source,
        target=known.target,
        groups=known.groups,
        X=known.X,
        y=known.y,
        unlabeled=known.unlabeled,
        dev=_some(*known.dev),
        test=_some(*known.scored),
    )
    pairs = clean(texts.parallel)[0]
    near = replace(far, source=mini.encode(pairs.source), X=mini.encode(texts.english.texts))
    return {"MiniLM -> mini": far, "mini": near}


def _with_far_pairs(world: World, lang: str) -> World:
    """Return the world with pairs of manuals, textbooks and news."""
    file = data_folder() / f"parallel/en-{lang}.tsv.gz"
    pairs = ParallelText.read(file, source_lang="en", target_lang=lang, split="train")
    return replace(world, **_encoded(pairs))


def _inference(lang: str) -> World:
    texts = paper_data.load("nli", lang)
    labeled = texts.labeled.take(range(min(MOST_INFERENCE, len(texts.labeled))))
    return _world(texts.parallel, labeled, texts.unlabeled, texts.dev, texts.test)


def _emotion(task: str) -> World:
    file = data_folder() / "emotion/en-ko.tsv.gz"
    parts = {
        (lang, split): _grouped(LabeledText.read(file, lang=lang, split=split), task)
        for lang, split in (("en", "train"), ("ko", "train"), ("ko", "dev"), ("ko", "test"))
    }
    # English and unlabelled Korean rows are other texts: nobody has both.
    return _world(
        paper_data.load("emotion", "ko").parallel,
        parts["en", "train"].take(range(N_EMOTION)),
        parts["ko", "train"].texts[N_EMOTION : N_EMOTION + paper_data.N_UNLABELED],
        parts["ko", "dev"],
        parts["ko", "test"],
    )


def _grouped(rows: LabeledText, task: str) -> LabeledText:
    """Return rows with groups of emotions as labels, those that the task leaves out dropped."""
    ekman = {emotion: group for group, names in EKMAN.items() for emotion in names.split()}
    labels = [ekman[str(label)] for label in rows.labels]
    if task != "ekman":
        labels = [POLARITY.get(label, "negative") for label in labels]
    kept = [i for i, label in enumerate(labels) if task != "polar" or label in _POLES]
    return LabeledText(
        tuple(rows.texts[i] for i in kept), tuple(labels[i] for i in kept), rows.lang
    )


_POLES = ("positive", "negative")


def _world(
    parallel: ParallelText,
    labeled: LabeledText,
    unlabeled: Any,
    dev: LabeledText,
    test: LabeledText,
) -> World:
    return World(
        **_encoded(parallel),
        X=_vectors(labeled.texts),
        y=np.asarray(labeled.labels),
        unlabeled=_vectors(unlabeled),
        dev=_some(_vectors(dev.texts), np.asarray(dev.labels)),
        test=_some(_vectors(test.texts), np.asarray(test.labels)),
    )


def _encoded(parallel: ParallelText) -> dict[str, Any]:
    """Return both sides and the groups of cleaned pairs."""
    drawn = np.random.default_rng(0).permutation(len(parallel))[:N_PAIRS]
    pairs, mini = clean(parallel.take(drawn.tolist()))[0], MiniEncoder()
    return {
        "source": mini.encode(pairs.source),
        "target": mini.encode(pairs.target),
        "groups": text_groups(pairs),
    }


def _vectors(texts: Any) -> Vectors:
    mini = MiniEncoder()
    if isinstance(texts[0], str):
        return mini.encode(texts)
    return mini.encode([part for pair in texts for part in pair]).reshape(len(texts), 2, -1)


def _some(X: Vectors, y: Labels) -> tuple[Vectors, Labels]:
    rows = np.random.default_rng(0).permutation(len(y))[:N_SCORED]
    return X[rows], y[rows]
