"""Pairs as examples: which are taught, how many, what for, and what stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.aligners.auto import Auto
from langalign.aligners.procrustes import Procrustes
from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.alignment.taught_pairs import TaughtPairs
from langalign.heads.logistic import LogisticHead
from langalign.heads.ridge import RidgeHead

D = 10
WEIGHTS = np.random.default_rng(5).standard_normal(D)


def labels(X):
    return np.where(X @ WEIGHTS > 0, "good", "bad")


def taught(n=400, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, D))
    head = LogisticHead(C=1.0).fit(X, labels(X))
    source = rng.standard_normal((n, D)) + 0.5 * WEIGHTS
    target = rng.standard_normal((n, 3)).astype(np.float32)
    return head, source, target, TaughtPairs.by(head, source, target)


def test_of_each_class_the_half_that_the_head_is_surest_of_is_taught():
    head, source, _, pairs = taught()
    np.testing.assert_array_equal(pairs.labels, head.predict(source))
    confidence = head.predict_proba(source).max(axis=1)
    for label in ("good", "bad"):
        own = pairs.labels == label
        assert pairs.sure[own].mean() == pytest.approx(0.5, abs=0.02)
        assert confidence[own & pairs.sure].min() >= confidence[own & ~pairs.sure].max()


@pytest.mark.parametrize("n_bad", [4, 900])
def test_classes_stay_as_frequent_as_they_were(n_bad):
    """Whether there are more pairs of a class than examples, or fewer."""
    pairs = taught()[-1]
    y = np.array(["bad"] * n_bad + ["good"] * 20)
    Z = np.zeros((len(y), 3), dtype=np.float32)
    features, learned = pairs.beside(Z, y)
    np.testing.assert_array_equal(features[: len(y)], Z)
    assert (learned[len(y) :] == "good").sum() == 10
    assert (learned[len(y) :] == "bad").sum() == n_bad // 2
    known = {row.tobytes() for row in pairs.target[pairs.sure & (pairs.labels == "bad")]}
    drawn = {row.tobytes() for row in features[len(y) :][learned[len(y) :] == "bad"]}
    assert drawn <= known
    assert len(drawn) == min(n_bad // 2, len(known))


def test_held_out_pairs_are_not_taught():
    pairs = taught()[-1]
    rows = np.arange(0, 400, 3)
    features, _ = pairs.beside(
        np.zeros((50, 3), dtype=np.float32), np.repeat(["bad", "good"], 25), rows
    )
    known = {row.tobytes() for row in pairs.target[rows]}
    assert {row.tobytes() for row in features[50:]} <= known


def test_a_class_that_no_pair_is_of_is_left_to_the_labels():
    pairs = taught()[-1]
    Z = np.zeros((4, 3), dtype=np.float32)
    _, learned = pairs.beside(Z, np.array(["bad", "good", "other", "other"]))
    assert learned.tolist() == ["bad", "good", "other", "other", "bad", "good"]


class World:
    """Spaces that no rotation joins."""

    def __init__(self, seed=0):
        rng = self.rng = np.random.default_rng(seed)
        self.stretched = np.linalg.qr(rng.standard_normal((D, D)))[0] * np.logspace(0, 1.3, D)

    def texts(self, n):
        X = self.rng.standard_normal((n, D)).astype(np.float32)
        return X, (X @ self.stretched + 0.5 * self.rng.standard_normal((n, D))).astype(np.float32)


def fitted(teach, *, n_pairs=300, direction="forward", names=("procrustes",)):
    world = World()
    X, _ = world.texts(400)
    model = AlignedClassifier(
        Auto(names=names, teach=teach), LogisticHead(), direction=direction
    ).fit(X, labels(X), pairs=world.texts(n_pairs))
    source, target = world.texts(1500)
    return model, float((model.predict(target) == labels(source)).mean())


def test_it_mends_what_the_map_gets_wrong():
    """A rotation between spaces that no rotation joins: real target vectors say how they lie."""
    right = {teach: fitted(teach=teach, n_pairs=1000)[1] for teach in (True, False)}
    assert right[True] > right[False] + 0.02


def test_nothing_is_added_at_inference():
    model, _ = fitted(teach=True)
    Y = World(3).texts(20)[1]
    np.testing.assert_array_equal(model.predict_proba(Y), model.head_.predict_proba(Y))
    assert model.choice_.held_out.outputs.shape == (300, 2)
    assert 140 < model.choice_.taught < 160  # the half of 300


def test_in_reverse_the_head_stays_that_of_the_source_language():
    taught_, not_ = (fitted(teach=teach, direction="reverse")[0] for teach in (True, False))
    np.testing.assert_array_equal(taught_.head_.coef_, not_.head_.coef_)
    assert taught_.choice_.taught == 0


def test_a_named_aligner_teaches_nothing():
    assert not Procrustes().teaches
    assert Auto(teach=True).teaches
    assert not Auto().teaches


def test_numbers_are_not_taught():
    world = World()
    X, _ = world.texts(200)
    numbers = X @ WEIGHTS
    pairs = world.texts(200)
    first, second = (
        AlignedClassifier(Auto(names=("procrustes",), teach=teach), RidgeHead()).fit(
            X, numbers, pairs=pairs
        )
        for teach in (True, False)
    )
    Y = pairs[1]
    np.testing.assert_array_equal(first.predict(Y), second.predict(Y))
