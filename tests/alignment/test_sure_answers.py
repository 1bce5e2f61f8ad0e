"""Class weights, calibration and abstaining in a whole classifier."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.svm import LinearSVC

from langalign import (
    AlignedClassifier,
    LangAlign,
    Linear,
    LogisticHead,
    MLPHead,
    MultiLabelHead,
    RidgeHead,
)
from langalign.agreement import (
    goodness,
    held_out_outputs,
    reference_head,
    reference_temperature,
)
from langalign.alignment.answer_rows import abstain, answer_rows
from langalign.data import bundled
from langalign.errors import SettingError
from langalign.heads.weighting import weighted_head
from langalign.persistence import CONFIG, sealed, write_json
from langalign.tasks import indicator, joined_rows

WIDTH = 10
RNG = np.random.default_rng(0)
TURN = np.linalg.qr(RNG.normal(size=(WIDTH, WIDTH)))[0]
X = RNG.normal(size=(900, WIDTH)).astype(np.float32)
NOISE = 0.7 * RNG.normal(size=900)
TWO = np.where(X[:, 0] + NOISE > 0, "good", "bad")
THREE = np.array(["a", "b", "c"])[np.digitize(X[:, 0] + NOISE, [-0.6, 0.6])]
SETS = joined_rows(X[:, :2] + NOISE[:, None] > 0.3, ["joy", "fear"])
PAIRS = X[450:], (X[450:] @ TURN + 0.5 * RNG.normal(size=(450, WIDTH))).astype(np.float32)
TARGET = (X @ TURN).astype(np.float32)
KINDS = {
    "two": (LogisticHead, TWO),
    "three": (LogisticHead, THREE),
    "sets": (MultiLabelHead, SETS),
}


def fitted(kind, **settings):
    head, y = KINDS[kind]
    return AlignedClassifier(Linear(), head(), **settings).fit(X[:450], y[:450], pairs=PAIRS)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("kind", KINDS)
def test_calibrating_changes_probabilities_and_no_label(kind, direction):
    plain = fitted(kind, direction=direction)
    calibrated = fitted(kind, direction=direction, calibrate=True)
    assert plain.temperature_ == 1.0
    assert calibrated.temperature_ != 1.0
    assert (calibrated.predict(TARGET) == plain.predict(TARGET)).all()
    before, after = plain.predict_proba(TARGET), calibrated.predict_proba(TARGET)
    assert not np.allclose(before, after)
    assert (np.argsort(before, axis=1) == np.argsort(after, axis=1)).all()


@pytest.mark.parametrize("kind", ["two", "sets"])
def test_a_map_that_is_exact_gets_back_the_temperature_of_the_reference(kind):
    head, y = KINDS[kind]
    exact = X[450:], X[450:]
    settings = {"direction": "reverse", "spread": None, "calibrate": True}
    model = AlignedClassifier(Linear(alpha=1e-9), head(C=1e-3), **settings)
    model.fit(X[:450], y[:450], pairs=exact)
    reference = reference_head(head(C=1e-3), X[:450], y[:450])
    expected = reference_temperature(reference, held_out_outputs(reference, X[:450], y[:450]))
    assert model.temperature_ == pytest.approx(expected, rel=1e-3)
    assert expected < 0.9  # so strong a penalty makes a head less sure than it is right


def test_a_reference_of_numbers_has_no_temperature():
    head = RidgeHead().fit(X, X[:, 0])
    assert held_out_outputs(head, X, X[:, 0]) is None
    assert reference_temperature(head, None) == 1.0


def test_confidence_is_the_probability_of_the_label():
    model = fitted("two", calibrate=True)
    labels, confidence = model.predict_with_confidence(TARGET)
    assert (labels == model.predict(TARGET)).all()
    columns = np.searchsorted(model.classes_, labels)
    expected = model.predict_proba(TARGET)[np.arange(len(TARGET)), columns]
    np.testing.assert_array_equal(confidence, expected)


def test_confidence_of_a_set_is_that_of_all_of_it():
    model = fitted("sets")
    labels, confidence = model.predict_with_confidence(TARGET)
    assert (labels == model.predict(TARGET)).all()
    probabilities = model.predict_proba(TARGET)
    said = indicator(labels.tolist(), model.classes_.tolist())
    expected = np.where(said, probabilities, 1 - probabilities).prod(axis=1)
    np.testing.assert_allclose(confidence, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_where_it_would_not_be_sure(kind):
    model = fitted(kind)
    labels, confidence = model.predict_with_confidence(TARGET)
    limit = float(np.median(confidence))
    answers = model.predict(TARGET, abstain_below=limit)
    withheld = np.array([answer is None for answer in answers])
    assert 0 < withheld.sum() < len(TARGET)
    assert (withheld == (confidence < limit)).all()
    assert (answers[~withheld] == labels[~withheld]).all()


@pytest.mark.parametrize("limit", ["0.8", 1.5, -0.1, float("nan")])
def test_a_limit_that_is_no_probability_is_refused(limit):
    with pytest.raises(SettingError, match=r"abstain_below=.*between 0 and 1, such as 0\.8"):
        fitted("two").predict(TARGET, abstain_below=limit)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_one_by_one_are_withheld_where_those_at_once_are(kind):
    model = fitted(kind)
    limit = float(np.median(model.predict_with_confidence(TARGET)[1]))
    at_once = [answer is None for answer in model.predict(TARGET, abstain_below=limit)]
    answers = [abstain(answer, limit) for answer in answer_rows(model, TARGET)]
    assert [answer["abstained"] for answer in answers] == at_once


def test_a_number_is_never_withheld():
    with pytest.raises(SettingError, match="is a number"):
        abstain({"label": 4.2}, 0.5)


def test_heads_without_probabilities_are_refused():
    numbers = AlignedClassifier(Linear(), RidgeHead()).fit(X[:450], X[:450, 0], pairs=PAIRS)
    machine = LinearSVC().fit(X, TWO)
    certain = AlignedClassifier(Linear(), machine, direction="reverse").fit(None, None, pairs=PAIRS)
    for model in (numbers, certain):
        with pytest.raises(SettingError, match="predict_proba"):
            model.predict(TARGET, abstain_below=0.5)
        with pytest.raises(SettingError, match="calibrate=True"):
            AlignedClassifier(Linear(), model.head, direction=model.direction, calibrate=True).fit(
                X[:450], X[:450, 0], pairs=PAIRS
            )


def test_a_temperature_needs_held_out_pairs():
    with pytest.raises(SettingError, match="select=True"):
        fitted("two", calibrate=True, select=False)


def test_a_classifier_that_was_brought_along_is_calibrated_to_itself():
    head = LogisticRegression(C=1e-3).fit(X, TWO)
    model = AlignedClassifier(Linear(), head, direction="reverse", calibrate=True)
    model.fit(None, None, pairs=PAIRS)
    assert model.temperature_ == pytest.approx(1.0, abs=0.5)
    assert model.temperature_ != 1.0


@pytest.mark.parametrize("head", [LogisticHead, MultiLabelHead])
def test_balanced_weights_are_those_of_scikit_learn(head):
    y = TWO if head is LogisticHead else np.where(TWO == "good", "good", "|")
    rows = np.concatenate([np.flatnonzero(TWO == "good")[:60], np.flatnonzero(TWO == "bad")])
    ours = weighted_head(head(C=0.1), "balanced").fit(X[rows], y[rows])
    theirs = LogisticRegression(C=0.1, class_weight="balanced", tol=1e-8, max_iter=5000)
    theirs.fit(X[rows], TWO[rows])
    found = ours.predict_proba(X)[:, -1]
    np.testing.assert_allclose(found, theirs.predict_proba(X)[:, 1], atol=2e-3)
    assert found.mean() > head(C=0.1).fit(X[rows], y[rows]).predict_proba(X)[:, -1].mean() + 0.1


def test_weights_are_carried_by_every_candidate_and_by_the_fitted_head():
    model = LangAlign(class_weight="balanced").fit(X[:450], TWO[:450], parallel=PAIRS)
    assert model.classifier_.head_.class_weight == "balanced"
    assert model.classifier_.head.class_weight == "balanced"
    assert model.classifier_.choice_.head.class_weight == "balanced"
    given = LogisticHead()
    LangAlign(head=given, class_weight="balanced", select=False).fit(X, TWO, parallel=PAIRS)
    assert given.class_weight is None


@pytest.mark.parametrize(
    ("head", "class_weight", "message"),
    [
        (MLPHead(), "balanced", "MLPHead cannot weigh classes"),
        ("ridge", "balanced", "RidgeHead cannot weigh classes"),
        (LogisticHead(), "even", "expected 'balanced' or None"),
        (LogisticHead().fit(X, TWO), "balanced", "fitted already"),
        (Ridge().fit(X, X[:, 0]), "balanced", "fitted already"),
    ],
)
def test_weights_that_cannot_be(head, class_weight, message):
    y = X[:, 0] if head == "ridge" else TWO
    model = LangAlign(head=head, class_weight=class_weight, direction="reverse")
    with pytest.raises(SettingError, match=message):
        model.fit(X, y, parallel=PAIRS)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"god": 2.0}, "no class 'god'; the labels have 'bad', 'good'"),
        ({"good": -2.0}, "weight of 'good' must be a number from 0 on"),
        ({"good": float("nan")}, "weight of 'good' must be a number"),
        ({"good": "2"}, "weight of 'good' must be a number"),
        ({"good": 0.0}, "at least two classes must weigh more than 0"),
    ],
)
def test_weights_a_class_that_cannot_be(class_weight, message):
    head = LogisticHead(class_weight=class_weight)
    with pytest.raises(SettingError, match=message):
        head.fit(X, TWO)
    with pytest.raises(SettingError, match=message):
        LangAlign(head=head).fit(X, TWO, parallel=PAIRS)


def test_sets_of_labels_have_no_weight_a_class():
    with pytest.raises(SettingError, match="expected 'balanced' or None"):
        LangAlign(head=MultiLabelHead(class_weight={"joy": 2.0})).fit(X, SETS, parallel=PAIRS)


def test_a_class_that_is_weighed_may_be_missing_from_a_fold():
    rows, labels = X[:450].copy(), TWO[:450].astype("<U4")
    rows[:9], labels[:9] = rows[0], "rare"  # equal rows are in one fold
    head = LogisticHead(class_weight={"rare": 20.0})
    model = LangAlign(head=head).fit(rows, labels, parallel=PAIRS)
    assert model.classifier_.head_.class_weight == {"rare": 20.0}
    assert model.classes_.tolist() == ["bad", "good", "rare"]


def test_balanced_heads_are_compared_by_what_counts_classes_alike():
    truth = np.array(["a"] * 8 + ["b"] * 2)
    constant, other = np.array(["a"] * 10), np.array(["a"] * 4 + ["b"] * 6)
    assert goodness(truth, constant, "classification") > goodness(truth, other, "classification")
    for predicted in (constant, other):
        found = goodness(truth, predicted, "classification", balanced=True)
        assert found == pytest.approx(balanced_accuracy_score(truth, predicted))
        sets = goodness(truth, predicted, "multilabel", balanced=True)
        assert sets == pytest.approx(f1_score(truth, predicted, average="macro"))


@pytest.fixture(scope="module")
def weighed():
    model = LangAlign(
        target_lang="ko",
        cache=False,
        class_weight="balanced",
        class_shares={"negative": 0.8, "positive": 0.2},
        calibrate=True,
    )
    return model.fit(
        bundled.sentiment("en", "train"),
        parallel=bundled.parallel("sentiment", "en", "ko", "train"),
    )


QUESTIONS = bundled.sentiment("ko", "test").texts[:60]


def test_what_moves_probabilities_is_saved(weighed, tmp_path):
    weighed.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model")
    assert weighed.classifier_.temperature_ != 1.0
    np.testing.assert_array_equal(loaded.classifier_.class_factors_, [1.6, 0.4])
    np.testing.assert_array_equal(loaded.predict_proba(QUESTIONS), weighed.predict_proba(QUESTIONS))
    limit = float(np.median(weighed.predict_with_confidence(QUESTIONS)[1]))
    answers = weighed.predict(QUESTIONS, abstain_below=limit)
    assert 20 < sum(answer is None for answer in answers) < 40
    assert loaded.predict(QUESTIONS, abstain_below=limit).tolist() == answers.tolist()
    assert (loaded.class_weight, loaded.calibrate) == ("balanced", True)
    assert loaded.classifier_.class_shares == loaded.class_shares == weighed.class_shares
    assert loaded.classifier_.choice_.temperature == weighed.classifier_.temperature_
    card = (tmp_path / "model" / "README.md").read_text("utf-8")
    assert f"| temperature | {weighed.classifier_.temperature_:.3f} |" in card
    assert "`negative` x 1.6, `positive` x 0.4" in card


def test_a_folder_from_before_temperatures_gives_what_it_gave(tmp_path):
    model = LangAlign(target_lang="ko", cache=False).fit(
        bundled.sentiment("en", "train"),
        parallel=bundled.parallel("sentiment", "en", "ko", "train"),
    )
    model.save(tmp_path / "model")
    config = json.loads((tmp_path / "model" / CONFIG).read_text("utf-8"))
    for record, names in (
        (config, ("temperature", "class_factors", "checksum")),
        (config["settings"], ("class_weight", "calibrate")),
    ):
        for name in names:
            record.pop(name)
    write_json(tmp_path / "model" / CONFIG, sealed(config))
    old = LangAlign.load(tmp_path / "model")
    assert (old.classifier_.temperature_, old.classifier_.class_factors_) == (1.0, None)
    np.testing.assert_array_equal(old.predict_proba(QUESTIONS), model.predict_proba(QUESTIONS))
