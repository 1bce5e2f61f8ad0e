"""Word vectors on the command line: align, evaluate, induce."""

from __future__ import annotations

import json

import numpy as np
import pytest

from langalign.words import WordVectors, write_word_vectors


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 8))
    turn = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    english, korean = (tuple(f"{letter}{i}" for i in range(200)) for letter in "e가")
    write_word_vectors(WordVectors(english, X), tmp_path / "en.vec")
    write_word_vectors(WordVectors(korean, X @ turn), tmp_path / "ko.bin")
    pairs = [f"{a} {b}\n" for a, b in zip(english, korean, strict=True)]
    (tmp_path / "train.txt").write_text("".join(pairs[:120]), encoding="utf-8")
    (tmp_path / "test.txt").write_text("".join(pairs[120:]) + "unknown 가1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def mapped(run, folder):
    sides = folder / "en.vec", folder / "ko.bin"
    done = run("words", "align", *sides, "--dictionary", folder / "train.txt", "-o", folder / "map")
    assert done.code == 0, done.err
    assert "Aligned 200 and 200 words with 120 of 120 pairs" in done.out
    return folder / "map" / "source.vec", folder / "map" / "target.vec"


def test_aligned_words_are_scored(run, folder, mapped):
    args = ["words", "evaluate", *mapped, "--dictionary", folder / "test.txt"]
    shown = run(*args, "--train", folder / "train.txt", "--out", folder / "scores.json")
    assert shown.code == 0, shown.err
    assert "Scored: 80 of 81 words" in shown.out
    record = json.loads((folder / "scores.json").read_text("utf-8"))
    assert record["precision"]["csls"]["1"]["value"] == 1.0
    assert record["data"].keys() == {"source.vec", "target.vec", "test.txt"}
    assert run(*args, "--json").json["scored"] == 80


def test_words_that_were_learned_from_are_not_scored(run, folder, mapped):
    train = folder / "train.txt"
    done = run("words", "evaluate", *mapped, "--dictionary", train, "--train", train)
    assert done.code == 2
    assert "120 source words stand in both dictionaries" in done.err


def test_a_dictionary_is_written(run, folder, mapped):
    (folder / "words.txt").write_text("e5\nnowhere\ne7\n", encoding="utf-8")
    out = folder / "en-ko.tsv"
    done = run("words", "induce", *mapped, "-o", out, "-k", "2", "--words", folder / "words.txt")
    assert done.code == 0, done.err
    assert "4 translations of 2 words" in done.out
    assert "1 words have no vector" in done.out
    rows = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    assert rows[0] == ["source", "target", "score"]
    assert [row[0] for row in rows[1:]] == ["e5", "e5", "e7", "e7"]
    assert rows[1][1] == "가5"


def test_settings_reach_the_alignment(run, folder):
    sides = folder / "en.vec", folder / "ko.bin"
    args = ["words", "align", *sides, "--dictionary", folder / "train.txt", "-o", folder / "map"]
    done = run(*args, "--aligner", "procrustes", "--normalize", "none", "--refine", "1", "--json")
    assert done.json["map"] == "Procrustes()"
    assert done.json["pairs"] > done.json["seed_pairs"] == 120
    assert "no aligner called 'procrust'" in run(*args, "--aligner", "procrust").err


def test_a_dictionary_of_other_languages_is_reported(run, folder):
    (folder / "fr.txt").write_text("chien Hund\nchat Katze\n", encoding="utf-8")
    args = [folder / "en.vec", folder / "ko.bin", "--dictionary", folder / "fr.txt", "-o", "x"]
    done = run("words", "align", *args)
    assert done.code == 2
    assert "no pair of the dictionary has vectors on both sides" in done.err
