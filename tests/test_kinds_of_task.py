"""Sets of labels, numbers and many classes, carried over a rotation; a shuffled control is not."""

from __future__ import annotations

import functools
import json
import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from langalign import AlignedClassifier, LabeledText, LangAlign, Linear, LogisticHead
from langalign.agreement import reference_head
from langalign.data import bundled
from langalign.errors import DataError, FitWarning, PersistenceError, SettingError
from langalign.evaluation import evaluate_predictions
from langalign.heads.default import default_head
from langalign.heads.multilabel import MultiLabelHead
from langalign.heads.ridge import RidgeHead
from langalign.strategies import Problem, strategies
from langalign.tasks import CLASSIFICATION, MULTILABEL, SIMILARITY, joined_rows

WIDTH = 24
TURN = np.linalg.qr(np.random.default_rng(9).standard_normal((WIDTH, WIDTH)))[0]
WEIGHTS = np.random.default_rng(8).standard_normal((WIDTH, 4))
CENTRES = 2.5 * np.random.default_rng(7).standard_normal((28, WIDTH))
FREQUENT = np.repeat(np.arange(28), [9, 9, 9, *[4] * 20, 1, 1, 1, 1, 1])
DIRECTIONS = ("forward", "reverse")
KINDS = (MULTILABEL, SIMILARITY, CLASSIFICATION)


def rows(kind, n, seed):
    """Return source vectors, the same turned and moved (the target's), and labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, WIDTH))
    if kind == CLASSIFICATION:
        y = rng.choice(FREQUENT, size=n)
        X = X + CENTRES[y]
        labels = np.array([f"intent-{code:02}" for code in y])
    else:
        scores = X @ WEIGHTS / np.sqrt(WIDTH) + 0.1 * rng.standard_normal((n, 4))
        labels = joined_rows(scores > [0.0, 0.3, 0.8, -0.5], ["anger", "fear", "joy", "love"])
        labels = labels if kind == MULTILABEL else scores[:, 0].round(4)
    Y = X @ TURN + 1.5 + 0.1 * rng.standard_normal((n, WIDTH))
    return X.astype(np.float32), Y.astype(np.float32), labels


@functools.cache
def fitted(kind, direction, *, shuffled=False):
    X, _, y = rows(kind, 700, 0)
    source, target, _ = rows(kind, 600, 1)
    if shuffled:
        target = np.random.default_rng(2).permutation(target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if shuffled else "error", FitWarning)
        model = AlignedClassifier(Linear(), default_head(kind), direction=direction)
        return model.fit(X, y, pairs=(source, target), unlabeled=rows(kind, 200, 3)[1])


def main_score(kind, model):
    _, Y, y = rows(kind, 500, 4)
    scores = evaluate_predictions(y, model.predict(Y), task=kind, n_resamples=1)
    return scores.value("macro_f1" if kind == CLASSIFICATION else scores.main)


@functools.cache
def ceiling(kind):
    _, Y, y = rows(kind, 700, 0)
    return main_score(kind, reference_head(default_head(kind), Y, y))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_carried_over_and_a_shuffled_control_is_not(kind, direction):
    model = fitted(kind, direction)
    reached, best = main_score(kind, model), ceiling(kind)
    assert best > (0.5 if kind == CLASSIFICATION else 0.7)
    assert reached > best - 0.07
    assert model.task_ == kind
    choice = model.choice_
    assert choice.candidates[choice.chosen].score > 0.6
    assert (
        choice.measure
        == {
            CLASSIFICATION: "Cohen's kappa",
            MULTILABEL: "mean Cohen's kappa",
            SIMILARITY: "Spearman's rho",
        }[kind]
    )
    try:
        control = main_score(kind, fitted(kind, direction, shuffled=True))
    except DataError as error:  # as good: it refuses to guess
        assert "nothing carries over" in str(error)
    else:
        assert control < best - 0.3


@pytest.mark.parametrize("kind", [MULTILABEL, SIMILARITY])
def test_forward_adds_nothing_at_inference(kind):
    model, (_, Y, _) = fitted.__wrapped__(kind, "forward"), rows(kind, 50, 5)
    np.testing.assert_array_equal(model.predict(Y), model.head_.predict(Y))
    model.aligner_ = model.spread_ = model.source_origin_ = model.target_origin_ = None
    np.testing.assert_array_equal(model.predict(Y), model.head_.predict(Y))


def test_sets_have_probabilities_a_label_and_numbers_have_none():
    _, Y, y = rows(MULTILABEL, 300, 5)
    sets, numbers = fitted(MULTILABEL, "forward"), fitted(SIMILARITY, "forward")
    assert sets.classes_.tolist() == ["anger", "fear", "joy", "love"]
    assert sets.predict_proba(Y).shape == (300, 4)
    assert sets.score(Y, y) == (sets.predict(Y) == y).mean()
    shares = sets.shares_without_centring_
    assert shares.shape == (4,)
    assert shares[3] > shares[0] > shares[2]
    assert numbers.classes_.shape == (0,)
    assert numbers.predict(Y).dtype == np.float64
    assert numbers.shares_without_centring_ is None
    with pytest.raises(SettingError, match="RidgeHead has no predict_proba"):
        numbers.predict_proba(Y)


def test_the_28th_class_is_found_although_it_is_rare():
    _, _, y = rows(CLASSIFICATION, 700, 0)
    model = fitted(CLASSIFICATION, "forward")
    rare = [label for label in model.classes_ if (y == label).sum() < 10]
    assert len(model.classes_) == 28
    assert rare
    _, Y, truth = rows(CLASSIFICATION, 2000, 6)
    of_rare = np.isin(truth, rare)
    assert (model.predict(Y)[of_rare] == truth[of_rare]).mean() > 0.4


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_likeness_of_two_texts_is_carried_over(direction):
    """Siamese pairs, as in semantic textual similarity: the number is a product of two vectors."""

    def pairs(n, seed):
        rng = np.random.default_rng(seed)
        first, other = rng.standard_normal((2, n, 8))
        share = rng.random((n, 1))
        X = np.stack([first, share * first + (1 - share) * other], axis=1)
        return X, X @ TURN[:8, :8] + 1.0, 5 * share[:, 0]

    X, _, y = pairs(800, 0)
    source, target, _ = pairs(400, 1)
    head = default_head(SIMILARITY)
    model = AlignedClassifier(Linear(), head, direction=direction)
    model.fit(X, y, pairs=(source.reshape(-1, 8), target.reshape(-1, 8)))
    _, Y, truth = pairs(400, 2)
    assert model.score(Y, truth) > 0.75
    assert model.choice_.candidates[model.choice_.chosen].score > 0.75


def test_a_regressor_that_one_has_is_served_in_reverse():
    X, _, y = rows(SIMILARITY, 700, 0)
    source, target, _ = rows(SIMILARITY, 400, 1)
    foreign = Ridge().fit(X, y)
    model = AlignedClassifier(Linear(), foreign, direction="reverse")
    model.fit(None, None, pairs=(source, target))
    assert model.task_ == SIMILARITY
    assert main_score(SIMILARITY, model) > 0.9


@pytest.mark.parametrize("kind", [MULTILABEL, SIMILARITY])
def test_class_shares_are_for_classes(kind):
    X, Y, y = rows(kind, 60, 0)
    model = AlignedClassifier(Linear(), default_head(kind), class_shares={"joy": 1.0})
    with pytest.raises(SettingError, match="exclude each other"):
        model.fit(X, y, pairs=(X, Y), unlabeled=Y)


@pytest.mark.parametrize("kind", [MULTILABEL, SIMILARITY])
@pytest.mark.parametrize("name", ["english-only", "linear", "reverse-linear", "native"])
def test_strategies_follow_the_labels(kind, name):
    X, Y, y = rows(kind, 300, 0)
    source, target, _ = rows(kind, 300, 1)
    problem = Problem(X=X, y=y, source=source, target=target, native_X=Y, native_y=y)
    assert problem.kind == kind
    reached = main_score(kind, strategies.get(name)().fit(problem))
    assert (reached > ceiling(kind) - 0.1) == (name != "english-only")


def test_the_kind_of_a_problem_can_be_set():
    X, Y, _ = rows(SIMILARITY, 60, 0)
    stars = np.array(["1", "2", "5"] * 20)
    assert Problem(X=X, y=stars, source=X, target=Y).kind == CLASSIFICATION
    problem = Problem(X=X, y=stars, source=X, target=Y, task="similarity")
    assert isinstance(problem.head(), RidgeHead)


# Texts and files


TEXTS = bundled.sentiment("en", "train").take(range(0, 510, 3))
PAIRS = bundled.parallel("sentiment", "en", "ko", "train").take(range(0, 510, 3))
TEST = bundled.sentiment("ko", "test")
LABELS = {
    CLASSIFICATION: lambda text, label: f"{label}-{len(text) % 3}",
    MULTILABEL: lambda text, label: (
        {"positive": "joy|love", "negative": "anger"}[label] if len(text) % 3 else "|"
    ),
    SIMILARITY: lambda text, label: str({"positive": 4.5, "negative": 0.5}[label]),
}


def labeled(kind, texts):
    labels = [LABELS[kind](*row) for row in zip(texts.texts, texts.labels, strict=True)]
    return LabeledText(texts.texts, labels, texts.lang)


def langalign(kind, **settings):
    settings = {"target_lang": "ko", "select": False, "cache": False} | settings
    return LangAlign(**settings).fit(labeled(kind, TEXTS), parallel=PAIRS)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_inferred_scored_saved_and_loaded(kind, direction, tmp_path):
    model = langalign(kind, direction=direction)
    assert model.task_ == kind
    assert type(model.classifier_.head_) is type(default_head(kind))
    predicted = model.predict(TEST.texts)
    test = labeled(kind, TEST)
    scores = model.evaluate(test)
    expected = evaluate_predictions(list(test.labels), predicted.astype(str), task=kind)
    assert scores == expected
    assert scores.task == kind
    one = "spearman" if kind == SIMILARITY else "accuracy"
    assert model.score(TEST.texts, test.labels) == scores.value(one)
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model")
    assert (loaded.task_, loaded.task) == (kind, None)
    np.testing.assert_array_equal(loaded.predict(TEST.texts), predicted)
    np.testing.assert_array_equal(loaded.classes_, model.classes_)
    assert loaded.evaluate(test) == scores
    loaded.fit(labeled(kind, TEXTS), parallel=PAIRS)
    np.testing.assert_array_equal(loaded.predict(TEST.texts), predicted)
    assert kind in (tmp_path / "model" / "README.md").read_text("utf-8")


def test_what_was_chosen_is_kept_also_under_the_name_it_had(tmp_path):
    langalign(SIMILARITY, select=True).save(tmp_path / "model")
    choice = LangAlign.load(tmp_path / "model").classifier_.choice_
    assert choice.measure == "Spearman's rho"
    from langalign.model.record import _choice

    record = choice.as_dict()
    record.pop("measure")
    for candidate in record["candidates"]:
        candidate["kappa"] = candidate.pop("score")
    old = _choice(json.loads(json.dumps(record)), LangAlign.load(tmp_path / "model").classifier_)
    assert old.candidates == choice.candidates
    assert old.measure == "Cohen's kappa"


def test_a_kind_that_is_set_rules():
    stars = LabeledText(TEXTS.texts, ["1", "5"] * 85, "en")
    model = LangAlign(target_lang="ko", task="similarity", select=False, cache=False)
    assert model.fit(stars, parallel=PAIRS).predict(TEST.texts).dtype == np.float64
    model = LangAlign(target_lang="ko", head="ridge", select=False, cache=False)
    assert model.fit(stars, parallel=PAIRS).task_ == SIMILARITY
    sets = langalign(MULTILABEL, task="classification")
    assert sets.classes_.tolist() == ["anger", "joy|love", "|"]


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (
            MULTILABEL,
            {"head": "logistic"},
            "labels look like 'multilabel', but the head is for 'cl",
        ),
        (SIMILARITY, {"head": MultiLabelHead()}, "look like 'similarity'"),
        (CLASSIFICATION, {"task": "multilabel", "head": LogisticHead()}, "task='multilabel', but"),
        (CLASSIFICATION, {"task": "topic"}, "task='topic': expected one of"),
    ],
)
def test_a_head_that_does_not_fit_is_refused_before_anything_is_encoded(kind, settings, message):
    with pytest.raises(SettingError, match=message):
        langalign(kind, **settings)


def test_labels_that_are_no_numbers_are_named():
    with pytest.raises(DataError, match="row 0 is 'negative-"):
        langalign(CLASSIFICATION, task="similarity")
    model = langalign(SIMILARITY)
    with pytest.raises(DataError, match="not a finite number"):
        model.evaluate(TEST)


def test_a_label_of_a_set_that_never_occurred_is_named():
    model = langalign(MULTILABEL)
    test = LabeledText(["가", "나"], ["joy", "anger|awe"], "ko")
    with pytest.raises(DataError, match=r"label 'awe' \(first in data row 2\) never occurred"):
        model.evaluate(test)


def test_a_saved_regressor_that_one_has_asks_for_it(tmp_path):
    X, _, y = rows(SIMILARITY, 100, 0)
    source, target, _ = rows(SIMILARITY, 100, 1)
    foreign = Ridge().fit(X, y)
    model = LangAlign(head=foreign, direction="reverse", target_lang="ko")
    model.fit(parallel=(source, target)).save(tmp_path / "m")
    loaded = LangAlign.load(tmp_path / "m", head=foreign)
    assert loaded.task_ == SIMILARITY
    np.testing.assert_array_equal(loaded.predict(target), model.predict(target))
    with pytest.raises(PersistenceError, match="classes"):
        LangAlign.load(tmp_path / "m", head=LogisticRegression().fit(X, y > 0))
