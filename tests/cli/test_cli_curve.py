"""``langalign curve`` from files to sentences, a page and a record."""

from __future__ import annotations

import json

import pytest

from langalign.data import bundled


@pytest.fixture(scope="module")
def args(make, tmp_path_factory):
    """Few rows of the bundled reviews, with splits."""
    folder = tmp_path_factory.mktemp("curve")
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    rows = list(zip(pairs.source, pairs.target, strict=True))[:120]
    make.tsv(folder / "pairs.tsv", ("en", "ko"), rows)
    for lang in ("en", "ko"):
        rows = []
        for split, n in (("train", 110), ("test", 30)):
            part = bundled.sentiment(lang, split).take(range(n))
            rows += list(zip([split] * n, part.labels, part.texts, strict=True))
        make.tsv(folder / f"reviews.{lang}.tsv", ("split", "label", lang), rows)
    return (
        *("curve", "--parallel", folder / "pairs.tsv", "--target-lang", "ko", "--seeds", "1"),
        *("--labeled", folder / "reviews.en.tsv", "--test", folder / "reviews.ko.tsv"),
    ), folder / "reviews.ko.tsv"


def test_from_files_to_a_plan(run, args, tmp_path):
    given, native = args
    prices = ("--wanted", "0.55", "--cost-per-pair", "0.1", "--cost-per-label", "0.5")
    shown = run(*given, "--native", native, *prices, "--out", tmp_path / "out")
    assert shown.code == 0, shown.err
    record = json.loads((tmp_path / "out" / "curves.json").read_text("utf-8"))
    for sentence in record["advice"]:
        assert " ".join(sentence.split()) in " ".join(shown.out.split())
    assert (tmp_path / "out" / "curves.html").exists()
    assert record["plan"]["priced"]


def test_json_is_the_record(run, args, tmp_path):
    given, _ = args
    shown = run(*given, "--json", "--out", tmp_path / "out")
    assert shown.json == json.loads((tmp_path / "out" / "curves.json").read_text("utf-8"))
    assert [curve["strategy"] for curve in shown.json["curves"]] == ["linear"]


def test_a_price_that_is_missing_is_named(run, args, tmp_path):
    given, native = args
    shown = run(*given, "--native", native, "--cost-per-pair", "1", "--out", tmp_path / "out")
    assert shown.code == 2
    assert "native labels" in shown.err
    assert "--cost-per-label" in shown.err
