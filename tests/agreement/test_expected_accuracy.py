"""Accuracy expected without target labels: right at its ends, wider with less, kept when saved."""

from __future__ import annotations

import dataclasses
import itertools
import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from langalign import LangAlign
from langalign.agreement import ExpectedAccuracy, HeldOut, expected_accuracy
from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.errors import FitWarning
from langalign.heads.logistic import LogisticHead
from langalign.heads.multilabel import MultiLabelHead
from langalign.heads.ridge import RidgeHead

CLASSES = [2, 3, 7]
N = 900


def hard(labels, n_classes):
    return np.eye(n_classes)[labels]


def noisy(labels, n_classes, share_right, rng):
    """Return probabilities whose first choice is right about as often as they say."""
    wrong = (labels + rng.integers(1, n_classes, len(labels))) % n_classes
    said = np.where(rng.random(len(labels)) < share_right, labels, wrong)
    rest = (1 - share_right) / (n_classes - 1)
    return np.where(hard(said, n_classes) == 1, share_right, rest)


@pytest.mark.parametrize("n_classes", CLASSES)
def test_perfect_agreement_with_a_perfect_head_is_perfect(n_classes):
    sure = hard(np.arange(N) % n_classes, n_classes)
    for texts in (None, sure[:200]):
        found = expected_accuracy(
            HeldOut(sure, sure), HeldOut(sure, sure), texts, majority=1 / n_classes
        )
        assert found.accuracy == pytest.approx(1, abs=1e-6)
        assert found.high == pytest.approx(1)


@pytest.mark.parametrize("n_classes", CLASSES)
def test_agreement_by_chance_is_chance(n_classes):
    rng = np.random.default_rng(0)
    labels, others = rng.integers(n_classes, size=(2, 6000))
    right, sure = hard(labels, n_classes), hard(others, n_classes)
    found = expected_accuracy(
        HeldOut(right, right), HeldOut(right, sure * 0.9 + 0.1 / n_classes), majority=0.5
    )
    assert found.accuracy == pytest.approx(1 / n_classes, abs=0.06)
    # An English head that guesses has nothing to carry over, however well it is followed.
    found = expected_accuracy(HeldOut(right, sure), HeldOut(right, right), majority=0.5)
    assert found.accuracy == pytest.approx(1 / n_classes, abs=0.12)


@pytest.mark.parametrize("n_classes", CLASSES)
@pytest.mark.parametrize("with_texts", [False, True])
def test_more_agreement_and_a_better_head_raise_it(n_classes, with_texts):
    rng = np.random.default_rng(1)
    labels = rng.integers(n_classes, size=3000)

    def judged(english, following):
        said = noisy(labels, n_classes, 0.9, rng)
        candidate = noisy(said.argmax(axis=1), n_classes, following, rng)
        of_english = HeldOut(hard(labels, n_classes), noisy(labels, n_classes, english, rng))
        texts = candidate if with_texts else None
        return expected_accuracy(
            of_english, HeldOut(said, candidate), texts, majority=1 / n_classes
        ).accuracy

    assert judged(0.75, 0.9) < judged(0.95, 0.9)
    assert judged(0.9, 0.7) < judged(0.9, 0.95)


def test_the_names_of_the_classes_do_not_matter():
    rng = np.random.default_rng(2)
    labels = rng.integers(3, size=N)
    said, english = (noisy(labels, 3, share, rng) for share in (0.8, 0.85))
    candidate = noisy(said.argmax(axis=1), 3, 0.8, rng)
    order = [2, 0, 1]
    plain, renamed = (
        expected_accuracy(
            HeldOut(hard(labels, 3)[:, columns], english[:, columns]),
            HeldOut(said[:, columns], candidate[:, columns]),
            majority=0.4,
        )
        for columns in ([0, 1, 2], order)
    )
    assert renamed.accuracy == pytest.approx(plain.accuracy, abs=1e-9)
    assert (renamed.low, renamed.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


@pytest.mark.parametrize("with_texts", [False, True])
def test_the_interval_is_wider_the_fewer_pairs_there_are(with_texts):
    labels = np.arange(40) % 2
    english = noisy(labels, 2, 0.75, np.random.default_rng(3))
    found = []
    for repeats in (100, 25, 5, 1):  # the same pairs over and over: only their number differs
        pairs = HeldOut(np.tile(english, (repeats, 1)), np.tile(english, (repeats, 1)))
        texts = english if with_texts else None
        of_english = HeldOut(hard(labels, 2), english)
        found.append(expected_accuracy(of_english, pairs, texts, majority=0.5))
    for fewer, more in itertools.pairwise(found[::-1]):
        assert fewer.accuracy == pytest.approx(more.accuracy, abs=1e-9)
        assert 0 <= fewer.low < more.low < more.accuracy < more.high
        assert more.high <= fewer.high <= 1


def test_texts_make_the_interval_narrower():
    rng = np.random.default_rng(4)
    labels = np.arange(N) % 2
    english = noisy(labels, 2, 0.8, rng)
    of_english, pairs = HeldOut(hard(labels, 2), english), HeldOut(english, english)
    blind, seeing = (
        expected_accuracy(of_english, pairs, texts, majority=0.5) for texts in (None, english)
    )
    assert seeing.high - seeing.low < blind.high - blind.low
    assert (seeing.n_texts, blind.n_texts) == (N, 0)


TURN = np.linalg.qr(np.random.default_rng(9).normal(size=(8, 8)))[0]


def world(n, rng):
    """Return both languages' vectors and two classes: a half-space, with some labels turned."""
    X = rng.normal(size=(n, 8))
    y = np.where(X[:, 0] + 0.5 * rng.normal(size=n) > 0, "good", "bad")
    return X, (X + 0.3 * rng.normal(size=X.shape)) @ TURN, y


def fitted(head=None, direction="forward", *, n_pairs=900, with_texts=True, **settings):
    rng = np.random.default_rng(5)
    X, _, y = world(600, rng)
    source, target, _ = world(n_pairs, rng)
    model = AlignedClassifier(Linear(), head or LogisticHead(), direction=direction, **settings)
    unlabeled = world(300, rng)[1] if with_texts else None
    return model.fit(X, y, pairs=(source, target), unlabeled=unlabeled)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("with_texts", [False, True])
def test_the_accuracy_of_a_known_world_lies_within(direction, with_texts):
    model = fitted(direction=direction, with_texts=with_texts)
    expected = model.expected_accuracy_
    _, target, y = world(2000, np.random.default_rng(6))
    assert expected.low < model.score(target, y) < expected.high
    assert expected.accuracy > expected.majority
    assert expected.n_texts == (300 if with_texts else 0)
    again = fitted(direction=direction, with_texts=with_texts)
    assert again.expected_accuracy_ == expected


def test_shares_that_were_given_are_those_of_the_majority():
    shares = {"good": 0.8, "bad": 0.2}
    assert fitted(class_shares=shares).expected_accuracy_.majority == 0.8


def test_nothing_is_expected_of_what_cannot_be_judged():
    with pytest.warns(FitWarning, match="too few"):
        assert fitted(n_pairs=20).expected_accuracy_ is None
    assert fitted(select=False).expected_accuracy_ is None
    rng = np.random.default_rng(7)
    X, target, y = world(400, rng)
    pairs = X, target
    own = LogisticRegression().fit(X, y)
    brought = AlignedClassifier(Linear(), own, direction="reverse").fit(X, y, pairs=pairs)
    assert brought.choice_ is not None
    assert brought.expected_accuracy_ is None
    numbers = AlignedClassifier(Linear(), RidgeHead()).fit(X, X[:, 0], pairs=pairs)
    assert numbers.expected_accuracy_ is None
    sets = np.where(X[:, 1] > 0, np.char.add(y, "|long"), y)
    several = AlignedClassifier(Linear(), MultiLabelHead()).fit(X, sets, pairs=pairs)
    assert several.expected_accuracy_ is None


def test_it_is_kept_with_a_saved_model(tmp_path):
    rng = np.random.default_rng(8)
    X, _, y = world(300, rng)
    source, target, _ = world(300, rng)
    model = LangAlign(target_lang="ko", aligner="linear", cache=False)
    model.fit(X, y, parallel=(source, target), unlabeled=target[:100])
    expected = model.classifier_.expected_accuracy_
    assert ExpectedAccuracy.from_dict(json.loads(json.dumps(expected.as_dict()))) == expected
    model.save(tmp_path / "model")
    assert LangAlign.load(tmp_path / "model").classifier_.expected_accuracy_ == expected
    record = json.loads((tmp_path / "model" / "metrics.json").read_text(encoding="utf-8"))
    assert record["expected_accuracy"] == dataclasses.asdict(expected)
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert f"| {expected.accuracy:.2f} ({expected.low:.2f}-{expected.high:.2f}) |" in card
