"""Sums of shards, done shard by shard, become the map of all pairs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from langalign.aligners import aligners
from langalign.aligners.linear import Linear
from langalign.aligners.statistics_folder import load_statistics
from langalign.data import bundled, bundled_path
from langalign.persistence import load_component


@pytest.fixture
def shards(tmp_path, monkeypatch):
    """Return the names of three shards in the working folder, and all of their rows."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    X = rng.standard_normal((90, 6)).astype(np.float32)
    Y = (X @ rng.standard_normal((6, 5)) + 0.3 * rng.standard_normal((90, 5))).astype(np.float32)
    for number in range(3):
        np.save(f"en-{number}.npy", X[number * 30 : (number + 1) * 30])
        np.save(f"ko-{number}.npy", Y[number * 30 : (number + 1) * 30])
    return [f"en-{number}.npy,ko-{number}.npy" for number in range(3)], X, Y


def test_the_map_of_merged_shards_is_that_of_all_pairs(run, shards):
    names, X, Y = shards
    assert run("stats", *names[:2], "--out", "sums").out.startswith("Summed up 60 pairs of 2")
    assert run("stats", names[2], "--out", "elsewhere").code == 0
    done = run("merge", "sums", "elsewhere/en-2", "--out", "map", "--sums", "all", "--json")
    assert done.code == 0, done.err
    assert (done.json["pairs"], done.json["shards"]) == (90, 3)
    assert 0.5 < done.json["explained_variance"] < 1
    np.testing.assert_allclose(
        load_component(Path("map"), aligners).coef_, Linear().fit(X, Y).coef_, atol=1e-6
    )
    assert load_statistics("all").n == 90
    assert run("merge", "all", "--out", "map", "--aligner", "procrustes").code == 0
    assert run("apply", "map", "en-0.npy", "--out", "z.npy").code == 0
    assert np.load("z.npy").shape == (30, 5)


def test_a_shard_that_is_done_is_not_read_again_unless_it_is_newer(run, shards):
    names, *_ = shards
    run("stats", names[0], "--out", "sums")
    before = Path("sums/en-0/config.json").stat().st_mtime_ns
    shown = run("stats", *names, "--out", "sums").out
    assert "60 pairs of 2 shard(s) into sums; 1 shard(s) were there already" in shown
    assert Path("sums/en-0/config.json").stat().st_mtime_ns == before
    later = before / 1e9 + 100
    os.utime("ko-0.npy", (later, later))
    assert "30 pairs of 1 shard(s)" in run("stats", *names, "--out", "sums").out


@pytest.mark.parametrize("change", [{"source": None}, {"target": {}}, {"shards": 3}], ids=str)
def test_sums_that_are_damaged_are_reported(run, shards, change):
    names, *_ = shards
    run("stats", names[0], "--out", "sums")
    config = Path("sums/en-0/config.json")
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | change), "utf-8")
    again = run("stats", names[0], "--out", "sums")
    assert (again.code, "delete the folder sums/en-0" in " ".join(again.err.split())) == (2, True)


def test_what_does_not_add_up_is_refused_and_nothing_is_written(run, shards):
    names, *_ = shards
    run("stats", *names, "--out", "sums")
    twice = run("merge", "sums", "sums/en-1", "--out", "map")
    assert (twice.code, "counted twice" in twice.err) == (2, True)
    shutil.copytree("sums/en-1", "sums/.en-1.draft")
    assert run("merge", "sums", "--out", "elsewhere", "--json").json["shards"] == 3
    rows = run("merge", "sums", "--out", "map", "--aligner", "rcsls")
    assert (rows.code, "needs the pairs themselves" in rows.err) == (2, True)
    assert "cca, linear, low-rank, mean-shift, procrustes, whitened-procrustes" in (
        " ".join(rows.err.split())
    )
    assert not Path("map").exists()
    Path("nothing").mkdir()
    empty = run("merge", "nothing", "--out", "map")
    assert (empty.code, "no sums in it" in empty.err) == (2, True)
    other = run("stats", "en-0.npy,ko-1.npy", "--out", "sums")
    assert (other.code, "delete the folder" in other.err) == (2, True)
    same = run("stats", names[0], f"./{names[0]}", "--out", "new")
    assert (same.code, "another shard of that file name" in same.err) == (2, True)


def test_shards_of_texts(run, files, tmp_path):
    done = run("stats", files / "pairs.tsv", "--target-lang", "ko", "--out", tmp_path / "sums")
    assert done.code == 0, done.err
    merged = run("merge", tmp_path / "sums", "--out", tmp_path / "map")
    assert merged.out.startswith("Merged 120 pairs of 1 shard(s)")


def test_texts_are_read_as_fit_reads_them(run, make, tmp_path):
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    rows = list(zip(pairs.source, pairs.target, strict=True))
    of_split = [("train", "web", *row) for row in rows[:60]]
    of_split += [("train", "press", *row) for row in rows[60:80]]
    of_split += [("test", "web", *row) for row in rows[80:110]]
    of_split += [of_split[0]]
    corpus = make.tsv(tmp_path / "corpus.tsv", ("split", "source", "en", "ko"), of_split)
    given = ("stats", corpus, "--target-lang", "ko")
    for number, (options, n) in enumerate(
        (
            ((), 80),
            (("--no-clean",), 81),
            (("--split", "test"), 30),
            (("--parallel-where", "source=press"), 20),
        )
    ):
        done = run(*given, *options, "--out", tmp_path / f"sums-{number}")
        assert done.out.startswith(f"Summed up {n} pairs of 1 shard(s)"), (options, done)
    vectors = run("stats", corpus, "--parallel-where", "source=web", "--out", tmp_path / "none")
    assert (vectors.code, "--target-lang" in vectors.err) == (2, True)


def test_sums_of_another_reading_are_not_taken_for_done(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reviews = bundled_path("sentiment")
    assert run("stats", reviews, "--target-lang", "ko", "--out", "sums").code == 0
    before = Path("sums/sentiment/config.json").read_bytes()
    assert "1 shard(s) were there already" in (
        run("stats", reviews, "--target-lang", "ko", "--out", "sums").out
    )
    for other in (
        ("--target-lang", "ja"),
        ("--target-lang", "ko", "--split", "test"),
        ("--target-lang", "ko", "--no-clean"),
        ("--target-lang", "ko", "--parallel-where", "domain=films"),
    ):
        refused = run("stats", reviews, *other, "--out", "sums")
        assert (refused.code, "delete the folder" in refused.err) == (2, True), other
    assert Path("sums/sentiment/config.json").read_bytes() == before


def test_sums_of_other_columns_are_not_taken_for_done(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    sides = {lang: list(rng.standard_normal((30, 4))) for lang in ("en", "ko")}
    pyarrow.parquet.write_table(pyarrow.table(sides), "pairs.parquet")
    assert run("stats", "pairs.parquet", "--columns", "en", "ko", "--out", "sums").code == 0
    turned = run("stats", "pairs.parquet", "--columns", "ko", "en", "--out", "sums")
    assert (turned.code, "delete the folder" in turned.err) == (2, True)


def test_a_cluster_is_for_an_engine_that_has_one(run, files, tmp_path):
    out = tmp_path / "v.npy"
    local = run("encode", files / "pairs.tsv", "--lang", "en", "--out", out, "--cluster", "auto")
    assert (local.code, "--cluster is for" in local.err) == (2, True)
