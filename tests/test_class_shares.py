"""Imbalanced targets: what centring does to them, and how known class shares mend it."""

import numpy as np
import pytest

from langalign.aligned_classifier import AlignedClassifier
from langalign.aligners.linear import Linear
from langalign.errors import SettingError
from langalign.heads.logistic import LogisticHead

WIDTH = 12


@pytest.fixture(scope="module")
def world():
    """Two languages, one a turn of the other; two classes apart along one direction."""
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]

    def sample(n, share):
        good = rng.random(n) < share
        X = rng.normal(size=(n, WIDTH))
        X[:, 0] += np.where(good, 1.5, -1.5)
        return X, np.where(good, "good", "bad")

    X, y = sample(1000, 0.5)
    pairs, _ = sample(1000, 0.5)
    shifted = np.zeros(WIDTH)
    shifted[1:4] = 2.0
    rare_X, rare_y = sample(1000, 0.1)
    return X, y, (pairs, pairs @ turn), (rare_X + shifted) @ turn, rare_y


def fitted(world, direction, class_shares):
    X, y, pairs, target, _ = world
    model = AlignedClassifier(
        Linear(), LogisticHead(), direction=direction, class_shares=class_shares
    )
    return model.fit(X, y, pairs=pairs, unlabeled=target)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_known_shares_mend_what_centring_does_to_a_10_90_target(world, direction):
    _, _, _, target, truth = world
    centred = fitted(world, direction, None)
    told = fitted(world, direction, {"good": 0.1, "bad": 0.9})
    assert np.isfinite(centred.predict_proba(target)).all()
    assert set(centred.predict(target)) == {"good", "bad"}
    assert told.score(target, truth) > centred.score(target, truth) + 0.05
    assert told.score(target, truth) > 0.9


def test_shares_of_the_labels_change_nothing(world):
    _, y, _, target, _ = world
    plain = fitted(world, "forward", None)
    told = fitted(world, "forward", {c: float((y == c).mean()) for c in ("good", "bad")})
    assert np.allclose(plain.predict_proba(target), told.predict_proba(target), atol=1e-4)


def test_what_it_would_predict_without_centring_is_told(world):
    X, y, pairs, target, _ = world
    centred = fitted(world, "forward", None)
    plain = AlignedClassifier(centred.choice_.aligner, centred.choice_.head, select=False)
    plain.fit(X, y, pairs=pairs)
    expected = [(plain.predict(target) == c).mean() for c in plain.classes_]
    assert np.allclose(centred.shares_without_centring_, expected, atol=0.02)


@pytest.mark.parametrize(
    "shares", [{"good": 0.1}, {"good": 0.1, "bad": 0.1}, {"good": -0.1, "bad": 1.1}, {"ok": 1.0}]
)
def test_shares_that_are_none(world, shares):
    with pytest.raises(SettingError, match="class_shares"):
        fitted(world, "forward", shares)


def test_shares_without_unlabelled_texts(world):
    X, y, pairs, _, _ = world
    model = AlignedClassifier(Linear(), LogisticHead(), class_shares={"good": 0.1, "bad": 0.9})
    with pytest.raises(SettingError, match="unlabelled"):
        model.fit(X, y, pairs=pairs)
