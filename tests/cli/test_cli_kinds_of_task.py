"""Sets of labels and numbers on the command line, from files to scores."""

from __future__ import annotations

import numpy as np
import pytest

from langalign import LangAlign
from langalign.data import bundled

LABELS = {
    "multilabel": {"positive": "joy|love", "negative": "anger", "none": "|"},
    "similarity": {"positive": "4.25", "negative": "0.5", "none": "2"},
}


def label(kind, text, review):
    return LABELS[kind]["none" if len(text) % 5 == 0 else review]


@pytest.fixture(scope="module", params=LABELS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def folder(kind, make, files, tmp_path_factory):
    folder = tmp_path_factory.mktemp(kind)
    for name, texts in {
        "train": bundled.sentiment("en", "train"),
        "test": bundled.sentiment("ko", "test"),
    }.items():
        rows = zip(texts.texts[:120], texts.labels[:120], strict=True)
        make.tsv(
            folder / f"{name}.tsv", ("text", "label"), [(t, label(kind, t, r)) for t, r in rows]
        )
    return folder


@pytest.fixture(scope="module")
def fitted(run, make, files, folder):
    args = make.fit_args(files, labeled=folder / "train.tsv")
    result = run(*args, "--json", "--out", folder / "model")
    assert result.code == 0, result.err
    return result.json


def test_the_kind_is_inferred_and_reported(kind, run, make, files, folder, fitted):
    assert fitted["task"] == kind
    assert fitted["classes"] == (["anger", "joy", "love"] if kind == "multilabel" else [])
    shown = run(*make.fit_args(files, labeled=folder / "train.tsv"), "--out", folder / "again")
    assert shown.code == 0, shown.err
    expected = {
        "multilabel": ["mean Cohen's kappa", "any of anger, joy, love"],
        "similarity": ["Spearman's rho", "Predicts:  a number"],
    }[kind]
    assert all(words in shown.out for words in expected)
    assert "Threshold" not in shown.out


def test_predictions_are_labels_or_numbers(kind, run, files, folder, fitted):
    predicted = run("predict", folder / "model", files / "texts.txt").rows
    model = LangAlign.load(folder / "model")
    texts = [row["text"] for row in predicted]
    assert [row["label"] for row in predicted] == model.predict(texts).tolist()
    if kind == "similarity":
        assert list(predicted[0]) == ["text", "label"]
        return
    assert list(predicted[0]) == ["text", "label", "probabilities"]
    found = [list(row["probabilities"].values()) for row in predicted]
    np.testing.assert_array_equal(found, model.predict_proba(texts))
    assert list(predicted[0]["probabilities"]) == ["anger", "joy", "love"]


def test_the_right_metrics_are_printed(kind, run, folder, fitted):
    scores = run("evaluate", folder / "model", folder / "test.tsv", "--json").json
    shown = run("evaluate", folder / "model", folder / "test.tsv").out
    assert scores["task"] == kind
    if kind == "similarity":
        assert {"spearman", "pearson", "interval", "pearson_interval"} <= set(scores)
        assert "Spearman" in shown
        assert "same number scores 0" in shown
    else:
        assert {"macro_f1", "micro_f1", "accuracy", "interval"} <= set(scores)
        assert "scores macro-F1 0." in shown


def test_a_label_that_does_not_fit_is_named_by_its_line(kind, run, make, folder, fitted):
    wrong = {"multilabel": "joy|awe", "similarity": "warm"}[kind]
    path = make.tsv(
        folder / "w.tsv",
        ("text", "label"),
        [("좋아요", label(kind, "좋아요", "positive")), ("가", wrong)],
    )
    result = run("evaluate", folder / "model", path)
    assert result.code == 2
    assert "line 3" in result.err
    assert {"multilabel": "'awe' never occurred", "similarity": "'warm'"}[kind] in result.err


def test_the_kind_can_be_set_and_a_head_of_another_is_refused(kind, run, make, files, folder):
    args = [*make.fit_args(files, labeled=folder / "train.tsv"), "--no-select", "--json"]
    as_classes = run(*args, "--task", "classification", "--out", folder / "classes")
    assert len(as_classes.json["classes"]) == 3
    refused = run(*args, "--head", "logistic", "--out", folder / "refused")
    assert refused.code == 2
    assert f"look like '{kind}'" in refused.err
    assert not (folder / "refused").exists()
