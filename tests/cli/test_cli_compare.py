"""``langalign compare`` from files to a table, a page and a record."""

from __future__ import annotations

import json
import os
import re

import pytest

from langalign.data import bundled
from langalign.experiment.compare import compare


@pytest.fixture(scope="module")
def folder(make, tmp_path_factory):
    """Few rows of the bundled reviews, with splits."""
    folder = tmp_path_factory.mktemp("compare")
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    make.tsv(
        folder / "pairs.tsv", ("en", "ko"), list(zip(pairs.source, pairs.target, strict=True))[:60]
    )
    for lang in ("en", "ko"):
        rows = []
        for split, n in (("train", 110), ("dev", 20), ("test", 30)):
            part = bundled.sentiment(lang, split).take(range(n))
            rows += list(zip([split] * n, part.labels, part.texts, strict=True))
        make.tsv(folder / f"reviews.{lang}.tsv", ("split", "label", lang), rows)
    return folder


@pytest.fixture(scope="module")
def args(folder):
    def build(out, *more, strategies=("english-only", "linear")):
        named = (part for name in strategies for part in ("--strategy", name))
        return (
            *("compare", "--parallel", folder / "pairs.tsv", "--target-lang", "ko"),
            *("--labeled", folder / "reviews.en.tsv", "--test", folder / "reviews.ko.tsv"),
            *("--seeds", "1", "--out", out, *named, *more),
        )

    return build


@pytest.fixture(scope="module")
def record(run, args, folder, tmp_path_factory):
    """What ``--json`` prints with everything given; and the folder it was written to."""
    out = tmp_path_factory.mktemp("out") / "deep" / "comparison"
    names = ("english-only", "linear", "native-100", "native-500", "translate-test")
    english = folder / "reviews.en.tsv"
    more = ("--native", folder / "reviews.ko.tsv", "--test-translated", english, "--json")
    result = run(*args(out, *more, strategies=names))
    assert result.code == 0, result.err
    return result.json, out


def test_json_is_the_record_that_was_written(record):
    printed, out = record
    assert printed == json.loads((out / "results.json").read_text("utf-8"))
    assert (out / "report.html").read_text("utf-8").count("native-100") > 1
    names = {row["strategy"] for row in printed["rows"]}
    assert names == {"english-only", "linear", "native-100", "translate-test"}
    assert (
        "500 labelled target texts are needed, 110 were given" in printed["left_out"]["native-500"]
    )
    assert {row["scores"]["n"] for row in printed["rows"]} == {30}
    assert printed["task"] == "reviews"
    assert printed["command"].startswith("langalign compare --parallel ")


def test_the_command_line_and_python_agree(record, folder, tmp_path):
    pairs = bundled.parallel("sentiment", "en", "ko", "train").take(range(60))
    outcome = compare(
        parallel=pairs,
        labeled=bundled.sentiment("en", "train").take(range(110)),
        native=bundled.sentiment("ko", "train").take(range(110)),
        test=bundled.sentiment("ko", "test").take(range(30)),
        test_translated=bundled.sentiment("en", "test").texts[:30],
        strategies=["english-only", "linear", "native-100", "translate-test"],
        n_seeds=1,
        out=tmp_path,
    )
    printed, _ = record
    rows = {row["strategy"]: row["runs"][0]["scores"] for row in printed["rows"]}
    assert rows == {row.strategy: row.records[0].scores.as_dict() for row in outcome.summary.rows}
    written = json.loads(outcome.record.read_text("utf-8"))
    assert (printed["data"], printed["advice"]) == (written["data"], written["advice"])


def test_long_names_are_shown_whole(run, args, folder, tmp_path):
    names = ("whitened-procrustes", "reverse-whitened-procrustes", "native-100")
    native = ("--native", folder / "reviews.ko.tsv")
    shown = run(*args(tmp_path / "c", *native, strategies=names))
    assert shown.code == 0, shown.err
    table = [line for line in shown.out.splitlines() if line[:1] in "┏┃┡│└"]
    assert max(map(len, table)) <= 80
    assert "…" not in "".join(table)
    column = "".join(line.split("│")[1].strip() for line in table if line.startswith("│"))
    for name in names:
        assert name in column


def test_a_table_and_what_follows_are_shown_and_a_second_run_goes_on(run, args, tmp_path):
    out = tmp_path / "c"
    first = run(*args(out, "--test-split", "dev", strategies=("english-only", "translated")))
    assert first.code == 0, first.err
    assert "reviews.ko.tsv" in first.out
    table = [line for line in first.out.splitlines() if line[:1] in "┏┃┡│└"]
    assert 0 < max(map(len, table)) <= 80
    assert re.search(r"english-only +│ 0\.\d{3} \[0\.\d\d, \d\.\d\d\] │ best ", first.out)
    assert "english-only is the only strategy without labels" in first.out
    assert "left out: translated (this strategy learns from translated texts" in first.err
    assert str(out / "report.html") in first.out.replace("\n", "")
    cell = out / "cells" / "english-only.seed0.json"
    os.utime(cell, ns=(0, 0))

    more = run(*args(out, "--test-split", "dev"))

    assert more.code == 0, more.err
    assert cell.stat().st_mtime_ns == 0  # not run again
    assert "LangAlign's own choice" in more.out
    record = json.loads((out / "results.json").read_text("utf-8"))
    assert {row["strategy"] for row in record["rows"]} == {"english-only", "linear"}
    assert {row["scores"]["n"] for row in record["rows"]} == {20}

    other = run(*args(out))
    assert other.code == 2
    assert "another comparison (it differs in data test)" in " ".join(other.err.split())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--strategy", "linaer"), "Did you mean 'linear'"),
        (("--metric", "spearman"), "metric='spearman': expected one of 'accuracy'"),
        (("--pair-mode", "sideways"), "pair-mode"),
        (("--task", "similarity"), "labels"),
        (("--target-lang", "en"), "both 'en'"),
        (("--seeds", "0"), "seeds"),
    ],
)
def test_mistakes_are_one_message(run, args, tmp_path, more, message):
    result = run(*args(tmp_path / "c", *more))
    assert result.code == 2
    assert message in " ".join(result.err.split())
    assert "Traceback" not in result.err
    assert not (tmp_path / "c").exists()


def test_the_files_of_the_test_alone_leave_nothing_to_learn_from(run, args, folder, make, tmp_path):
    part = bundled.sentiment("ko", "test").take(range(30))
    rows = zip(part.labels, part.texts, strict=True)
    same = make.tsv(tmp_path / "t.tsv", ("label", "ko"), rows)
    result = run(*args(tmp_path / "c", "--native", same))
    assert result.code == 2
    assert "native: 30 of 30 rows stand in the test set too" in " ".join(result.err.split())


def test_a_file_in_place_of_the_folder_is_reported(run, args, tmp_path):
    (tmp_path / "c").write_text("", encoding="utf-8")
    result = run(*args(tmp_path / "c", strategies=("english-only",)))
    assert (result.code, "Traceback" in result.err) == (2, False)
