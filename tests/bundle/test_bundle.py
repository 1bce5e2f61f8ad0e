"""Several languages in one: who answers what, and what the folder holds."""

from __future__ import annotations

import copy
import json
import re

import numpy as np
import pytest
from served_models import EN, JA, KO, ROWS, fitted

from langalign import Bundle, LangAlign, load
from langalign.bundle.english_side import english_side, has_english_side
from langalign.cli.main import main
from langalign.data import bundled
from langalign.data.language_by_script import language_by_script
from langalign.embedding import embed
from langalign.encoders.function import FunctionEncoder
from langalign.errors import DataError, NotFittedError, PersistenceError, SettingError
from langalign.export import export_model
from langalign.persistence import sealed, write_json
from langalign.saved import as_bundle
from langalign.text_pairs import features

REVIEWS = bundled.sentiment("en", "train").take(ROWS)
MIXED = (KO[0], JA[0], EN[0], JA[1], EN[1], KO[1])


@pytest.fixture(scope="module")
def forward():
    return fitted("ko", "forward", keep_examples=30)


@pytest.fixture(scope="module")
def reverse():
    return fitted("ja", "reverse")


@pytest.fixture(scope="module")
def bundle(forward, reverse):
    return Bundle([forward, reverse])


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("좋은 영화", ("ko", "ja", "zh", "en"), "ko"),
        ("東京に行きました", ("ko", "ja", "zh", "en"), "ja"),
        ("我喜欢这本书", ("ko", "ja", "zh", "en"), "zh"),
        ("我喜欢这本书", ("ko", "ja", "en"), "ja"),
        ("a good film", ("ko", "ja", "zh", "en"), "en"),
        ("앱 iOS", ("en", "ko"), "en"),
        ("이 앱은 iOS", ("en", "ko"), "ko"),
        ("хороший", ("ko", "en"), "ko"),
        ("12:30 :-)", ("ja", "en"), "ja"),
        (("좋은 영화", "나쁜 영화"), ("en", "ko"), "ko"),
        ("sehr gut", ("de",), "de"),
    ],
)
def test_the_script_tells_the_language(text, languages, expected):
    assert language_by_script(text, languages) == expected


def test_languages_written_alike_are_not_guessed():
    with pytest.raises(DataError, match="en and de have the same script"):
        language_by_script("good", ("ko", "en", "de"))
    assert language_by_script("좋은", ("en", "de", "ko")) == "ko"


def test_each_text_gets_the_answer_of_the_model_of_its_language(bundle, forward, reverse):
    assert bundle.languages == ("ko", "ja", "en")
    assert bundle.languages_of(MIXED) == ["ko", "ja", "en", "ja", "en", "ko"]
    together = bundle.predict_proba(MIXED)
    assert together[[0, 5]].tolist() == forward.predict_proba(KO[:2]).tolist()
    assert together[[1, 3]].tolist() == reverse.predict_proba(JA).tolist()
    assert bundle.predict(MIXED)[[0, 5]].tolist() == forward.predict(KO[:2]).tolist()
    for answer, row, label in zip(
        bundle.answers(MIXED), together, bundle.predict(MIXED), strict=True
    ):
        assert answer["label"] == label
        assert list(answer["probabilities"].values()) == row.tolist()


def test_a_language_that_is_given_decides(bundle, reverse):
    assert bundle.predict_proba(KO, lang="ja").tolist() == reverse.predict_proba(KO).tolist()
    with pytest.raises(DataError, match="expected one of ko, ja, en"):
        bundle.predict(KO, lang="fr")


def test_abstaining_is_that_of_the_models(bundle):
    never = bundle.predict(MIXED, abstain_below=1.0)
    assert never.tolist() == [None] * len(MIXED)


def test_english_goes_to_the_english_head_itself(reverse):
    side = english_side(reverse)
    vectors = reverse.source_encoder_.encode(EN)
    assert (
        side.predict_proba(EN).tolist() == reverse.classifier_.head_.predict_proba(vectors).tolist()
    )
    assert side.predict(EN).tolist() == reverse.classifier_.head_.predict(vectors).tolist()


def test_forward_english_goes_the_way_that_the_head_was_trained_on(forward):
    side = english_side(forward)
    classifier, vectors = forward.classifier_, forward.source_encoder_.encode(EN)
    mapped = classifier.map_source(vectors)
    expected = classifier.head_.predict_proba(features(mapped))
    np.testing.assert_allclose(side.predict_proba(EN), expected, atol=1e-6)
    assert forward.direction == "forward"  # nothing of it was changed
    assert forward.target_lang_ == "ko"


def test_thresholds_of_the_target_language_are_not_those_of_english():
    shares = {"negative": 0.99, "positive": 0.01}
    model = fitted("ko", "reverse", class_shares=shares)
    assert model.classifier_.class_factors_ is not None
    head, vectors = model.classifier_.head_, model.source_encoder_.encode(EN)
    assert english_side(model).predict_proba(EN).tolist() == head.predict_proba(vectors).tolist()


def test_the_source_language_is_served_by_a_reverse_model_first(forward, reverse):
    assert Bundle([forward, reverse]).source_from == "ja"
    assert Bundle([forward]).source_from == "ko"
    plain = as_bundle(forward)
    assert plain.languages == ("ko",)
    assert plain.predict_proba(EN).tolist() == forward.predict_proba(EN).tolist()


def test_without_a_source_encoder_there_is_no_english(forward):
    pairs = (np.eye(6, 8), np.eye(6, 8))
    model = LangAlign(target_lang="ko", aligner="linear", select=False)
    model.fit(np.eye(4, 8), ["a", "b", "a", "b"], parallel=pairs)
    assert not has_english_side(model)
    with pytest.raises(SettingError, match="source encoder is not at hand"):
        english_side(model)


def test_models_that_do_not_belong_together_are_refused(forward, reverse):
    with pytest.raises(SettingError, match="at least one"):
        Bundle([])
    with pytest.raises(SettingError, match="two models are of the language 'ko'"):
        Bundle([forward, fitted("ko", "reverse")])
    renamed = LangAlign(target_lang="zh", aligner="linear", select=False, cache=False).fit(
        list(REVIEWS.texts),
        [label.upper() for label in REVIEWS.labels],
        parallel=bundled.parallel("sentiment", "en", "zh", "train").take(ROWS),
    )
    with pytest.raises(SettingError, match="differs in its labels"):
        Bundle([forward, renamed])


def test_a_bundle_is_saved_and_loaded_whole(bundle, tmp_path):
    bundle.save(tmp_path / "bundle")
    again = load(tmp_path / "bundle")
    assert isinstance(again, Bundle)
    assert again.languages == bundle.languages
    assert again.answers(MIXED) == bundle.answers(MIXED)
    encoders = {id(model.target_encoder_) for model in again.models.values()}
    assert len(encoders) == 1  # one in memory, though three models name it
    assert isinstance(load(tmp_path / "bundle" / "ko"), LangAlign)


def test_a_bundle_in_place_of_a_model_names_the_models_in_it(bundle, tmp_path):
    bundle.save(tmp_path / "bundle")
    folders = f"{tmp_path / 'bundle' / 'ja'}, {tmp_path / 'bundle' / 'ko'}"
    with pytest.raises(PersistenceError, match=re.escape(f"give one in it: {folders}")):
        LangAlign.load(tmp_path / "bundle")


def test_a_bundle_names_nothing_outside_of_itself(bundle, tmp_path):
    bundle.save(tmp_path / "bundle")
    path = tmp_path / "bundle" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    del config["checksum"]
    write_json(path, sealed(config | {"languages": ["ko", "../../elsewhere"]}))
    with pytest.raises(PersistenceError, match="outside of itself"):
        load(tmp_path / "bundle")


def run(capsys, monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["langalign", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code or 0, capsys.readouterr()


def test_the_commands_bundle_and_predict(forward, reverse, tmp_path, capsys, monkeypatch):
    forward.save(tmp_path / "ko")
    reverse.save(tmp_path / "ja")
    out = tmp_path / "both"
    status, shown = run(
        capsys, monkeypatch, "bundle", tmp_path / "ko", tmp_path / "ja", "--out", out
    )
    assert status == 0
    assert "Languages: ko, ja, en." in shown.out
    asked = [part for text in MIXED for part in ("--text", text)]
    _, shown = run(capsys, monkeypatch, "predict", out, "--no-cache", *asked)
    lines = [json.loads(line) for line in shown.out.splitlines()]
    assert [line["lang"] for line in lines] == ["ko", "ja", "en", "ja", "en", "ko"]
    assert [line["label"] for line in lines] == Bundle([forward, reverse]).predict(MIXED).tolist()
    _, shown = run(capsys, monkeypatch, "predict", out, "--no-cache", "--lang", "ko", *asked)
    assert {json.loads(line)["lang"] for line in shown.out.splitlines()} == {"ko"}
    status, shown = run(
        capsys, monkeypatch, "predict", tmp_path / "ko", "--lang", "ja", "--text", "a"
    )
    assert status == 2
    assert "expected one of ko" in shown.err


def test_examples_are_kept_only_where_asked_for(forward, reverse, tmp_path):
    forward.save(tmp_path / "ko")
    reverse.save(tmp_path / "ja")
    assert reverse.examples_ is None
    assert not (tmp_path / "ja" / "examples").exists()
    written = "".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in (tmp_path / "ja").rglob("*")
        if path.is_file()
    )
    assert not any(text in written for text in REVIEWS.texts)
    kept = LangAlign.load(tmp_path / "ko").examples_
    assert kept.texts == forward.examples_.texts
    assert set(kept.texts) <= set(REVIEWS.texts)
    assert len(kept) == 30
    assert kept.vectors.tolist() == forward.examples_.vectors.tolist()
    label_of = dict(zip(REVIEWS.texts, REVIEWS.labels, strict=True))
    assert list(kept.labels) == [label_of[text] for text in kept.texts]


def test_a_kept_example_is_nearest_to_itself(forward):
    kept, side = forward.examples_, english_side(forward)
    Z = side.classifier_.map_target(side.target_vectors(list(kept.texts)))
    rows, cosines = kept.nearest(Z, n_neighbors=3)
    assert rows[:, 0].tolist() == list(range(len(kept)))
    np.testing.assert_allclose(cosines[:, 0], 1, atol=1e-5)
    assert (np.diff(cosines, axis=1) <= 0).all()


def test_no_texts_one_string_and_pairs_are_reported(bundle):
    for ask in (bundle.predict, bundle.predict_proba, bundle.answers):
        with pytest.raises(DataError, match="texts: no texts were given"):
            ask([])
    for texts, message in (
        ([], "no texts were given"),
        ("good film", r"got one string; write \['good film'\]"),
        ([("a", "b")], "expected single texts, got pairs"),
    ):
        with pytest.raises(DataError, match=message):
            embed(bundle, texts)


def test_a_model_that_is_not_fitted_is_reported():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        Bundle([LangAlign()])


def test_vectors_of_length_one_are_not_mixed_with_others(forward):
    unit = fitted("ja", normalize=True)
    with pytest.raises(SettingError, match="differs in its normalize: True, the first has False"):
        Bundle([forward, unit])
    found = embed(Bundle([unit]), [*JA, *EN])
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-6)
    plain = embed(Bundle([forward]), KO).fingerprint
    assert (found.fingerprint, plain) == (f"{plain}+unit", forward.target_fingerprint_)


def test_a_region_is_of_the_language_that_is_served(forward, bundle):
    assert bundle.languages_of(KO, "ko-KR") == ["ko"] * len(KO)
    assert bundle.predict(KO, lang="ko_kr").tolist() == forward.predict(KO).tolist()
    assert bundle.languages_of(EN, "en-GB") == ["en"] * len(EN)
    with pytest.raises(DataError, match="lang='fr-FR': expected one of ko, ja, en"):
        bundle.languages_of(KO, "fr-FR")


def test_a_language_of_several_that_are_served_is_not_guessed(forward):
    regions = {}
    for lang in ("zh-Hans", "zh-Hant"):
        regions[lang] = copy.copy(forward)
        regions[lang].target_lang_ = lang
    assert Bundle(list(regions.values())[:1]).languages_of(["我"], "zh") == ["zh-Hans"]
    both = Bundle(list(regions.values()))
    assert both.languages_of(["我"], "zh-Hant") == ["zh-Hant"]
    for unclear in ("zh", "zh-Hant-TW"):
        with pytest.raises(DataError, match="expected one of zh-Hans, zh-Hant, en"):
            both.languages_of(["我"], unclear)


def test_a_bundle_is_exported_model_by_model(bundle, tmp_path):
    with pytest.raises(SettingError, match=r"one by one: bundle\.targets"):
        export_model(bundle, tmp_path / "out", format="sklearn")
    assert not (tmp_path / "out").exists()


def test_examples_need_texts():
    model = LangAlign(target_lang="ko", aligner="linear", select=False, keep_examples=2)
    with pytest.raises(DataError, match="labelled texts are needed"):
        model.fit(np.eye(4, 8), ["a", "b", "a", "b"], parallel=(np.eye(6, 8), np.eye(6, 8)))


def test_vectors_are_of_the_space_that_is_said(forward, reverse):
    both = Bundle([reverse])
    native = embed(both, [*JA, *EN])
    assert native.vectors.tolist() == reverse.target_encoder_.encode([*JA, *EN]).tolist()
    assert native.fingerprint == reverse.target_fingerprint_
    english = embed(both, [*JA, *EN], space="english")
    expected = reverse.classifier_.map_target(native.vectors[:2])
    assert english.vectors[:2].tolist() == expected.tolist()
    assert english.vectors[2:].tolist() == native.vectors[2:].tolist()
    with pytest.raises(SettingError, match="not back"):
        embed(as_bundle(forward), KO, space="english")
    with pytest.raises(SettingError, match="expected one of 'native', 'english'"):
        embed(both, JA, space="klingon")


def test_vectors_of_different_spaces_are_not_mixed(forward):
    def doubled(texts):
        return 2 * forward.target_encoder_.encode(texts)

    encoder = FunctionEncoder(doubled, name="doubled")
    settings = {"aligner": "linear", "select": False, "cache": False}
    other = LangAlign(target_lang="ja", target_encoder=encoder, **settings)
    other.fit(REVIEWS, parallel=bundled.parallel("sentiment", "en", "ja", "train").take(ROWS))
    bundle = Bundle([forward, other])
    with pytest.raises(DataError, match="different spaces"):
        embed(bundle, [KO[0], JA[0]])
    assert embed(bundle, JA).fingerprint == "function:doubled"
