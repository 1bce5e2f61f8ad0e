"""A reverse map and the head behind it are served as one affine layer, and say so."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from langalign import AlignedClassifier, LangAlign
from langalign.aligners import aligners
from langalign.aligners.affine import AffineAligner
from langalign.aligners.iterative_normalisation import IterativeNormalisationProcrustes
from langalign.aligners.linear import Linear
from langalign.cli.fit_summary import as_record, show_summary
from langalign.data import bundled
from langalign.heads import heads
from langalign.heads.logistic import LogisticHead
from langalign.tasks import MULTILABEL, SIMILARITY
from langalign.text_pairs import features

AFFINE = [name for name in aligners.names() if issubclass(aligners.get(name), AffineAligner)]
LABELS = {
    SIMILARITY: lambda X: X[:, 0] - X[:, 1],
    MULTILABEL: lambda X: ["|".join(np.array(["a", "b"])[row > 3]) or "|" for row in X[:, :2]],
}
N = 240


def space(*, same_width=True, pairs=False, seed=0):
    """Labelled source vectors, pairs of vectors, and target vectors that are far from zero."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2 * N, 8)).astype(np.float32) + 3
    turn = rng.normal(size=(8, 8 if same_width else 12)).astype(np.float32)
    if same_width:
        turn = np.linalg.qr(turn)[0]
    Y = X @ turn * 2 - 5 + 0.1 * rng.normal(size=(2 * N, turn.shape[1])).astype(np.float32)
    sides = [np.stack([side, np.roll(side, 1, 0)], 1) if pairs else side for side in (X, Y)]
    return sides[0][:N], (X[N:], Y[N:]), sides[1][:N].astype(np.float32)


def reverse(aligner, head, X, y, pairs, **settings):
    classifier = AlignedClassifier(aligner, head, direction="reverse", select=False, **settings)
    return classifier.fit(X, y, pairs=pairs)


def in_two_steps(classifier, method, Y):
    return getattr(classifier.head_, method)(features(classifier.map_target(Y)))


@pytest.mark.parametrize("head", heads.names())
@pytest.mark.parametrize("aligner", AFFINE)
def test_a_folded_model_gives_what_map_and_head_give(aligner, head):
    X, pairs, Y = space()
    head_class = heads.get(head)
    label = LABELS.get(head_class.task, lambda X: np.where(X[:, 0] > 3, "good", "bad"))
    classifier = reverse(aligners.get(aligner)(), head_class(), X, label(X), pairs)
    method = "predict" if head_class.task == SIMILARITY else "predict_proba"
    np.testing.assert_allclose(
        getattr(classifier, method)(Y), in_two_steps(classifier, method, Y), rtol=1e-5, atol=1e-5
    )
    name = type(classifier.aligner_).__name__
    assert classifier.at_inference == (
        f"nothing added: centring, {name} and spread are folded into the head"
    )


@pytest.mark.parametrize("spread", [None, "scale", "dimension", "covariance"])
def test_every_spread_is_folded_and_the_whole_is_one_matrix(spread, monkeypatch):
    X, pairs, Y = space(same_width=False)
    y = np.where(X[:, 0] > 3, "good", "bad")
    classifier = reverse(Linear(), LogisticHead(), X, y, pairs, spread=spread)
    expected = in_two_steps(classifier, "predict_proba", Y)
    monkeypatch.setattr(type(classifier), "map_target", None)  # not needed any more
    monkeypatch.setattr(Linear, "transform", None)
    np.testing.assert_allclose(classifier.predict_proba(Y), expected, rtol=1e-5, atol=1e-5)
    assert classifier._folded_head().coef_.shape == (12, 2)


def test_a_head_that_is_put_in_place_of_another_is_asked():
    X, pairs, Y = space()
    y = np.where(X[:, 0] > 3, "good", "bad")
    classifier = reverse(Linear(), LogisticHead(), X, y, pairs)
    before = classifier.predict_proba(Y)
    classifier.head_ = LogisticHead().fit(X, y[::-1])
    np.testing.assert_allclose(
        classifier.predict_proba(Y), in_two_steps(classifier, "predict_proba", Y), atol=1e-5
    )
    assert np.abs(classifier.predict_proba(Y) - before).max() > 0.1


def test_what_is_not_affine_stays_in_front_of_the_head_and_is_named():
    X, pairs, Y = space()
    y = np.where(X[:, 0] > 3, "good", "bad")
    curved = reverse(IterativeNormalisationProcrustes(), LogisticHead(), X, y, pairs)
    brought = reverse(Linear(), LogisticRegression().fit(X, y), None, None, pairs)
    X, pairs, Z = space(pairs=True)
    siamese = reverse(Linear(), LogisticHead(), X, y, pairs)
    for classifier, rows, reason in (
        (curved, Y, "it is no affine map"),
        (brought, Y, "the head is a foreign one"),
        (siamese, Z, "|u - v| and u * v of pairs are not affine"),
    ):
        expected = in_two_steps(classifier, "predict_proba", rows)
        np.testing.assert_array_equal(classifier.predict_proba(rows), expected)
        assert classifier.at_inference.endswith(f"before the head, not folded: {reason}")


def test_forward_adds_nothing():
    X, pairs, Y = space()
    y = np.where(X[:, 0] > 3, "good", "bad")
    forward = AlignedClassifier(Linear(), LogisticHead(), select=False).fit(X, y, pairs=pairs)
    np.testing.assert_array_equal(forward.predict_proba(Y), forward.head_.predict_proba(Y))
    assert forward.at_inference == "nothing added: centring is folded into the head"


def test_a_saved_model_keeps_its_parts_is_folded_again_and_its_card_says_so(tmp_path, capsys):
    rows = range(0, 510, 4)
    model = LangAlign(target_lang="ko", direction="reverse", aligner="linear", cache=False)
    model.fit(
        bundled.sentiment("en", "train").take(rows),
        parallel=bundled.parallel("sentiment", "en", "ko", "train").take(rows),
    )
    model.save(tmp_path / "model")
    again = LangAlign.load(tmp_path / "model")
    texts = ["정말 재미있게 봤어요.", "다시는 안 사요."]
    np.testing.assert_array_equal(again.predict_proba(texts), model.predict_proba(texts))
    assert again.classifier_._folded_head() is not None
    assert (tmp_path / "model" / "aligner" / "weights.safetensors").is_file()
    said = "nothing added: centring, Linear and spread are folded into the head"
    assert f"| at inference | {said} |" in (tmp_path / "model" / "README.md").read_text("utf-8")
    assert as_record(model, tmp_path)["at_inference"] == said
    show_summary(model, tmp_path)
    assert f"Inference: {said}" in capsys.readouterr().out
