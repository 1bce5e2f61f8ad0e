"""Weights, shares, temperatures and abstaining on the command line, from files to answers."""

from __future__ import annotations

import pytest

from langalign import LangAlign


@pytest.fixture(scope="module")
def weighed(run, make, files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weighed") / "model"
    options = ["--class-weight", "balanced"]
    options += ["--calibrate", "--class-shares", "positive=0.2", "--class-shares", "negative=0.8"]
    result = run(*make.fit_args(files), *options, "--json", "--out", folder)
    assert result.code == 0, result.err
    return folder, result.json


def test_the_record_of_a_fit_says_what_moves_probabilities(weighed):
    folder, record = weighed
    assert "class_weight='balanced'" in record["head"]
    assert record["class_factors"] == pytest.approx([1.6, 0.4])
    classifier = LangAlign.load(folder).classifier_
    assert record["temperature"] == classifier.temperature_ == record["agreement"]["temperature"]
    assert record["temperature"] != 1


def test_the_summary_of_a_fit_says_it_in_words(run, make, files, tmp_path):
    args = [*make.fit_args(files), "--no-clean"]
    shown = run(*args, "--calibrate", "--out", tmp_path / "a").out
    assert "Temperature: " in shown
    assert "than the head's)" in shown
    shares = ["--class-shares", "positive=0.2", "--class-shares", "negative=0.8"]
    shown = run(*args, *shares, "--out", tmp_path / "b").out
    assert "Temperature" not in shown
    assert "weighed by those given: negative x 1." in shown
    plain = run(*args, "--out", tmp_path / "c").out
    assert "Temperature" not in plain
    assert "weighed" not in plain


def test_labels_that_are_not_sure_are_left_out(run, files, model):
    rows = run("predict", model, files / "texts.txt").rows
    limit = sorted(row["probability"] for row in rows)[len(rows) // 2]
    answers = run("predict", model, files / "texts.txt", "--abstain-below", limit).rows
    assert list(answers[0]) == ["text", "label", "probability", "probabilities", "abstained"]
    for before, after in zip(rows, answers, strict=True):
        assert after["abstained"] == (before["probability"] < limit)
        assert after["label"] == ("" if after["abstained"] else before["label"])
        assert after["probabilities"] == before["probabilities"]
    texts = [row["text"] for row in rows]
    found = LangAlign.load(model).predict(texts, abstain_below=limit)
    assert [row["label"] or None for row in answers] == found.tolist()


def test_how_good_the_sure_answers_are(run, files, model):
    args = ["evaluate", model, files / "test.tsv"]
    found = run(*args, "--abstain-below", "0.55", "--calibration", "--json").json
    assert 0 <= found["calibration_error"] < 1
    kept = [row["kept"] for row in found["coverage"]]
    assert kept == sorted(kept, reverse=True)
    answers = run("predict", model, files / "test.tsv").rows
    least = found["coverage"][0]["threshold"]
    assert kept[0] == sum(answer["probability"] >= least for answer in answers)
    row = found["abstain"]
    assert row["threshold"] == 0.55
    assert row["coverage"] == row["kept"] / 60
    assert row["accuracy_interval"][0] <= row["accuracy"] <= row["accuracy_interval"][1]
    shown = run(*args, "--abstain-below", "0.55", "--calibration").out
    assert "Answers of probability 0.55 or more" in shown
    assert f"calibration error {found['calibration_error']:.3f}" in shown
    assert ">= 0.95" in shown
    assert "calibration" not in run(*args).out
    none = run(*args, "--abstain-below", "1").out
    assert "0.000 [0.000" in none


def test_sets_of_labels_are_answered_whole_or_not_at_all(run, make, files, tmp_path):
    rows = [(f"great {n}", "joy|love" if n % 2 else "|") for n in range(40)]
    labeled = make.tsv(tmp_path / "sets.tsv", ("text", "label"), rows)
    args = make.fit_args(files, labeled=labeled)
    assert run(*args, "--no-select", "--out", tmp_path / "model").code == 0
    answers = run("predict", tmp_path / "model", "--text", "좋아요", "--abstain-below", "1").rows
    assert answers[0]["abstained"]
    assert answers[0]["label"] == ""
    test = make.tsv(tmp_path / "t.tsv", ("text", "label"), [("좋아요", "love|joy"), ("가", "|")])
    found = run("evaluate", tmp_path / "model", test, "--calibration", "--json").json
    assert found["coverage"][0]["coverage"] <= 1


def test_what_cannot_be_is_refused(run, make, files, model, tmp_path):
    rows = [(f"word {n}", f"{n / 7:.2f}") for n in range(30)]
    labeled = make.tsv(tmp_path / "numbers.tsv", ("text", "label"), rows)
    args = make.fit_args(files, labeled=labeled)
    assert run(*args, "--no-select", "--out", tmp_path / "numbers").code == 0
    for command in (
        ["predict", tmp_path / "numbers", "--text", "가", "--abstain-below", "0.5"],
        ["evaluate", tmp_path / "numbers", labeled, "--calibration", "--split", "test"],
        ["evaluate", tmp_path / "numbers", labeled, "--abstain-below", "0.5"],
    ):
        result = run(*command)
        assert result.code == 2
        assert "numbers" in result.err
    assert run("predict", model, "--text", "가", "--abstain-below", "1.5").code == 2
    refused = run(
        *make.fit_args(files),
        "--head",
        "mlp",
        "--class-weight",
        "balanced",
        "--out",
        tmp_path / "m",
    )
    assert refused.code == 2
    assert "MLPHead cannot weigh classes" in refused.err
