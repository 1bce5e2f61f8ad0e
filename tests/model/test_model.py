"""LangAlign from texts or vectors to labels, both directions, with real encoders and data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as NotFittedErrorOfScikitLearn
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from langalign import LabeledText, LangAlign, Linear, LogisticHead, MLPHead, ParallelText
from langalign.data import bundled
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.mini import MiniEncoder
from langalign.errors import (
    DataError,
    DataWarning,
    EncoderError,
    FitWarning,
    NotFittedError,
    SettingError,
    UnknownNameError,
    VectorError,
)
from langalign.evaluation.metrics import accuracy, macro_f1
from langalign.text_pairs import features

ALL_ENGLISH = bundled.sentiment("en", "train")
ALL_PAIRS = bundled.parallel("sentiment", "en", "ko", "train")
ENGLISH, PAIRS = ALL_ENGLISH.take(range(0, 510, 3)), ALL_PAIRS.take(range(0, 510, 3))
TEST = bundled.sentiment("ko", "test")
UNLABELED = bundled.sentiment("ko", "train").take(range(1, 510, 5)).texts
MINI = MiniEncoder()
TURN = np.linalg.qr(np.random.default_rng(0).standard_normal((400, 400)))[0].astype(np.float32)


def quick(**settings):
    """Return a model that chooses nothing: a fit is a tenth of a second."""
    return LangAlign(**({"target_lang": "ko", "select": False, "cache": False} | settings))


def plain(texts):
    """Encode as ``mini`` does."""
    return MINI.encode(texts)


def turned(texts):
    """Encode in 400 dimensions: those of ``plain``, turned among others that stay empty."""
    return plain(texts) @ TURN[: MINI.dim]


def together(pairs):
    """Read two texts at once."""
    first, second = (MINI.encode(list(side)) for side in zip(*pairs, strict=True))
    return np.hstack([np.abs(first - second), first * second])


@pytest.fixture(scope="module", params=["forward", "reverse"])
def fitted(request):
    model = LangAlign(target_lang="ko", direction=request.param, cache=False)
    return model.fit(ALL_ENGLISH, parallel=ALL_PAIRS, unlabeled=UNLABELED)


@pytest.fixture(scope="module")
def forward():
    return quick().fit(ENGLISH, parallel=PAIRS)


def test_labels_probabilities_and_scores_hang_together(fitted):
    probabilities, labels = fitted.predict_proba(TEST.texts), fitted.predict(TEST.texts)
    assert probabilities.shape == (len(TEST), 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert fitted.classes_.tolist() == ["negative", "positive"]
    second = probabilities[:, 1] >= fitted.classifier_.threshold_
    np.testing.assert_array_equal(labels == "positive", second)
    scores = fitted.evaluate(TEST)
    assert (
        scores.accuracy == fitted.score(TEST.texts, TEST.labels) == (labels == TEST.labels).mean()
    )
    assert scores.macro_f1 == macro_f1(TEST.labels, labels)
    assert scores.n == len(TEST)
    assert scores.accuracy > 0.55  # a majority guess is 0.5 here
    assert fitted.n_seen_ == {"pairs": 510, "labeled": 510, "unlabeled": 102}
    assert fitted.cleaning_.n_in == 510


def test_what_can_be_given_gives_the_same(fitted):
    labels = fitted.predict(TEST.texts)
    for given in (TEST, list(TEST.texts), np.array(TEST.texts), (text for text in TEST.texts)):
        np.testing.assert_array_equal(fitted.predict(given), labels)
    vectors = MINI.encode(TEST.texts)
    np.testing.assert_array_equal(fitted.predict(vectors), labels)
    probabilities = fitted.predict_proba(TEST.texts)
    np.testing.assert_array_equal(fitted.predict_proba(vectors), probabilities)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_vectors_equal_texts_in_a_fit_too(direction):
    by_text = quick(direction=direction, clean=False)
    by_text.fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED)
    by_vector = quick(direction=direction).fit(
        MINI.encode(ENGLISH.texts),
        ENGLISH.labels,
        parallel=(MINI.encode(PAIRS.source), MINI.encode(PAIRS.target)),
        unlabeled=MINI.encode(UNLABELED),
    )
    vectors = MINI.encode(TEST.texts)
    found = by_vector.predict_proba(vectors)
    np.testing.assert_array_equal(found, by_text.predict_proba(vectors))
    with pytest.raises(DataError, match="fitted on ready vectors"):
        by_vector.predict(TEST.texts)


def test_plain_lists_equal_the_data_classes(forward):
    model = quick().fit(
        list(ENGLISH.texts),
        (label for label in ENGLISH.labels),
        parallel=(list(PAIRS.source), (text for text in PAIRS.target)),
    )
    assert model.target_lang_ == "ko"
    np.testing.assert_array_equal(
        model.predict_proba(TEST.texts), forward.predict_proba(TEST.texts)
    )


@pytest.mark.parametrize("foreign", [LogisticRegression(), LinearSVC()])
def test_an_existing_classifier_serves_another_language(foreign):
    foreign.fit(plain(ALL_ENGLISH.texts), ALL_ENGLISH.labels)
    model = quick(head=foreign, direction="reverse", select=True).fit(parallel=ALL_PAIRS)
    assert model.classifier_.head_ is foreign
    assert model.n_seen_["labeled"] == 0
    assert model.score(TEST.texts, TEST.labels) > 0.55
    with pytest.raises(SettingError, match="direction='reverse'"):
        quick(head=foreign).fit(ENGLISH, parallel=PAIRS)
    with pytest.raises(SettingError, match="head="):
        quick(head=clone(foreign), direction="reverse").fit(ENGLISH, parallel=PAIRS)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_network_head(direction):
    head = MLPHead(hidden=(16,), max_iter=30)
    model = quick(head=head, direction=direction).fit(ENGLISH, parallel=PAIRS)
    assert not head.learned()
    assert model.predict_proba(TEST.texts).shape == (len(TEST), 2)
    by_name = quick(head="mlp", random_state=3)
    assert by_name._classifier(None).head.random_state == 3


INFERENCE = bundled.nli("en", "train")
INFERENCE_PAIRS = bundled.parallel("nli", "en", "ko", "train")
INFERENCE_TEST = bundled.nli("ko", "test")


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_siamese_pairs_go_with_parallel_sentences_of_either_kind(direction):
    singles = ParallelText(
        *([part for pair in side for part in pair] for side in _sides(INFERENCE_PAIRS)), "en", "ko"
    )
    for parallel in (INFERENCE_PAIRS, singles):
        model = quick(direction=direction, head=LogisticHead(C=0.01)).fit(
            INFERENCE, parallel=parallel, unlabeled=INFERENCE_TEST.texts
        )
        assert model.classes_.tolist() == ["contradiction", "entailment", "neutral"]
        both = np.stack(
            [MINI.encode(list(side)) for side in zip(*INFERENCE_TEST.texts, strict=True)], axis=1
        )
        expected = model.predict_proba(both)
        np.testing.assert_array_equal(model.predict_proba(INFERENCE_TEST.texts), expected)
        with pytest.raises(DataError, match="trained on pairs of texts; got single texts"):
            model.predict(["하나"])
        with pytest.raises(VectorError, match="fitted for pairs"):
            model.predict(both[:, 0])


def _sides(parallel):
    return parallel.source, parallel.target


def test_pairs_read_together_are_carried_as_one_vector():
    reader = FunctionEncoder(together, name="together", reads_pairs=True)
    model = quick(source_encoder=reader, target_encoder=reader, pair_mode="cross")
    model.fit(INFERENCE, parallel=INFERENCE_PAIRS, unlabeled=INFERENCE_TEST.texts)
    assert not model.classifier_.reads_pairs_
    assert model.classifier_.n_features_in_ == 2 * MINI.dim
    expected = model.predict_proba(together(INFERENCE_TEST.texts))
    np.testing.assert_array_equal(model.predict_proba(INFERENCE_TEST.texts), expected)
    # One text has a vector of the same width, but of another kind.
    with pytest.raises(DataError, match="trained on pairs of texts; got single texts"):
        model.predict(["하나"])
    with pytest.raises(SettingError, match="reads single texts only"):
        quick(pair_mode="cross").fit(INFERENCE, parallel=INFERENCE_PAIRS)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_encoders_of_different_widths_whose_truth_is_known(direction):
    """The target encoder is the source encoder turned: nothing need be lost on the way."""
    test = bundled.sentiment("en", "test")
    texts = [*ALL_ENGLISH.texts, *(text for pair in INFERENCE.texts for text in pair)]
    head = LogisticHead(C=1.0)
    model = LangAlign(
        plain,
        turned,
        aligner=Linear(alpha=1e-6),
        head=head,
        direction=direction,
        select=False,
        clean=False,
    )
    model.fit(ALL_ENGLISH, parallel=(texts, texts))
    assert model.classifier_.n_features_in_ == 400
    direct = head.fresh().fit(plain(ALL_ENGLISH.texts), ALL_ENGLISH.labels)
    expected = direct.predict_proba(plain(test.texts))
    np.testing.assert_allclose(model.predict_proba(test.texts), expected, atol=0.02)
    assert direct.score(plain(test.texts), test.labels) > 0.6
    found = model.score(test.texts, test.labels)
    assert found == pytest.approx(direct.score(plain(test.texts), test.labels), abs=0.02)


def test_the_same_function_on_both_sides_is_resolved_once():
    model = quick(source_encoder=plain, target_encoder=plain).fit(ENGLISH, parallel=PAIRS)
    assert model.source_encoder_ is model.target_encoder_
    assert model.source_fingerprint_.endswith("plain")
    with pytest.raises(SettingError, match="has no name"):
        quick(source_encoder=lambda texts: plain(texts[:])).fit(ENGLISH, parallel=PAIRS)


def test_unlabelled_text_is_used_and_needs_no_labels(forward):
    centred = quick().fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED)
    texts = TEST.texts
    assert not np.array_equal(centred.predict_proba(texts), forward.predict_proba(texts))
    by_vector = quick().fit(ENGLISH, parallel=PAIRS, unlabeled=MINI.encode(UNLABELED))
    np.testing.assert_array_equal(by_vector.predict_proba(texts), centred.predict_proba(texts))


def test_a_language_that_mini_does_not_know_is_reported():
    german = ParallelText(PAIRS.source, [f"Satz {n}" for n in range(len(PAIRS))], "en", "de")
    with pytest.warns(FitWarning, match="trained on texts in en, ko, ja, zh, and .* in 'de'"):
        quick(target_lang="de").fit(ENGLISH, parallel=german)
    vectors = tuple(MINI.encode(side) for side in (german.source, german.target))
    quick(target_lang="de").fit(ENGLISH, parallel=vectors)  # whose encoder nobody named


@pytest.mark.parametrize("part", ["labelled", "unlabelled"])
def test_texts_in_the_script_of_another_language_are_reported(part):
    korean, english = ALL_PAIRS.take(range(len(ENGLISH))).target, ENGLISH.texts
    labeled = LabeledText(korean if part == "labelled" else english, ENGLISH.labels, "en")
    unlabeled = english if part == "unlabelled" else korean
    with pytest.warns(
        DataWarning, match=f"^{part} texts: 170 of 170 looked at are not in a script"
    ):
        quick().fit(labeled, parallel=PAIRS, unlabeled=unlabeled)


def test_some_texts_in_another_script_are_nothing_odd(fitted):
    mixed = [*UNLABELED[:60], *ENGLISH.texts[:50]]
    quick().fit(ENGLISH, parallel=PAIRS, unlabeled=mixed)
    fitted.evaluate(LabeledText(["좋아요", "OK"], ["positive"] * 2, "ko"))


def test_scores_on_texts_in_another_script_are_reported(fitted):
    for lang in ("ko", "und"):
        with pytest.warns(DataWarning, match="170 looked at are not in a script of 'ko', such as"):
            fitted.evaluate(LabeledText(ENGLISH.texts, ENGLISH.labels, lang))
    fitted.evaluate(ENGLISH)  # who names the language has chosen it


def test_empty_unlabelled_texts_count_as_none():
    blanks = [text for each in UNLABELED for text in (each, "", " ")]
    model = quick().fit(ENGLISH, parallel=PAIRS, unlabeled=blanks)
    plain = quick().fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED)
    assert model.n_seen_["unlabeled"] == len(UNLABELED)
    np.testing.assert_array_equal(model.predict_proba(TEST.texts), plain.predict_proba(TEST.texts))


@pytest.mark.parametrize("together", [True, False])
def test_empty_labelled_texts_are_dropped_and_counted(together):
    texts = ["", *ENGLISH.texts, " \u200b", "\n"]
    labels = ["negative", *ENGLISH.labels, "negative", "negative"]
    given = (LabeledText(texts, labels, "en"),) if together else (texts, labels)
    plain = quick().fit(ENGLISH, parallel=PAIRS)
    with pytest.warns(DataWarning, match=r"3 of 173 are empty and are dropped.* data row 1;"):
        model = quick().fit(*given, parallel=PAIRS)
    assert model.n_seen_["labeled"] == len(ENGLISH)
    np.testing.assert_array_equal(model.predict_proba(TEST.texts), plain.predict_proba(TEST.texts))
    assert quick(clean=False).fit(*given, parallel=PAIRS).n_seen_["labeled"] == len(texts)


def test_a_pair_with_an_empty_text_is_dropped_from_the_labelled_ones():
    pairs = [(text, text) for text in ENGLISH.texts]
    with pytest.warns(DataWarning, match="1 of 171 are empty .* data row 171"):
        model = quick().fit([*pairs, ("It rains.", "")], [*ENGLISH.labels, "x"], parallel=PAIRS)
    assert model.classes_.tolist() == ["negative", "positive"]


def test_unlabelled_text_without_labelled_text_is_said_not_to_be_used():
    head = LogisticHead().fit(MINI.encode(ENGLISH.texts), ENGLISH.labels)
    model = quick(head=head, direction="reverse")
    with pytest.warns(FitWarning, match="not used"):
        model.fit(parallel=PAIRS, unlabeled=UNLABELED)


@pytest.mark.parametrize(
    "settings",
    [
        {"aligner": Linear(alpha=5.0)},
        {"head": MLPHead(hidden=(8,), max_iter=20), "select": False},
        {"direction": "reverse"},
    ],
)
def test_same_seed_same_result(settings):
    model = LangAlign(target_lang="ko", cache=False, random_state=1).set_params(**settings)
    found = [
        each.fit(ALL_ENGLISH, parallel=ALL_PAIRS).predict_proba(TEST.texts)
        for each in (model, clone(model), model)
    ]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_parameters_are_stored_as_given():
    aligner, head = Linear(alpha=2.0), MLPHead(hidden=(4,))
    model = LangAlign(plain, "mini", aligner=aligner, head=head, target_lang="ko", cache=False)
    params = model.get_params(deep=False)
    assert params["source_encoder"] is plain
    assert params["aligner"] is aligner
    assert model.get_params()["aligner__alpha"] == 2.0
    copy = clone(model)
    assert copy.get_params()["head__hidden"] == (4,)
    assert copy.aligner is not aligner
    assert copy.set_params(aligner__alpha=3.0, spread=None).aligner.alpha == 3.0
    assert aligner.alpha == 2.0
    assert repr(LangAlign(target_lang="ja", spread=None)) == (
        "LangAlign(spread=None, target_lang='ja')"
    )


def test_fitting_changes_no_parameter_and_nothing_that_was_given():
    model = quick(aligner=Linear(), head=LogisticHead())
    before = repr(model)
    X = MINI.encode(ENGLISH.texts)
    sides = MINI.encode(PAIRS.source), MINI.encode(PAIRS.target)
    for array in (X, *sides):
        array.setflags(write=False)
    model.fit(X, ENGLISH.labels, parallel=sides, unlabeled=sides[1])
    assert repr(model) == before
    assert not model.aligner.learned()
    assert not model.head.learned()


def test_before_a_fit_nothing_is_predicted_or_saved(tmp_path):
    model = LangAlign()
    calls = (
        lambda: model.predict(["a"]),
        lambda: model.predict_proba(["a"]),
        lambda: model.score(["a"], ["b"]),
        lambda: model.evaluate(TEST),
        lambda: model.save(tmp_path / "model"),
    )
    for call in calls:
        with pytest.raises(NotFittedError, match="call fit"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_a_fit_that_failed_is_no_fit():
    model = quick().fit(ENGLISH, parallel=PAIRS)
    with pytest.raises(DataError, match="all 1 labels are"):
        model.fit(ENGLISH.take([0]), parallel=PAIRS)
    with pytest.raises(NotFittedError):
        model.predict(["좋아요"])
    with pytest.raises(EncoderError):
        model.set_params(target_encoder="minni").fit(ENGLISH, parallel=PAIRS)
    with pytest.raises(NotFittedError):
        model.predict(["좋아요"])


def test_a_mistyped_name_is_reported_before_anything_is_encoded():
    def never(texts):
        raise AssertionError("encoded")

    encoder = FunctionEncoder(never, name="never")
    for settings, near in (({"aligner": "linaer"}, "linear"), ({"head": "logistik"}, "logistic")):
        model = quick(source_encoder=encoder, target_encoder=encoder, **settings)
        with pytest.raises(UnknownNameError, match=f"Did you mean '{near}'"):
            model.fit(ENGLISH, parallel=PAIRS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"aligner": 3}, "aligner=3: expected one of .*linear"),
        ({"head": LogisticHead}, "head=.*expected one of .*logistic"),
        ({"direction": "back"}, "direction='back'"),
        ({"pair_mode": "both"}, "pair_mode='both'"),
        ({"spread": "rows"}, "'scale', 'dimension'"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(SettingError, match=message):
        quick(**settings).fit(ENGLISH, parallel=PAIRS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labeled": None}, "no labelled texts were given"),
        ({"y": ENGLISH.labels}, "labels are given twice"),
        ({"labeled": ENGLISH.texts}, "no labels were given"),
        ({"labeled": ENGLISH.texts, "y": ["a", "b"]}, "170 labelled texts and 2 labels"),
        ({"labeled": TEST}, "the labelled texts are 'ko', the source language is 'en'"),
        ({"labeled": ENGLISH.take([0, 0])}, "all 2 labels are"),
        ({"labeled": []}, "no texts were given"),
        ({"labeled": "good", "y": ["a"]}, r"write \['good'\]"),
        ({"labeled": [1, 2], "y": ["a", "b"]}, "row 0"),
        ({"parallel": None}, "expected a ParallelText.*got NoneType"),
        ({"parallel": "en-ko.tsv"}, "expected a ParallelText.*got str"),
        ({"parallel": [("a", "가"), ("b", "나"), ("c", "다")]}, "expected a ParallelText.*zip"),
        ({"parallel": {"en": ["a"], "ko": ["가"]}}, "expected a ParallelText.*got dict"),
        ({"parallel": (PAIRS.source, PAIRS.target[1:])}, "170 texts and target has 169"),
        ({"parallel": bundled.parallel("sentiment", "en", "ja")}, "target language is 'ja'"),
        ({"parallel": bundled.parallel("sentiment", "ja", "ko")}, "source language is 'ja'"),
        ({"parallel": INFERENCE_PAIRS}, "parallel rows are pairs"),
        ({"unlabeled": INFERENCE_TEST.texts}, "both be single texts or both be pairs"),
        ({"unlabeled": []}, "unlabelled texts: no texts were given"),
        ({"unlabeled": ["", " ", "\n"]}, "unlabelled texts: all 3 are empty"),
        ({"labeled": [" "] * 3, "y": ["a", "b", "a"]}, "labelled texts: all 3 are empty"),
        ({"unlabeled": np.ones((3, 5))}, "unlabelled vectors: X has 5 features"),
    ],
)
def test_wrong_data_is_named(arguments, message):
    given = {"labeled": ENGLISH, "parallel": PAIRS} | arguments
    with pytest.raises(DataError, match=message):
        quick().fit(given.pop("labeled"), **given)


def test_texts_whose_language_nobody_named_are_taken():
    unnamed = LabeledText(ENGLISH.texts, ENGLISH.labels, "und")
    model = LangAlign(select=False, cache=False).fit(unnamed, parallel=PAIRS)
    assert model.target_lang_ == "ko"
    plain = LangAlign(select=False, cache=False)
    assert plain.fit(unnamed, parallel=_sides(PAIRS)).target_lang_ == "und"


def test_two_pairs_are_few_but_not_an_error():
    with pytest.warns(FitWarning, match="2 pairs are too few to choose settings"):
        model = quick(select=True).fit(ENGLISH, parallel=PAIRS.take([0, 1]))
    assert model.predict(["좋아요"]).shape == (1,)
    with pytest.raises(DataError, match="needs at least 2"):
        quick().fit(ENGLISH, parallel=PAIRS.take([0]))


def test_wrong_questions_are_named(forward):
    for ask, message in (
        ("좋아요", "write"),
        ([], "no texts were given"),
        ([("하나", "둘")], "trained on single texts; got pairs of texts"),
        (["하나", 2], "row 1"),
        (np.ones((2, 3)), "X has 3 features"),
        (np.ones(MINI.dim), "expected an array of shape"),
        (np.full((1, MINI.dim), np.nan), "NaN"),
    ):
        with pytest.raises(DataError, match=message):
            forward.predict(ask)


def test_wrong_truths_are_named(forward):
    with pytest.raises(DataError, match="1 and 2 rows"):
        forward.score(["하나", "둘"], ["positive"])
    with pytest.raises(DataError, match=r"text .* and numbers"):
        forward.score(["하나", "둘"], [1, 0])
    with pytest.raises(DataError, match=r"'entailment' \(first in data row 1\)"):
        forward.evaluate(INFERENCE_TEST)
    with pytest.raises(DataError, match=r"LabeledText\(texts, labels, lang\)"):
        forward.evaluate(list(TEST.texts))


@pytest.mark.parametrize("labels", [np.int64, bool])
def test_labels_that_are_no_strings_come_back_as_they_were(labels):
    y = (np.array(ENGLISH.labels) == "positive").astype(labels)
    model = quick().fit(ENGLISH.texts, y, parallel=PAIRS)
    found = model.predict(TEST.texts)
    assert found.dtype == y.dtype
    truth = (np.array(TEST.labels) == "positive").astype(labels)
    assert model.score(TEST.texts, truth) == accuracy(truth, found)


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (np.nan, "row 3 has none"),
        (None, "row 3 has none"),
        (1, "mix types"),
        (" ", "row 3 is ' ' .of 1 such rows"),
    ],
)
def test_a_missing_label_does_not_become_a_class(odd, message):
    labels = [*ENGLISH.labels[:3], odd, *ENGLISH.labels[4:]]
    with pytest.raises(DataError, match=message):
        quick().fit(ENGLISH.texts, labels, parallel=PAIRS)


@pytest.mark.parametrize("n", [-3, 1.5])
def test_no_fewer_than_no_examples_are_kept(n):
    with pytest.raises(SettingError, match=f"keep_examples={n}: expected how many texts"):
        quick(keep_examples=n).fit(ENGLISH, parallel=PAIRS)


def test_a_fit_that_fails_leaves_no_fitted_model():
    model = quick().fit(ENGLISH, parallel=PAIRS)
    check_is_fitted(model)
    for failing in (model, quick()):
        with pytest.raises(SettingError, match="how='nonsense'"):
            failing.set_params(spread="nonsense").fit(ENGLISH, parallel=PAIRS)
        with pytest.raises(NotFittedErrorOfScikitLearn):
            check_is_fitted(failing)


def test_a_head_whose_fit_failed_is_no_head_brought_along():
    head = LogisticHead(class_weight="nonsense")
    with pytest.raises(SettingError, match="class_weight='nonsense'"):
        quick(head=head).fit(ENGLISH, parallel=PAIRS)
    with pytest.raises(SettingError, match="class_weight='nonsense'"):
        head.fit(MINI.encode(ENGLISH.texts), ENGLISH.labels)
    quick(head=head.set_params(class_weight="balanced")).fit(ENGLISH, parallel=PAIRS)


def test_forward_adds_nothing_at_inference(forward):
    vectors = MINI.encode(TEST.texts)
    alone = forward.classifier_.head_.predict_proba(features(vectors))
    np.testing.assert_array_equal(forward.predict_proba(TEST.texts), alone)


class Counting:
    """``mini`` as a class of one's own, counting the texts it is asked for."""

    reads_pairs = False
    dim = MINI.dim
    fingerprint = "counting-mini-1"

    def __init__(self):
        self.n_texts = 0

    def encode(self, texts):
        self.n_texts += len(texts)
        return MINI.encode(texts)


def test_a_warm_refit_encodes_nothing(tmp_path):
    encoder = Counting()
    model = quick(source_encoder=encoder, target_encoder=encoder, cache=tmp_path, aligner="linear")
    first = model.fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED).predict_proba(TEST.texts)
    assert encoder.n_texts == len({*ENGLISH.texts, *PAIRS.target, *UNLABELED, *TEST.texts})
    later = Counting()
    again = quick(source_encoder=later, target_encoder=later, cache=tmp_path, aligner="procrustes")
    again.fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED).predict(TEST.texts)
    again.set_params(aligner="linear").fit(ENGLISH, parallel=PAIRS, unlabeled=UNLABELED)
    np.testing.assert_array_equal(again.predict_proba(TEST.texts), first)
    assert later.n_texts == 0


def test_a_function_is_asked_every_time(tmp_path):
    asked = []

    def function(texts):
        asked.append(len(texts))
        return plain(texts)

    encoder = FunctionEncoder(function, name="mine")
    model = quick(source_encoder=encoder, target_encoder=encoder, cache=tmp_path)
    for _ in range(2):
        model.fit(ENGLISH, parallel=PAIRS)
    assert sum(asked) == 2 * (len(ENGLISH) + 2 * len(PAIRS))
    assert list(tmp_path.iterdir()) == []


def test_progress_names_what_is_encoded(tmp_path):
    steps = []
    quick(cache=tmp_path).fit(
        ENGLISH, parallel=PAIRS, unlabeled=UNLABELED, progress=lambda *step: steps.append(step)
    )
    # The labelled texts are the pairs' source side: they are there already.
    assert [what for what, _, _ in steps] == [
        "Encoding parallel text (source)",
        "Encoding parallel text (target)",
        "Encoding unlabelled texts",
    ]
    assert all(done == total for _, done, total in steps)
