"""Step 3: language model and head through the frozen aligner, as the model itself computes it."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from langalign import LabeledText, LangAlign
from langalign.aligners import aligners
from langalign.errors import DataError, FitWarning, NotFittedError, SettingError
from langalign.inputs.text_vectors import TextVectors
from langalign.persistence import checksums
from langalign.text_pairs import features
from langalign.tuning import TuningSettings, tune_task
from langalign.tuning.dense import dense, frozen_map, head_network, require_layers, tuned_head
from langalign.tuning.held_out import split_labeled

SLOW = TuningSettings(epochs=1, learning_rate=1e-30, device="cpu")
QUICK_ALIGNER = {"epochs": 2, "width": 8, "bottleneck": 4, "n_layers": 2}


def fitted(bert, data, *, labeled=None, **options):
    settings = {"target_lang": "fr", "clean": False, "cache": False, "select": False}
    encoders = {"source_encoder": str(bert), "target_encoder": str(bert)}
    model = LangAlign(**(encoders | settings | options))
    pairs = labeled is not None and labeled.is_pairs
    unlabeled = None if pairs else data.unlabeled
    parallel = data.parallel
    if pairs and options.get("pair_mode") == "cross":
        pick = range(100)
        two = zip(parallel.take(pick).source, parallel.source[100:], strict=True)
        three = zip(parallel.take(pick).target, parallel.target[100:], strict=True)
        parallel = type(parallel)(list(two), list(three), "en", "fr")
    return model.fit(labeled or data.labeled, parallel=parallel, unlabeled=unlabeled)


def losses(folder):
    return json.loads((folder / "langalign.json").read_text())["held_out_loss"]


@pytest.mark.filterwarnings("ignore::langalign.errors.FitWarning")
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(
    "name", ["identity", "mean-shift", "procrustes", "linear", "fc", "ae", "residual"]
)
def test_the_frozen_map_is_what_the_classifier_computes(bert, data, name, normalize):
    aligner = aligners.get(name)()
    known = aligner.get_params()
    aligner.set_params(**{key: value for key, value in QUICK_ALIGNER.items() if key in known})
    model = fitted(bert, data, aligner=aligner, normalize=normalize)
    vectors = model.source_encoder_.encode(data.test.texts)
    network = frozen_map(model.classifier_, normalize=normalize)
    found = network(torch.from_numpy(vectors)).numpy()
    if normalize:
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(found, model.classifier_.map_source(vectors), atol=1e-4)
    assert not any(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("shift", [False, True])
def test_a_network_of_many_layers_and_its_fallback(shift):
    from langalign.aligners.fully_connected import FullyConnected
    from langalign.alignment.aligned_classifier import AlignedClassifier
    from langalign.heads.logistic import LogisticHead

    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5)) * 3 + 1
    Y = np.tanh(X @ rng.normal(size=(5, 5))) + 2
    classifier = AlignedClassifier(FullyConnected(width=8, epochs=3), LogisticHead(), select=False)
    classifier.fit(X, np.where(X[:, 0] > 1, "a", "b"), pairs=(X, Y), unlabeled=Y[:50] + 1)
    classifier.aligner_.is_shift_ = shift
    network = frozen_map(classifier, normalize=False)
    found = network(torch.from_numpy(X.astype(np.float32))).numpy()
    np.testing.assert_allclose(found, classifier.map_source(X), atol=1e-4)


@pytest.mark.parametrize("name", ["logistic", "mlp"])
def test_a_head_goes_to_a_network_and_back(bert, data, name):
    head = fitted(bert, data, head=name).classifier_.head_
    network = head_network(head)
    Z = np.random.default_rng(0).normal(size=(20, 16)).astype(np.float32)
    with torch.no_grad():
        scores = network(torch.from_numpy(Z)).softmax(dim=1).numpy()
        np.testing.assert_allclose(scores, head.predict_proba(Z), atol=1e-5)
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.rand(parameter.shape))
        changed = network(torch.from_numpy(Z)).softmax(dim=1).numpy()
    back = tuned_head(head, network)
    np.testing.assert_allclose(back.predict_proba(Z), changed, atol=1e-5)
    np.testing.assert_allclose(head.predict_proba(Z), scores, atol=1e-5)


def test_dense_draws_no_random_numbers():
    before = torch.get_rng_state()
    dense([(np.ones((2, 3), np.float32), np.zeros(3, np.float32))])
    assert torch.equal(torch.get_rng_state(), before)


def test_tuning_improves_on_the_start(bert, data, quick, tmp_path):
    model = fitted(bert, data)
    before = checksums(bert)
    start = model.predict_proba(data.test.texts)
    tuned = tune_task(model, data.labeled, out=tmp_path / "e", settings=quick)
    history = losses(tmp_path / "e")
    assert min(history) < history[0] / 2
    assert checksums(bert) == before
    np.testing.assert_array_equal(model.predict_proba(data.test.texts), start)

    def english(each):
        vectors = each.source_encoder_.encode(data.test.texts)
        mapped = each.classifier_.map_source(vectors)
        return each.classifier_.head_.score(features(mapped), data.test.labels)

    assert english(model) < 0.95
    assert english(tuned) > 0.98


@pytest.mark.parametrize("pair_mode", ["siamese", "cross"])
@pytest.mark.parametrize("head", ["logistic", "mlp"])
def test_the_loss_before_tuning_is_that_of_the_model(bert, data, tmp_path, pair_mode, head):
    """What torch minimises is the cross-entropy of what the model computes in NumPy."""
    labeled = data.pairs
    model = fitted(bert, data, labeled=labeled, pair_mode=pair_mode, head=head, normalize=True)
    tuned = tune_task(model, labeled, out=tmp_path / "e", settings=SLOW)
    record = json.loads((tmp_path / "e" / "langalign.json").read_text())
    codes = np.searchsorted(model.classes_, labeled.labels)
    _, held_out = split_labeled(labeled.texts, codes, 0.1, 0)
    side = TextVectors(model.source_encoder_, pair_mode=pair_mode, cache=False, normalize=True)
    vectors = side(labeled.texts, name="pairs")
    classifier = model.classifier_
    proba = classifier.head_.predict_proba(features(classifier.map_source(vectors)))
    expected = -np.log(proba[held_out, codes[held_out]]).mean()
    assert record["held_out_loss"][0] == pytest.approx(expected, abs=1e-4)
    np.testing.assert_allclose(
        tuned.predict_proba(labeled.texts), model.predict_proba(labeled.texts), atol=1e-5
    )


def test_target_texts_are_served_with_nothing_in_between(bert, data, quick, tmp_path):
    settings = dataclasses.replace(quick, epochs=1)
    tuned = tune_task(fitted(bert, data), data.labeled, out=tmp_path / "e", settings=settings)
    texts = data.target_test.texts
    vectors = tuned.target_encoder_.encode(texts)
    head = tuned.classifier_.head_
    np.testing.assert_allclose(tuned.predict_proba(texts), head.predict_proba(vectors))


def test_kept_texts_have_vectors_of_the_tuned_encoder(bert, data, quick, tmp_path):
    model = fitted(bert, data, keep_examples=5, normalize=True)
    before = model.examples_.vectors.copy()
    tuned = tune_task(model, data.labeled, out=tmp_path / "e", settings=quick)
    side = TextVectors(tuned.source_encoder_, pair_mode="siamese", cache=False, normalize=True)
    expected = tuned.classifier_.map_source(side(tuned.examples_.texts, name="kept"))
    np.testing.assert_allclose(tuned.examples_.vectors, expected, atol=1e-6)
    assert np.abs(expected - before).max() > 1e-2
    np.testing.assert_array_equal(model.examples_.vectors, before)


@pytest.mark.filterwarnings("ignore:agreement across the pairs is at chance")
@pytest.mark.parametrize("calibrate", [False, True])
@pytest.mark.parametrize("centred", [False, True])
def test_class_shares_weigh_what_they_did_unless_that_was_calibrated(
    bert, data, tmp_path, calibrate, centred
):
    shares = {"good": 0.9, "bad": 0.1}
    encoders = {"source_encoder": str(bert), "target_encoder": str(bert)}
    model = LangAlign(
        **encoders, target_lang="fr", aligner="linear", clean=False, cache=False,
        class_shares=shares, calibrate=calibrate,
    )  # fmt: skip
    unlabeled = data.unlabeled if centred else None
    model.fit(data.labeled, parallel=data.parallel, unlabeled=unlabeled)
    tuned = tune_task(model, data.labeled, out=tmp_path / "e", settings=SLOW)
    if centred:  # the factors were of calibrated probabilities, or there were none
        assert (model.classifier_.class_factors_ is not None) == calibrate
        assert tuned.classifier_.class_factors_ is None
    else:
        known = model.classifier_.class_factors_
        np.testing.assert_array_equal(tuned.classifier_.class_factors_, known)


SERVE = """
import json
from langalign import LangAlign
model = LangAlign.load(sys.argv[1])
print(json.dumps(model.predict_proba(["bon f1 f2", "mal f3"]).tolist()))
"""


def test_a_saved_model_predicts_the_same_in_a_new_process(bert, data, quick, tmp_path, run_python):
    settings = dataclasses.replace(quick, epochs=1)
    tuned = tune_task(fitted(bert, data), data.labeled, out=tmp_path / "e", settings=settings)
    tuned.save(tmp_path / "model")
    found = json.loads(run_python(SERVE, tmp_path / "model"))
    expected = tuned.predict_proba(["bon f1 f2", "mal f3"])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_going_on_with_another_aligner_is_refused(bert, data, quick, tmp_path):
    class Stop(Exception):
        pass

    def progress(stage, done, total, detail=""):
        assert stage == "Tuning language model and head"
        assert detail.startswith("loss ")
        if done == 5:
            raise Stop

    settings = dataclasses.replace(quick, checkpoint_every=2)
    out = tmp_path / "e"
    with pytest.raises(Stop):
        tune_task(fitted(bert, data), data.labeled, out=out, settings=settings, progress=progress)
    with pytest.raises(SettingError, match="aligner and head was"):
        tune_task(fitted(bert, data, aligner="mean-shift"), data.labeled, out=out, settings=quick)


def test_what_cannot_be_tuned_is_reported(bert, data, tmp_path):
    out = tmp_path / "e"
    with pytest.raises(NotFittedError, match="fit it, then tune it"):
        tune_task(LangAlign(str(bert), str(bert)), data.labeled, out=out)
    with pytest.raises(SettingError, match="forward direction only"):
        tune_task(fitted(bert, data, direction="reverse"), data.labeled, out=out)
    with pytest.warns(FitWarning, match="in 'fr'"):
        two = fitted(bert, data, target_encoder="mini")
    with pytest.raises(SettingError, match="source and target encoder differ"):
        tune_task(two, data.labeled, out=out)
    model = fitted(bert, data)
    with pytest.raises(DataError, match="label 'odd' was none of the fit's"):
        tune_task(model, LabeledText(["a", "b"], ["odd", "good"], "en"), out=out)
    with pytest.raises(DataError, match="fitted on single texts, these are pairs"):
        tune_task(model, data.pairs, out=out)
    with pytest.raises(DataError, match="expected a LabeledText"):
        tune_task(model, ["a"], out=out)
    with pytest.raises(SettingError, match="only transformers"):
        mini = LangAlign(target_lang="fr", clean=False, cache=False, select=False)
        with pytest.warns(FitWarning, match="in 'fr'"):
            mini.fit(data.labeled, parallel=data.parallel)
        tune_task(mini, data.labeled, out=out)


def test_a_component_that_no_gradient_passes_is_reported():
    with pytest.raises(SettingError, match="dict: the language model cannot be tuned through it"):
        require_layers(dict)
