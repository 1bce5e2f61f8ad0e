"""Imbalanced targets: what centring does to them, and how known class shares mend it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from langalign.aligners.linear import Linear
from langalign.alignment.aligned_classifier import AlignedClassifier
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
    weighed = fitted(world, direction, {"good": 0.1, "bad": 0.9})
    assert np.isfinite(centred.predict_proba(target)).all()
    assert set(centred.predict(target)) == {"good", "bad"}
    assert weighed.score(target, truth) > centred.score(target, truth) + 0.05
    assert weighed.score(target, truth) > 0.9


def test_shares_of_the_labels_change_nothing(world):
    X, y, pairs, target, _ = world
    shares = {c: float((y == c).mean()) for c in ("good", "bad")}
    plain = fitted(world, "forward", None)
    weighed = AlignedClassifier(Linear(), LogisticHead(), class_shares=shares)
    weighed.fit(X, y, pairs=pairs, unlabeled=target)
    assert np.allclose(plain.predict_proba(target), weighed.predict_proba(target), atol=1e-4)
    assert (fitted(world, "forward", shares).predict(target) == plain.predict(target)).all()


def test_what_it_would_predict_without_centring_is_reported(world):
    X, y, pairs, target, _ = world
    centred = fitted(world, "forward", None)
    plain = AlignedClassifier(centred.choice_.aligner, centred.choice_.head, select=False)
    plain.fit(X, y, pairs=pairs)
    expected = [(plain.predict(target) == c).mean() for c in plain.classes_]
    assert np.allclose(centred.shares_without_centring_, expected, atol=0.02)


@pytest.mark.parametrize(
    "shares",
    [
        {"good": 0.1},
        {"good": 0.1, "bad": 0.1},
        {"good": -0.1, "bad": 1.1},
        {"ok": 1.0},
        {"good": np.nan, "bad": 0.5},
        {"good": 0.5, "bad": np.nan},
        {"good": "half", "bad": 0.5},
        [0.5, 0.5],
    ],
)
def test_shares_that_are_none(world, shares):
    with pytest.raises(SettingError, match="class_shares"):
        fitted(world, "forward", shares)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_shares_without_unlabelled_texts_move_probabilities_by_the_formula(world, direction):
    X, y, pairs, target, _ = world
    settings = {"direction": direction}
    plain = AlignedClassifier(Linear(), LogisticHead(), **settings).fit(X, y, pairs=pairs)
    shares = {"good": 0.1, "bad": 0.9}
    weighed = AlignedClassifier(Linear(), LogisticHead(), class_shares=shares, **settings)
    weighed.fit(X, y, pairs=pairs)
    # Saerens, Latinne and Decaestecker (2002), equation 2.4, by hand.
    good, bad = plain.predict_proba(target)[:, 1], plain.predict_proba(target)[:, 0]
    good, bad = good * 0.1 / (y == "good").mean(), bad * 0.9 / (y == "bad").mean()
    np.testing.assert_allclose(weighed.predict_proba(target)[:, 1], good / (good + bad), rtol=1e-9)


def test_a_head_that_is_balanced_has_learned_equal_shares(world):
    X, y, pairs, _, _ = world
    rare = np.concatenate([np.flatnonzero(y == "bad"), np.flatnonzero(y == "good")[:100]])
    head = LogisticHead(class_weight="balanced")
    weighed = AlignedClassifier(Linear(), head, class_shares={"good": 0.1, "bad": 0.9})
    weighed.fit(X[rare], y[rare], pairs=pairs)
    np.testing.assert_allclose(weighed.class_factors_, [1.8, 0.2])


@pytest.mark.parametrize(
    ("kind", "precision", "atol"),
    [(LogisticHead, {}, 0.01), (LogisticRegression, {"tol": 1e-9}, 1e-5)],
)
def test_a_weight_a_class_is_as_if_its_rows_stood_there_that_often(world, kind, precision, atol):
    X, y, pairs, target, _ = world
    good = np.flatnonzero(y == "good")[:200]
    once = np.concatenate([np.flatnonzero(y == "bad"), good])
    thrice = np.concatenate([once, good, good])
    shares = {"good": 0.1, "bad": 0.9}

    def fitted_on(rows, class_weight):
        head = kind(C=1.0, class_weight=class_weight, **precision).fit(X[rows], y[rows])
        told = AlignedClassifier(
            Linear(), head, direction="reverse", select=False, class_shares=shares
        )
        return told.fit(X[rows], y[rows], pairs=pairs)

    weighted, repeated = fitted_on(once, {"good": 3.0}), fitted_on(thrice, None)
    n_bad = (y == "bad").sum()
    expected = [0.9 / (n_bad / (n_bad + 600)), 0.1 / (600 / (n_bad + 600))]
    np.testing.assert_allclose(weighted.class_factors_, expected)
    np.testing.assert_allclose(repeated.class_factors_, expected)
    np.testing.assert_allclose(
        weighted.predict_proba(target), repeated.predict_proba(target), atol=atol
    )


@pytest.mark.parametrize("shares", [{"good": 0.1, "bad": 0.9}, {"good": 0.1, "ok": 0.9}])
def test_a_class_that_is_missing_from_the_labels_has_no_share_in_training(world, shares):
    X, y, pairs, _, _ = world
    head = LogisticHead().fit(X, np.where(X[:, 1] > 1, "ok", y))
    model = AlignedClassifier(Linear(), head, direction="reverse", class_shares=shares)
    with pytest.raises(SettingError, match="class_shares"):
        model.fit(X, y, pairs=pairs)


def test_shares_need_the_labels_of_training(world):
    X, y, pairs, _, _ = world
    shares = {"good": 0.1, "bad": 0.9}
    head = LogisticHead().fit(X, y)
    model = AlignedClassifier(Linear(), head, direction="reverse", class_shares=shares)
    with pytest.raises(SettingError, match="labelled source texts"):
        model.fit(None, None, pairs=pairs)
    model.fit(X, y, pairs=pairs)
    np.testing.assert_allclose(model.class_factors_[1], 0.1 / (y == "good").mean())


def test_shares_need_probabilities_or_centring(world):
    X, y, pairs, target, _ = world
    shares = {"good": 0.1, "bad": 0.9}
    head = LinearSVC().fit(X, y)
    model = AlignedClassifier(Linear(), head, direction="reverse", class_shares=shares)
    with pytest.raises(SettingError, match="predict_proba"):
        model.fit(X, y, pairs=pairs)
    model.fit(X, y, pairs=pairs, unlabeled=target)
    assert model.class_factors_ is None
    assert model.temperature_ == 1.0
