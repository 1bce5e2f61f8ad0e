"""From files to a model, its predictions and its scores, as a user goes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from langalign import LabeledText, LangAlign
from langalign.aligners.auto import FOR_HEADS
from langalign.data import bundled, read_texts


def test_fit_prints_what_it_saw_tried_and_chose(run, make, files, tmp_path):
    result = run(*make.fit_args(files), "--unlabeled", files / "texts.txt", "--out", tmp_path / "m")
    assert result.code == 0, result.err
    assert "kept 120 of 120 pairs" in result.out
    assert "120 labelled en texts, 120 en-ko pairs and 40 unlabelled ko texts" in result.out
    assert "settings tried; agreement on" in result.out
    assert "±" in result.out
    assert "Expected accuracy on ko texts: 0." in result.out
    assert "(--unlabeled FILE)" not in result.out  # they were given
    assert sum(line.endswith("chosen") for line in map(str.rstrip, result.out.splitlines())) == 1
    assert f"langalign evaluate {tmp_path / 'm'} FILE" in result.out


def test_fit_as_json_is_one_object_on_stdout(run, make, files, tmp_path):
    args = [*make.fit_args(files), "--max-pairs", "60", "--no-clean", "--json"]
    first = run(*args, "--out", tmp_path / "a")
    again = run(*args, "--out", tmp_path / "b")
    record = first.json
    assert record["seen"] == {"pairs": 60, "labeled": 120, "unlabeled": 0}
    assert record["classes"] == ["negative", "positive"]
    assert record["cleaning"] is None
    expected = record["expected_accuracy"]
    assert 0 <= expected["low"] <= expected["accuracy"] <= expected["high"] <= 1
    assert expected["n_texts"] == 0
    assert len(record["agreement"]["candidates"]) > 1
    places = record["agreement"]["league"]["places"]
    assert [place["name"] for place in places] == list(FOR_HEADS)
    assert without_times(again.json) == without_times(record)


def without_times(record):
    """Return what two fits on the same input agree in."""
    league = record["agreement"]["league"]
    places = [{**place, "seconds": 0} for place in league["places"]]
    agreement = {**record["agreement"], "league": {**league, "places": places}}
    return {**record, "model": "", "agreement": agreement}


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_the_command_line_and_python_agree(run, make, files, model, tmp_path, direction):
    if direction == "reverse":
        model = tmp_path / "m"
        assert run(*make.fit_args(files, direction="reverse"), "--out", model).code == 0
    texts = read_texts(files / "texts.txt")
    loaded = LangAlign.load(model)

    rows = run("predict", model, files / "texts.txt").rows

    assert [row["text"] for row in rows] == list(texts)
    assert [row["label"] for row in rows] == loaded.predict(texts).tolist()
    probabilities = [[row["probabilities"][str(name)] for name in loaded.classes_] for row in rows]
    np.testing.assert_array_equal(probabilities, loaded.predict_proba(texts))
    assert all(row["probability"] == row["probabilities"][row["label"]] for row in rows)

    scores = run("evaluate", model, files / "test.tsv", "--json").json
    assert scores.pop("split") == "test"
    assert scores.pop("lang") == "ko"
    assert scores == loaded.evaluate(LabeledText.read(files / "test.tsv", lang="ko")).as_dict()
    assert set(scores) == {"accuracy", "macro_f1", "n", "interval", "macro_f1_interval"}


def test_pairs_of_texts_go_the_whole_way(run, make, tmp_path):
    labeled, pairs = bundled.nli("en", "train"), bundled.parallel("nli", "en", "ko", "train")
    rows = [
        {"premise": one, "hypothesis": other, "label": label}
        for (one, other), label in zip(labeled.texts, labeled.labels, strict=True)
    ]
    make.jsonl(tmp_path / "labels.jsonl", rows)
    columns = ("premise_en", "hypothesis_en", "premise_ko", "hypothesis_ko")
    parts = [(*source, *target) for source, target in zip(pairs.source, pairs.target, strict=True)]
    make.tsv(tmp_path / "pairs.tsv", columns, parts)

    done = run(*make.fit_args(tmp_path), "--pair-mode", "siamese", "--out", tmp_path / "m")
    assert done.code == 0, done.err

    text = pairs.target[0]
    line = f'{{"premise": "{text[0]}", "hypothesis": "{text[1]}"}}\n'.encode()
    by_pipe = run("predict", tmp_path / "m", stdin=line).rows
    assert by_pipe == run("predict", tmp_path / "m", "--pair", *text).rows
    assert list(by_pipe[0])[:2] == ["premise", "hypothesis"]
    assert by_pipe[0]["label"] == LangAlign.load(tmp_path / "m").predict([text])[0]
    assert run("predict", tmp_path / "m", "--text", "하나").code == 2
    scores = run("evaluate", tmp_path / "m", bundled.bundled_path("nli"), "--json").json
    assert scores["n"] == len(bundled.nli("ko", "test"))


def test_rows_of_one_origin_can_be_chosen(run, make, files, tmp_path):
    lines = (files / "pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [("tatoeba" if i % 2 else "news", *line.split("\t")) for i, line in enumerate(lines)]
    path = make.tsv(tmp_path / "pairs.tsv", ("source", "en", "ko"), rows)
    args = [*make.fit_args(files, parallel=path), "--no-select", "--out", tmp_path / "m"]
    assert run(*args, "--parallel-where", "source=news", "--json").json["seen"]["pairs"] == 60
    wrong = run(*args, "--parallel-where", "news")
    assert (wrong.code, "column=value" in wrong.err) == (2, True)


def test_predictions_of_a_file_appear_whole(run, files, model, tmp_path):
    shown = run("predict", model, files / "texts.txt").out
    written = run("predict", model, files / "texts.txt", "--out", tmp_path / "deep" / "p.jsonl")
    assert written.out == ""
    assert (tmp_path / "deep" / "p.jsonl").read_text(encoding="utf-8") == shown


def test_standard_input_is_texts_or_objects(run, model):
    plain = run("predict", model, "-", stdin="좋아요\n\n별로\n".encode())
    objects = run("predict", model, stdin='{"text": "좋아요"}\n\n{"text": "별로"}\n'.encode())
    assert [row["text"] for row in plain.rows] == ["좋아요", "", "별로"]
    assert objects.rows == [plain.rows[0], plain.rows[2]]
    assert run("predict", model, "--text", "좋아요", "--text", "별로").rows == objects.rows


def test_a_pipe_that_closes_early_is_no_news(model, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("좋아요\n" * 20_000, encoding="utf-8")
    command = [sys.executable, "-m", "langalign.cli.main", "predict", str(model), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.readline()
        running.stdout.close()
        complaint = running.stderr.read()
    assert complaint == b""


def test_evaluate_shows_a_table_beside_the_majority(run, files, model):
    shown = run("evaluate", model, files / "test.tsv")
    assert "ko, test" in shown.out
    assert "Always answering" in shown.out
    assert "Aligner" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


def test_evaluate_says_which_split_it_falls_back_to(run, make, model, tmp_path):
    rows = [("dev", "positive", "좋아요"), ("train", "negative", "별로예요")]
    path = make.tsv(tmp_path / "t.tsv", ("split", "label", "ko"), rows)
    result = run("evaluate", model, path, "--json")
    assert (result.json["split"], result.json["n"]) == ("dev", 1)
    assert "split 'dev' is used" in result.err
    path = make.tsv(tmp_path / "t.tsv", ("split", "label", "ko"), rows[1:])
    result = run("evaluate", model, path)
    assert result.code == 2
    assert "only 'train'; choose one with --split" in result.err
    path = make.tsv(tmp_path / "t.tsv", ("label", "ko"), [row[1:] for row in rows])
    assert run("evaluate", model, path, "--json").json["split"] is None
    result = run("evaluate", model, path, "--split", "test")
    assert result.code == 2
    assert "no column 'split', so leave --split test out" in result.err


def test_warnings_of_ours_are_one_line_on_stderr(run, make, files, tmp_path):
    args = [*make.fit_args(files), "--max-pairs", "12", "--json", "--out", tmp_path / "m"]
    result = run(*args)
    assert result.code == 0
    assert result.err.startswith("warning: 12 pairs are too few to choose settings")
    assert result.json["agreement"] is None
