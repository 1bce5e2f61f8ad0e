"""The claims on real texts, small enough to be checked in a minute; needs ``LANGALIGN_DATA``."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from langalign import Linear, LogisticHead
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.data.text import folded
from langalign.encoders.mini import MiniEncoder
from langalign.evaluation.metrics import accuracy, macro_f1
from langalign.head_room import check_head_room, vector_findings
from langalign.strategies import Problem, strategies

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FOLDER = os.environ.get("LANGALIGN_DATA", "")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not FOLDER or not Path(FOLDER).is_dir(),
        reason="LANGALIGN_DATA names no folder; set it to the one with parallel/ and sentiment/",
    ),
]


@pytest.fixture(scope="module")
def real_data():
    """The module that the benchmarks read their rows with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("real_data")
        sys.modules.pop("real_data")


@pytest.fixture(scope="module")
def korean(real_data):
    return real_data.load("ko")


@pytest.fixture(scope="module")
def encode():
    return MiniEncoder().encode


@pytest.fixture(scope="module")
def problem(korean, encode):
    """4,000 labelled English texts and 3,000 pairs; nothing Korean but the pairs."""
    pairs = korean.pairs(seed=0).take(range(3000))
    english = korean.english.take(range(4000))
    return Problem(
        X=encode(english.texts),
        y=np.asarray(english.labels),
        source=encode(pairs.source),
        target=encode(pairs.target),
    )


@pytest.mark.parametrize("lang", ["ko", "ja", "zh"])
def test_no_text_stands_in_two_splits(real_data, lang):
    data = real_data.load(lang)
    splits = [
        {folded(text) for text in texts}
        for texts in (data.native.texts, data.dev.texts, data.test.texts)
    ]
    assert all(len(split) > 500 for split in splits)
    for first, other in ((0, 1), (0, 2), (1, 2)):
        assert not splits[first] & splits[other]
    seen = {folded(text) for text in data.unlabeled}
    assert not seen & (splits[1] | splits[2])
    assert not {folded(text) for text in data.parallel.target} & splits[2]


def test_alignment_beats_english_only_by_ten_points(korean, problem, encode):
    rows = korean.dev.take(range(1000))
    X, truth = encode(rows.texts), np.asarray(rows.labels)
    aligned, plain = (
        accuracy(truth, strategies.get(name)().fit(problem).predict(X))
        for name in ("linear", "english-only")
    )
    assert aligned > plain + 0.1, f"linear {aligned:.3f}, english-only {plain:.3f}"


def test_ten_to_ninety_breaks_nothing(korean, problem, encode):
    """Centring on unlabelled text assumes balanced classes; here they are not; shares help."""
    labels = np.asarray(korean.dev.labels)
    chosen = [*np.flatnonzero(labels == "positive")[:100], *np.flatnonzero(labels != "positive")]
    rows = korean.dev.take(chosen[:1000])
    X, truth = encode(rows.texts), np.asarray(rows.labels)
    some = X[np.random.default_rng(0).permutation(len(X))[:500]]
    pairs = problem.source, problem.target
    figures = {}
    for way, unlabeled, shares in (
        ("not centred", None, None),
        ("centred", some, None),
        ("shares given", some, {"positive": 0.1, "negative": 0.9}),
    ):
        model = AlignedClassifier(Linear(), LogisticHead(), class_shares=shares)
        model.fit(problem.X, problem.y, pairs=pairs, unlabeled=unlabeled)
        predicted = model.predict(X)
        assert np.isfinite(model.predict_proba(X)).all()
        assert set(predicted) == {"negative", "positive"}
        figures[way] = accuracy(truth, predicted), macro_f1(truth, predicted)
    shown = ", ".join(f"{way}: {score:.3f} / {f1:.3f}" for way, (score, f1) in figures.items())
    moved = f"10 % positive, accuracy / macro-F1: {shown}"
    print(moved)
    # Centring costs accuracy; it must not turn the classifier round, and telling must mend it.
    assert figures["centred"][0] > 0.5, moved
    assert figures["centred"][1] > 0.4, moved
    assert figures["shares given"][0] > figures["centred"][0] + 0.1, moved
    assert figures["shares given"][1] > figures["centred"][1] + 0.1, moved


@pytest.mark.parametrize("lang", ["ko", "ja", "zh"])
def test_real_pairs_are_sound_and_alignment_has_room(real_data, lang):
    data = real_data.load(lang)
    english, pairs = data.english.take(range(2000)), data.parallel
    found = check_head_room(pairs, english, max_pairs=4000, cache=False)
    assert found.sound, found.findings
    assert found.verdict.kind == "room", found.verdict.words


@pytest.mark.parametrize("lang", ["ko", "ja", "zh"])
def test_real_pairs_that_slipped_or_were_shuffled_are_reported(real_data, encode, lang):
    pairs = real_data.load(lang).parallel.take(range(1000, 3000))
    X, Y = encode(pairs.source), encode(pairs.target)
    rng = np.random.default_rng(0)
    partly = np.vstack([Y[:1200], rng.permutation(Y[1200:1600]), Y[1600:]])
    kinds = [
        [finding.kind for finding in vector_findings(X[: len(changed)], changed)]
        for changed in (Y, rng.permutation(Y), Y[2:], np.delete(Y, 1000, axis=0), partly)
    ]
    assert kinds == [[], ["unrelated"], ["shifted"], ["shifted"], ["partly_unrelated"]]
