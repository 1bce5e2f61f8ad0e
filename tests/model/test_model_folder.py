"""A saved model gives what it gave; what is damaged is refused, and nothing is ever unpickled."""

from __future__ import annotations

import dataclasses
import json
import pickle
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from langalign import LangAlign, LogisticHead, MLPHead
from langalign.data import bundled
from langalign.encoders.function import FunctionEncoder
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.precomputed import PrecomputedEncoder, save_vectors
from langalign.encoders.static import StaticEncoder
from langalign.errors import (
    EncoderError,
    FitWarning,
    PersistenceError,
    SettingError,
    SpaceMismatchError,
)
from langalign.persistence import CONFIG, checksums, sealed, write_json

ENGLISH = bundled.sentiment("en", "train").take(range(0, 510, 3))
PAIRS = bundled.parallel("sentiment", "en", "ko", "train").take(range(0, 510, 3))
TEXTS = bundled.sentiment("ko", "test").texts[:40]
INFERENCE = bundled.nli("en", "train")
INFERENCE_PAIRS = bundled.parallel("nli", "en", "ko", "train")
QUESTIONS = bundled.nli("ko", "test").texts[:20]
MINI = MiniEncoder()
REFUSALS = (PersistenceError, SpaceMismatchError)


FILES = (
    "README.md",
    "aligner/config.json",
    "aligner/weights.safetensors",
    "config.json",
    "head/config.json",
    "head/weights.safetensors",
    "metrics.json",
    "spread/config.json",
    "spread/weights.safetensors",
    "vectors.safetensors",
)


def mine(texts):
    """A function of the user's own."""
    return MINI.encode(texts)[:, :30]


def other(texts):
    """Another function, of the same width."""
    return MINI.encode(texts)[:, 30:60]


def together(pairs):
    """A function that reads pairs and nothing else."""
    first, second = (mine(list(side)) for side in zip(*pairs, strict=True))
    return np.hstack([first, first * second])


def quick(**changes):
    given = {"target_lang": "ko", "aligner": "linear", "select": False, "cache": False}
    return LangAlign(**(given | changes))


def by_text(**changes):
    return quick(**changes).fit(ENGLISH, parallel=PAIRS), TEXTS


def by_chosen_settings():
    model = LangAlign(target_lang="ko", cache=False, head=LogisticHead(C=3.0))
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    model.fit(bundled.sentiment("en", "train"), parallel=pairs, unlabeled=PAIRS.target)
    return model, TEXTS


def by_pairs(**changes):
    return quick(**changes).fit(INFERENCE, parallel=INFERENCE_PAIRS), QUESTIONS


def by_vectors():
    sides = MINI.encode(PAIRS.source), MINI.encode(PAIRS.target)
    model = quick().fit(MINI.encode(ENGLISH.texts), ENGLISH.labels, parallel=sides)
    return model, MINI.encode(TEXTS)


def by_vectors_of_pairs():
    sides = MINI.encode(PAIRS.source), MINI.encode(PAIRS.target)
    X, Y = (
        np.stack([MINI.encode(list(part)) for part in zip(*texts, strict=True)], axis=1)
        for texts in (INFERENCE.texts, QUESTIONS)
    )
    return quick().fit(X, INFERENCE.labels, parallel=sides), Y


def by_number():
    y = (np.array(ENGLISH.labels) == "positive").astype(int)
    model = quick(class_shares={np.int64(0): 0.4, np.int64(1): 0.6})
    return model.fit(ENGLISH.texts, y, parallel=PAIRS, unlabeled=PAIRS.target), TEXTS


MAKERS = {
    "forward": by_text,
    "chosen": by_chosen_settings,
    "reverse": lambda: by_text(direction="reverse"),
    "procrustes": lambda: by_text(aligner="procrustes", spread="dimension"),
    "covariance": lambda: by_text(spread="covariance"),
    "normalised": lambda: by_text(normalize=True),
    "mlp": lambda: by_text(head=MLPHead(hidden=[6, 5], max_iter=10)),
    "pairs": by_pairs,
    "reverse pairs": lambda: by_pairs(direction="reverse"),
    "vectors": by_vectors,
    "vectors of pairs": by_vectors_of_pairs,
    "numbers as labels": by_number,
}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_loaded_gives_bit_for_bit_what_was_saved(name, tmp_path):
    model, questions = MAKERS[name]()
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(questions), model.predict(questions))
    probabilities = model.predict_proba(questions)
    np.testing.assert_array_equal(loaded.predict_proba(questions), probabilities)
    for attribute in ("classes_", "target_lang_", "takes_pairs_", "n_seen_", "target_fingerprint_"):
        np.testing.assert_array_equal(getattr(loaded, attribute), getattr(model, attribute))
    assert loaded.classes_.dtype == model.classes_.dtype
    assert loaded.classifier_.choice_ == _comparable(model.classifier_.choice_, loaded)
    # And once more: saving what was loaded loses nothing.
    loaded.save(tmp_path / "again")
    assert checksums(tmp_path / "again") == checksums(tmp_path / "model")
    assert loaded.class_shares == model.class_shares


def _comparable(choice, loaded):
    """Give a choice the estimators of another, which are equal and not the same."""
    if choice is None:
        return None
    classifier = loaded.classifier_
    assert repr(choice.aligner) == repr(classifier.aligner)
    assert repr(choice.head) == repr(classifier.head)
    return dataclasses.replace(choice, aligner=classifier.aligner, head=classifier.head)


@pytest.fixture(scope="module")
def model():
    return by_text()[0]


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory):
    """A forward model's folder; not to be written to."""
    folder = tmp_path_factory.mktemp("saved") / "model"
    model.save(folder)
    return folder


@pytest.fixture
def copy(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "copy")


def test_a_loaded_model_can_be_fitted_again_as_it_was(saved, model):
    loaded = LangAlign.load(saved)
    assert loaded.get_params()["cache"] is False
    again = loaded.fit(ENGLISH, parallel=PAIRS)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), model.predict_proba(TEXTS))


def test_the_folder_holds_what_its_description_says(saved):
    files = sorted(path.relative_to(saved).as_posix() for path in saved.rglob("*.*"))
    assert tuple(files) == FILES
    config = json.loads((saved / CONFIG).read_text())
    assert set(config["files"]) == set(files) - {CONFIG}


def test_nothing_in_the_folder_is_a_pickle_or_holds_a_text_of_the_fit(copy, tmp_path):
    for path in copy.rglob("*.*"):
        content = path.read_bytes()
        with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError)):
            pickle.loads(content)
        assert not any(text.encode() in content for text in (*ENGLISH.texts, *PAIRS.target))
    # Rows that cleaning drops are texts too.
    secret = "A secret that is the same on both sides."
    pairs = type(PAIRS)((*PAIRS.source, secret), (*PAIRS.target, secret), "en", "ko")
    model = quick().fit(ENGLISH, parallel=pairs)
    assert model.cleaning_.dropped == {"identical": 1}
    model.save(tmp_path / "secret")
    for path in (tmp_path / "secret").rglob("*.*"):
        assert b"secret" not in path.read_bytes()
    assert LangAlign.load(tmp_path / "secret").cleaning_.summary() == model.cleaning_.summary()


def test_the_model_card_says_what_the_model_was_made_of(tmp_path):
    model, _ = by_chosen_settings()
    model.save(tmp_path / "model")
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    for words in (
        "510 labelled `en` texts",
        "510 parallel texts and 170 unlabelled `ko` texts",
        'language: ["en", "ko"]',
        "`negative`, `positive`",
        "| target encoder | `mini` (registered) |",
        f"agreement (Cohen's kappa) | {_chosen(model).kappa:.3f}",
        'LangAlign.from_pretrained("this/model")\nmodel.predict(["..."])',
        "license: unknown",
        f"| target fingerprint | `{model.target_fingerprint_}` |",
        "was not measured",
    ):
        assert words in card
    by_vectors()[0].save(tmp_path / "vectors")
    card = (tmp_path / "vectors" / "README.md").read_text(encoding="utf-8")
    assert f"| target encoder | none: ready vectors of width {MINI.dim} |" in card
    assert "model.predict(vectors)" in card


def _chosen(model):
    choice = model.classifier_.choice_
    return choice.candidates[choice.chosen]


def test_a_folder_that_was_moved_loads(copy, tmp_path):
    moved = tmp_path / "other place" / "모델"
    moved.parent.mkdir()
    copy.rename(moved)
    assert LangAlign.load(str(moved)).predict(TEXTS).shape == (40,)


@pytest.mark.parametrize("foreign", [LogisticRegression(), LinearSVC()])
def test_a_classifier_that_was_brought_along_is_asked_for(foreign, tmp_path):
    foreign.fit(MINI.encode(ENGLISH.texts), ENGLISH.labels)
    model = quick(head=foreign, direction="reverse").fit(parallel=PAIRS)
    model.save(tmp_path / "model")
    assert not (tmp_path / "model" / "head").exists()
    with pytest.raises(PersistenceError, match=rf"{type(foreign).__name__}.*head=\.\.\."):
        LangAlign.load(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model", head=foreign)
    np.testing.assert_array_equal(loaded.predict(TEXTS), model.predict(TEXTS))
    assert "head=classifier" in (tmp_path / "model" / "README.md").read_text()
    numbers = type(foreign)().fit(MINI.encode(ENGLISH.texts), np.arange(len(ENGLISH)) % 2)
    with pytest.raises(PersistenceError, match=r"has classes \['0', '1'\]"):
        LangAlign.load(tmp_path / "model", head=numbers)
    narrow = type(foreign)().fit(mine(ENGLISH.texts), ENGLISH.labels)
    with pytest.raises(PersistenceError, match="do not fit together"):
        LangAlign.load(tmp_path / "model", head=narrow)
    swapped = type(foreign)().fit(-MINI.encode(ENGLISH.texts), ENGLISH.labels)
    with pytest.raises(PersistenceError, match="self-test failed"):
        LangAlign.load(tmp_path / "model", head=swapped)


def test_a_head_that_is_saved_is_not_to_be_given(saved):
    with pytest.raises(SettingError, match="saved with it"):
        LangAlign.load(saved, head=LogisticRegression())


def test_a_function_is_asked_for_when_a_text_comes(tmp_path):
    model = quick(target_encoder=mine).fit(ENGLISH, parallel=PAIRS)
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(mine(TEXTS)), model.predict(TEXTS))
    with pytest.raises(PersistenceError, match=r"mine', which is not saved.*target_encoder=\.\.\."):
        loaded.predict(TEXTS)
    loaded = LangAlign.load(tmp_path / "model", target_encoder=mine)
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    with pytest.raises(SpaceMismatchError, match=r"other, .* fitted with \S*mine"):
        LangAlign.load(tmp_path / "model", target_encoder=other)
    with pytest.raises(SpaceMismatchError, match="fitted with"):
        LangAlign.load(tmp_path / "model", target_encoder="mini")
    assert "target_encoder=encoder" in (tmp_path / "model" / "README.md").read_text()


def test_saving_what_was_loaded_without_its_function_keeps_the_name(tmp_path):
    quick(source_encoder=mine, target_encoder=mine).fit(ENGLISH, parallel=PAIRS).save(
        tmp_path / "a"
    )
    LangAlign.load(tmp_path / "a").save(tmp_path / "b")
    loaded = LangAlign.load(tmp_path / "b", target_encoder=mine)
    assert loaded.predict(TEXTS).shape == (40,)
    assert repr(loaded.source_encoder_).endswith("mine')")
    with pytest.raises(PersistenceError, match=r"source_encoder=\.\.\."):
        LangAlign.load(tmp_path / "b").fit(ENGLISH, parallel=PAIRS)


def test_a_function_that_reads_pairs_is_not_asked_for_single_texts(tmp_path):
    reader = FunctionEncoder(together, name="reader", reads_pairs=True)
    model, questions = by_pairs(source_encoder=reader, target_encoder=reader, pair_mode="cross")
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model", target_encoder=reader)
    np.testing.assert_array_equal(loaded.predict_proba(questions), model.predict_proba(questions))
    with pytest.raises(ValueError, match="trained on pairs of texts"):
        loaded.predict(TEXTS)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_model_is_served_without_its_source_encoder(tmp_path, direction):
    there = tmp_path / "source-encoder"
    there.symlink_to(MINI.path, target_is_directory=True)
    model = quick(source_encoder=StaticEncoder(there), direction=direction)
    model.fit(ENGLISH, parallel=PAIRS).save(tmp_path / "model")
    there.unlink()
    loaded = LangAlign.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert str(there) in repr(loaded.source_encoder_)


def test_a_target_encoder_that_is_gone_is_named_and_can_be_given(tmp_path):
    there = tmp_path / "target-encoder"
    there.symlink_to(MINI.path, target_is_directory=True)
    model = quick(target_encoder=StaticEncoder(there)).fit(ENGLISH, parallel=PAIRS)
    model.save(tmp_path / "model")
    there.unlink()
    with pytest.raises(EncoderError, match=r"target-encoder.*not found"):
        LangAlign.load(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model", target_encoder=MINI.path)
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))


def test_vectors_made_beforehand_are_a_target_encoder(tmp_path):
    texts = [*PAIRS.target, *TEXTS]
    save_vectors(tmp_path / "ko.npy", texts, MINI.encode(texts), MINI.fingerprint)
    model = quick(target_encoder=PrecomputedEncoder(tmp_path / "ko.npy"))
    model.fit(ENGLISH, parallel=PAIRS).save(tmp_path / "model")
    expected = model.predict_proba(TEXTS)
    for encoder in (None, "mini"):
        loaded = LangAlign.load(tmp_path / "model", target_encoder=encoder)
        np.testing.assert_array_equal(loaded.predict_proba(TEXTS), expected)


def test_an_older_model_is_replaced_whole_or_not_at_all(copy):
    before = checksums(copy)

    class Unregistered(LogisticHead):
        """Cannot be saved, which shows when half of the folder is written."""

    model = quick(head=Unregistered()).fit(ENGLISH, parallel=PAIRS)
    with pytest.raises(PersistenceError, match="Unregistered is not registered"):
        model.save(copy)
    assert checksums(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
    newer, questions = by_text(direction="reverse")
    newer.save(copy)
    loaded = LangAlign.load(copy)
    np.testing.assert_array_equal(loaded.predict_proba(questions), newer.predict_proba(questions))
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_folder_of_other_things_is_not_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(PersistenceError, match="other things in it"):
        by_text()[0].save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_or_gone_is_refused(copy, name):
    content = (copy / name).read_bytes()
    for keep in (0, 1, len(content) // 2, len(content) - 2):
        (copy / name).write_bytes(content[:keep])
        with pytest.raises(REFUSALS):
            LangAlign.load(copy)
    (copy / name).unlink()
    with pytest.raises(PersistenceError, match=name.split("/")[-1]):
        LangAlign.load(copy)
    (copy / name).mkdir()
    with pytest.raises(REFUSALS):
        LangAlign.load(copy)


def test_folders_that_are_no_models_are_refused(tmp_path, saved):
    with pytest.raises(PersistenceError, match="no such folder"):
        LangAlign.load(tmp_path / "nowhere")
    with pytest.raises(PersistenceError, match=r"no config\.json"):
        LangAlign.load(tmp_path)
    with pytest.raises(PersistenceError, match="expected a saved model, found a saved 'head'"):
        LangAlign.load(saved / "head")


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.sampled_from(FILES), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(copy, name, place, bit):
    good = (copy / name).read_bytes()
    bad = bytearray(good)
    bad[int(place * len(good))] ^= 1 << bit
    (copy / name).write_bytes(bad)
    try:
        if name == CONFIG and _same_json(good, bad):
            assert LangAlign.load(copy).predict(TEXTS).shape == (40,)
            return
        with pytest.raises(REFUSALS):
            LangAlign.load(copy)
    finally:
        (copy / name).write_bytes(good)


def _same_json(good, bad):
    """White space between tokens is no content."""
    try:
        return json.loads(good) == json.loads(bad)
    except ValueError:
        return False


def edit(folder, change):
    """Change the configuration as somebody would who seals it anew."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    config.pop("checksum")
    change(config)
    write_json(folder / CONFIG, sealed(config))


def test_a_configuration_that_was_edited_is_refused(copy):
    text = (copy / CONFIG).read_text(encoding="utf-8")
    (copy / CONFIG).write_text(text.replace('"threshold": 0.5', '"threshold": 0.9'))
    with pytest.raises(PersistenceError, match=r"config\.json: its content differs"):
        LangAlign.load(copy)


KEYS = (
    "settings",
    "target_lang",
    "threshold",
    "takes_pairs",
    "reads_pairs",
    "encoders",
    "fingerprints",
    "foreign_head",
    "files",
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["gone", None, 7, "x", {}, {"source": 1, "target": 2}])
def test_an_edit_that_makes_no_sense_is_refused_or_harmless(copy, model, key, value):
    edit(copy, lambda c: c.pop(key) if value == "gone" else c.update({key: value}))
    try:
        loaded = LangAlign.load(copy)
    except REFUSALS:
        return
    # Some edits say something else without touching a probability.
    found = loaded.predict_proba(MINI.encode(TEXTS))
    np.testing.assert_array_equal(found, model.predict_proba(TEXTS))


def test_a_newer_format_is_distinguished_from_damage(copy):
    edit(copy, lambda config: config.update(format_version=99))
    with pytest.raises(PersistenceError, match=r"format version 99.*pip install -U langalign"):
        LangAlign.load(copy)


def test_vectors_of_another_space_are_refused(copy):
    edit(copy, lambda config: config["fingerprints"].update(target="0" * 64))
    with pytest.raises(SpaceMismatchError, match=r"MiniEncoder\(\) has fingerprint"):
        LangAlign.load(copy)


def test_a_reference_to_an_encoder_of_the_future_is_named(copy):
    edit(copy, lambda config: config["encoders"].update(target={"type": "quantum"}))
    with pytest.raises(EncoderError, match="'quantum'; upgrade"):
        LangAlign.load(copy)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "head/../../secret", "a\0b"])
def test_no_file_outside_of_the_folder_is_read(copy, name):
    (copy.parent / "secret").write_text("secret")
    edit(copy, lambda config: config["files"].update({name: "0" * 64}))
    with pytest.raises(PersistenceError):
        LangAlign.load(copy)


@pytest.mark.parametrize("name", ["__class__", "__dict__", "_private_", "predict"])
def test_a_component_cannot_set_what_is_not_learned(copy, name):
    path = copy / "head" / CONFIG
    component = json.loads(path.read_text(encoding="utf-8"))
    component["state"][name] = {"x": 1}
    write_json(path, component)
    edit(copy, lambda config: config["files"].update(checksums(copy)))
    edit(copy, lambda config: config["files"].pop(CONFIG))
    with pytest.raises(PersistenceError, match="not a learned attribute"):
        LangAlign.load(copy)


def test_weights_that_fit_the_checksums_and_nothing_else_are_refused(copy):
    shutil.copy(copy / "spread" / "weights.safetensors", copy / "head" / "weights.safetensors")
    edit(copy, lambda config: config["files"].update(checksums(copy)))
    edit(copy, lambda config: config["files"].pop(CONFIG))
    with pytest.raises(PersistenceError):
        LangAlign.load(copy)


def test_loading_warns_about_nothing_and_predicts_as_chosen(tmp_path):
    head = LogisticHead().fit(MINI.encode(ENGLISH.texts), ENGLISH.labels)
    model = quick(head=head, direction="reverse")
    with pytest.warns(FitWarning, match="not used"):
        model.fit(parallel=PAIRS, unlabeled=TEXTS)
    model.classifier_.threshold_ = 0.7
    model.save(tmp_path / "model")
    loaded = LangAlign.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(TEXTS), model.predict(TEXTS))
