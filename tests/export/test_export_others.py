"""The aligned encoder for sentence-transformers, aligner and head for scikit-learn."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest

from langalign.aligners.residual import Residual
from langalign.export import export_model
from langalign.export.sklearn import to_sklearn
from langalign.heads.mlp import MLPHead

TEXTS = ["정말 재미있게 봤어요.", "다시는 안 사요.", "좋은 映画", "w w"]


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("aligner", ["linear", Residual(width=8, epochs=2)], ids=str)
def test_stock_modules_give_aligned_vectors(fit_tiny, tmp_path, direction, aligner):
    library = pytest.importorskip("sentence_transformers")
    model = fit_tiny(aligner=aligner, direction=direction)
    classifier = model.classifier_
    export_model(model, tmp_path / "out", format="sentence-transformers")
    loaded = library.SentenceTransformer(
        str(tmp_path / "out"), device="cpu", local_files_only=True, trust_remote_code=False
    )
    texts = ["a man eats", "the dog", ""]
    vectors = model.target_encoder_.encode(texts)
    mapping = classifier.map_target if direction == "reverse" else classifier.map_source
    found = loaded.encode(texts, show_progress_bar=False)
    np.testing.assert_allclose(found, mapping(vectors), atol=1e-4)
    kinds = [each["type"] for each in json.loads((tmp_path / "out" / "modules.json").read_text())]
    assert all(kind.startswith("sentence_transformers.") for kind in kinds)
    dense = [json.loads(path.read_text()) for path in (tmp_path / "out").glob("*Dense/config.json")]
    assert dense[-1]["activation_function"].endswith("Identity")
    readme = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert ("text-embeddings-inference" in readme) == (len(dense) == 1)
    export_model(model, tmp_path / "out", format="sentence-transformers")  # replaces its own


def test_a_layer_behind_normalising_that_is_switched_off_is_kept(fit_tiny, tiny_bert, tmp_path):
    library = pytest.importorskip("sentence_transformers")
    from sentence_transformers.base import modules

    from langalign.encoders.transformer import TransformerEncoder

    network = library.SentenceTransformer(str(tiny_bert), device="cpu")
    network.append(modules.Normalize())
    network.append(modules.Dense(16, 16))
    network.save(str(tmp_path / "model"), create_model_card=False)
    model = fit_tiny(TransformerEncoder(tmp_path / "model", normalize=False), aligner="linear")
    export_model(model, tmp_path / "out", format="sentence-transformers")
    loaded = library.SentenceTransformer(str(tmp_path / "out"), device="cpu")
    texts = ["a man eats", "the dog"]
    expected = model.classifier_.map_source(model.source_encoder_.encode(texts))
    np.testing.assert_allclose(loaded.encode(texts, show_progress_bar=False), expected, atol=1e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {"aligner": "linear"},
        {"aligner": "linear", "direction": "reverse", "normalize": True},
        {"aligner": "procrustes", "direction": "reverse", "head": MLPHead(hidden=(8, 4))},
        {"aligner": "linear", "head": MLPHead(hidden=(8,))},
    ],
    ids=str,
)
def test_pipeline_of_stock_estimators(fit_mini, tmp_path, settings):
    from sklearn.pipeline import Pipeline

    model = fit_mini(**settings)
    model.classifier_.temperature_ = 1.4
    for threshold in (0.5, 0.37):
        model.classifier_.threshold_ = threshold
        vectors = model.target_encoder_.encode(TEXTS)
        pipeline = to_sklearn(model)
        assert isinstance(pipeline, Pipeline)
        assert ("aligner" in pipeline.named_steps) == (model.direction == "reverse")
        export_model(model, tmp_path / "out", format="sklearn")
        spec = importlib.util.spec_from_file_location("pipeline", tmp_path / "out" / "pipeline.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for each in (pipeline, module.load(tmp_path / "out")):
            np.testing.assert_allclose(
                each.predict_proba(vectors), model.predict_proba(TEXTS), atol=1e-5
            )
            assert each.predict(vectors).tolist() == model.predict(TEXTS).tolist()
            assert each.score(vectors, model.predict(TEXTS)) == 1


def test_three_classes_and_numbers():
    from langalign import LabeledText, LangAlign, ParallelText

    texts = ["a man eats", "the dog runs", "a woman sleeps", "the man", "a dog", "eats"] * 4
    for labels, head in (
        (list("abcabc") * 4, "logistic"),
        (list("abcabc") * 4, MLPHead(hidden=(4,))),
        ([str(n % 5) for n in range(24)], None),
    ):
        model = LangAlign(
            target_lang="ko", aligner="mean-shift", head=head, select=False, cache=False,
            clean=False,
        ).fit(
            LabeledText(texts, labels, "en"),
            parallel=ParallelText(texts[:6], texts[5::-1], "en", "ko"),
        )  # fmt: skip
        vectors = model.target_encoder_.encode(texts[:6])
        found, expected = to_sklearn(model).predict(vectors), model.predict(vectors)
        if model.task_ == "similarity":
            np.testing.assert_allclose(found, expected, atol=1e-5)
        else:
            assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("head", ["logistic", MLPHead(hidden=(4,))], ids=str)
@pytest.mark.parametrize("labels", [[0, 1], [3, 7, 40], [False, True]], ids=str)
def test_labels_keep_their_kind(tmp_path, labels, head):
    from langalign import LangAlign, ParallelText

    texts = ["a man eats", "the dog runs", "a woman sleeps", "the man", "a dog", "eats"]
    y = labels * (12 // len(labels))
    model = LangAlign(
        target_lang="ko", aligner="mean-shift", head=head, select=False, cache=False, clean=False
    ).fit(texts * 2, y, parallel=ParallelText(texts, texts[::-1], "en", "ko"))
    model.classifier_.threshold_ = 0.4  # two classes, and more of no threshold
    vectors = model.target_encoder_.encode(texts)
    expected = model.predict(vectors)
    export_model(model, tmp_path / "out", format="sklearn")
    spec = importlib.util.spec_from_file_location("pipeline", tmp_path / "out" / "pipeline.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for pipeline in (to_sklearn(model), module.load(tmp_path / "out")):
        found = pipeline.predict(vectors)
        assert found.dtype == expected.dtype
        assert found.tolist() == expected.tolist()
        assert pipeline.score(vectors, expected) == 1
