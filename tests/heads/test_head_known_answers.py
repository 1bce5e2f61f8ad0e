"""Heads against scikit-learn and against what must not change them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier

from langalign.errors import FitWarning, SettingError
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead
from langalign.heads.multilabel import MultiLabelHead
from langalign.heads.ridge import RidgeHead
from langalign.tasks import indicator, joined_rows


def task(n_classes, *, n=200, width=6, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n)
    Z = rng.standard_normal((n, width)) + np.eye(n_classes, width)[y]
    return Z.astype(np.float32), y


@pytest.mark.parametrize("C", [0.001, 0.1, 10.0])
@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_logistic_is_scikit_learns(C, n_classes, class_weight):
    Z, y = task(n_classes)
    y[:80] = 0
    ours = LogisticHead(C=C, class_weight=class_weight).fit(Z, y)
    theirs = LogisticRegression(C=C, class_weight=class_weight, tol=1e-8, max_iter=2000)
    theirs.fit(Z.astype(np.float64), y)
    np.testing.assert_allclose(ours.predict_proba(Z), theirs.predict_proba(Z), atol=0.01)
    assert C == ours.C_


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("shift", [0.0, 30.0])
def test_the_unit_and_origin_of_vectors_do_not_decide_how_far_the_solver_goes(scale, shift):
    Z, y = task(2, width=40)
    Z = (Z + shift) * scale
    C = 10.0 / scale**2
    theirs = LogisticRegression(C=C * scale**2, tol=1e-8, max_iter=5000)
    theirs.fit(Z.astype(np.float64) / scale - shift, y)
    expected = theirs.predict_proba(Z.astype(np.float64) / scale - shift)
    np.testing.assert_allclose(LogisticHead(C=C).fit(Z, y).predict_proba(Z), expected, atol=0.01)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(1e-2, 1e2))
def test_open_penalties_suit_any_unit(seed, scale):
    Z, y = task(3, n=60, seed=seed)
    plain, scaled = LogisticHead().fit(Z, y), LogisticHead().fit(scale * Z, y)
    np.testing.assert_allclose(plain.predict_proba(Z), scaled.predict_proba(scale * Z), atol=2e-3)


def test_open_penalties_do_not_depend_on_the_number_of_rows():
    Z, y = task(2)
    once, thrice = LogisticHead().fit(Z, y), LogisticHead().fit(np.tile(Z, (3, 1)), np.tile(y, 3))
    np.testing.assert_allclose(once.predict_proba(Z), thrice.predict_proba(Z), atol=2e-3)


def test_logistic_candidates_go_from_strong_to_weak_unless_C_is_fixed():
    Z, _ = task(2)
    strengths = [candidate.C for candidate in LogisticHead().candidates(Z)]
    assert strengths == sorted(strengths)
    assert [candidate.C for candidate in LogisticHead(C=2.0).candidates(Z)] == [2.0]


def test_logistic_that_does_not_converge_says_so_and_is_still_fitted():
    Z, y = task(4)
    with pytest.warns(FitWarning, match="did not converge"):
        head = LogisticHead(C=1e6, max_iter=2).fit(Z, y)
    assert np.isfinite(head.predict_proba(Z)).all()
    assert head.n_iter_ == 2


@pytest.mark.parametrize("C", [0, -1.0, float("nan")])
def test_logistic_refuses_a_strength_that_is_not_positive(C):
    with pytest.raises(SettingError, match="above 0"):
        LogisticHead(C=C).fit(*task(2))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_mlp_is_the_network_that_scikit_learn_trained(n_classes):
    Z, y = task(n_classes, n=120)
    ours = MLPHead(hidden=(6, 5), alpha=0.1, max_iter=400, random_state=3).fit(Z, y)
    mean, size = Z.mean(axis=0), np.sqrt(Z.var(axis=0).mean())
    theirs = MLPClassifier(hidden_layer_sizes=(6, 5), alpha=0.1, max_iter=400, random_state=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit((Z - mean) / size, y)
    expected = theirs.predict_proba((Z - mean) / size)
    np.testing.assert_allclose(ours.predict_proba(Z), expected, atol=0.02)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize(
    ("params", "message"),
    [({"alpha": -1.0}, "alpha"), ({"hidden": ()}, "hidden"), ({"hidden": (0,)}, "hidden")],
)
def test_mlp_refuses_parameters_out_of_range(params, message):
    with pytest.raises(SettingError, match=message):
        MLPHead(**params).fit(*task(2))


def sets(*, n=200, width=6, seed=0):
    """Return vectors and the labels of each: "often" in most rows, "rare" in few."""
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((n, width)).astype(np.float32)
    scores = Z @ rng.standard_normal((width, 3)) + rng.standard_normal((n, 3))
    return Z, joined_rows(scores > [-2.0, 0.0, 4.0], ["often", "half", "rare"])


@pytest.mark.parametrize("C", [0.01, 1.0])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_multilabel_is_scikit_learns_one_versus_rest(C, class_weight):
    Z, y = sets()
    ours = MultiLabelHead(C=C, class_weight=class_weight).fit(Z, y)
    single = LogisticRegression(C=C, class_weight=class_weight, tol=1e-8, max_iter=2000)
    marked = indicator(y.tolist(), ours.classes_.tolist())
    theirs = OneVsRestClassifier(single).fit(Z.astype(np.float64), marked)
    np.testing.assert_allclose(ours.predict_proba(Z), theirs.predict_proba(Z), atol=0.01)
    expected = joined_rows(ours.predict_proba(Z) >= 0.5, ours.classes_.tolist())
    np.testing.assert_array_equal(ours.predict(Z), expected)


def test_one_of_two_exclusive_labels_is_the_logistic_head():
    Z, y = task(2)
    y = np.where(y == 1, "yes", "|")
    ours = MultiLabelHead(C=0.5).fit(Z, y).predict_proba(Z)[:, 0]
    theirs = LogisticHead(C=0.5).fit(Z, y)
    assert theirs.classes_[0] == "yes"
    np.testing.assert_allclose(ours, theirs.predict_proba(Z)[:, 0], atol=0.005)


def test_a_label_that_every_row_has_is_always_predicted():
    Z, y = sets(n=60)
    y = np.array([f"all|{row}" for row in y])
    head = MultiLabelHead().fit(Z, y)
    certain = head.predict_proba(50 * Z)[:, head.classes_.tolist().index("all")]
    np.testing.assert_allclose(certain, (60 + 0.5) / (60 + 1), atol=1e-6)
    assert all("all" in row.split("|") for row in head.predict(Z))


@pytest.mark.parametrize("n", [4, 40, 400])
@pytest.mark.parametrize("alpha", [0.1, 30.0])
def test_ridge_is_scikit_learns(n, alpha):
    """With fewer rows than dimensions the other of two systems is solved."""
    rng = np.random.default_rng(0)
    Z = (rng.standard_normal((n, 20)) + 5).astype(np.float32)
    y = Z @ rng.standard_normal(20) + rng.standard_normal(n)
    ours, theirs = RidgeHead(alpha=alpha).fit(Z, y), Ridge(alpha=alpha).fit(Z.astype(np.float64), y)
    np.testing.assert_allclose(ours.predict(Z), theirs.predict(Z), atol=1e-3)
    np.testing.assert_allclose(ours.coef_[:, 0], theirs.coef_, atol=1e-4)
    assert ours.score(Z, y) == pytest.approx(spearmanr(ours.predict(Z), y).statistic)


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_open_strengths_of_ridge_suit_any_unit_and_number_of_rows(scale):
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((80, 6)).astype(np.float32)
    y = Z[:, 0] + rng.standard_normal(80)
    expected = RidgeHead().fit(Z, y).predict(Z)
    np.testing.assert_allclose(
        RidgeHead().fit(scale * Z, y).predict(scale * Z), expected, atol=1e-4
    )
    thrice = RidgeHead().fit(np.tile(Z, (3, 1)), np.tile(y, 3))
    np.testing.assert_allclose(thrice.predict(Z), expected, atol=1e-4)


def test_candidates_of_ridge_go_from_strong_to_weak_unless_alpha_is_fixed():
    Z, _ = sets()
    strengths = [candidate.alpha for candidate in RidgeHead().candidates(Z)]
    assert strengths == sorted(strengths, reverse=True)
    assert [candidate.alpha for candidate in RidgeHead(alpha=2.0).candidates(Z)] == [2.0]


@pytest.mark.parametrize("alpha", [0, -1.0, float("nan")])
def test_ridge_refuses_a_strength_that_is_not_positive(alpha):
    with pytest.raises(SettingError, match="above 0"):
        RidgeHead(alpha=alpha).fit(sets()[0], np.arange(200))
