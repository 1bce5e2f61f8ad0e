"""``langalign mine`` from files to a table of pairs, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.data import ParallelText
from langalign.encoders.precomputed import save_vectors

NUMBERS = range(700)
WIDTH = 16


@pytest.fixture(scope="module")
def folder(make, tmp_path_factory):
    """Two files of 100 texts of which 60 correspond, pairs, and vectors of all texts."""
    folder = tmp_path_factory.mktemp("mine")
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(len(NUMBERS), WIDTH))
    turn = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]
    english, korean = ([f"{letter}{number}" for number in NUMBERS] for letter in "aㄱ")
    save_vectors(folder / "en.npy", english, meaning, "toy-en")
    save_vectors(folder / "ko.npy", korean, meaning @ turn, "toy-ko")
    save_vectors(folder / "narrow.npy", korean, meaning[:, :8], "toy-narrow")
    rows = zip(english[200:], korean[200:], strict=True)
    make.tsv(folder / "pairs.tsv", ("en", "ko"), rows)
    (folder / "en.txt").write_text("\n".join(english[:100]) + "\n", encoding="utf-8")
    (folder / "ko.txt").write_text("\n".join(korean[139:39:-1]) + "\n", encoding="utf-8")
    return folder


def args(folder, *more, parallel=True):
    given = ["mine", folder / "en.txt", folder / "ko.txt", "--target-lang", "ko"]
    given += ["--source-encoder", folder / "en.npy", "--target-encoder", folder / "ko.npy"]
    return [*given, *(["--parallel", folder / "pairs.tsv"] if parallel else []), *more]


def test_pairs_are_written_best_first_and_read_again(run, folder, tmp_path):
    out = tmp_path / "mined.tsv"
    shown = run(*args(folder, "--out", out))
    assert shown.code == 0, shown.err
    assert "Expected, from" in shown.out
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "source\ttarget\tscore"
    rows = [line.split("\t") for line in lines[1:]]
    right = sum(source[1:] == target[1:] for source, target, _ in rows)
    assert right >= 55
    assert right >= 0.9 * len(rows)
    scores = [float(score) for *_, score in rows]
    assert scores == sorted(scores, reverse=True)
    again = ParallelText.read(out, source_lang="en", target_lang="ko")
    assert len(again) == len(rows)


def test_json_and_the_same_twice(run, folder, tmp_path):
    first = run(*args(folder, "--out", tmp_path / "1.tsv", "--json")).json
    second = run(*args(folder, "--out", tmp_path / "2.tsv", "--json")).json
    assert first | {"out": ""} == second | {"out": ""}
    assert (tmp_path / "1.tsv").read_bytes() == (tmp_path / "2.tsv").read_bytes()
    assert first["told_apart"] is True
    assert first["searched"] == [100, 100]
    assert first["expected"]["precision"]["value"] > 0.9


def test_a_saved_aligner_and_held_out_pairs(run, folder, tmp_path):
    for side in ("en", "ko"):
        text = folder / f"{side}.npy"
        np.save(tmp_path / f"{side}.npy", np.load(text)[200:400])
    done = run("align", tmp_path / "en.npy", tmp_path / "ko.npy", "--out", tmp_path / "map")
    assert done.code == 0, done.err
    use = ("--aligner", tmp_path / "map", "--out", tmp_path / "mined.tsv")
    mined = run(
        *args(
            folder,
            *use,
            "--held-out",
            folder / "pairs.tsv",
            parallel=False,
        )
    )
    assert mined.code == 0, mined.err
    without = run(*args(folder, *use, parallel=False))
    assert without.code == 2
    assert "no held-out pairs were given" in without.err
    given = run(*args(folder, *use, "--threshold", "1.1", parallel=False))
    assert given.code == 0, given.err
    assert "is not known" in given.out
    wrong = run(*args(folder, *use, "--target-encoder", folder / "narrow.npy"))
    assert wrong.code == 2
    assert "width 8, the aligner was fitted on width 16" in wrong.err


def test_a_model(run, files, model, tmp_path):
    """The bundled encoder is too weak for this, which is said, and --strict shows by its status."""
    out = tmp_path / "mined.tsv"
    given = ["mine", files / "texts.txt", files / "test.tsv", "--target-lang", "ko", "--model"]
    given += [model, "--split", "test", "--out", out]
    same = run(*given, "--threshold", "1")
    assert same.code == 2
    assert "on both sides" in same.err
    both = run(*given, "--aligner", "linear")
    assert both.code == 2
    assert "leave --aligner out" in both.err
    other = run(*given, "--threshold", "1", "--target-encoder", "/nowhere")
    assert other.code == 2
    assert "/nowhere" in other.err


def test_strict_where_nothing_is_distinguished(run, make, folder, tmp_path):
    english, korean = ([f"{letter}{number}" for number in range(200, 700)] for letter in "aㄱ")
    shuffled = np.random.default_rng(0).permutation(korean)
    path = make.tsv(tmp_path / "p.tsv", ("en", "ko"), zip(english, shuffled, strict=True))
    given = args(folder, "--parallel", path, "--out", tmp_path / "out.tsv", parallel=False)
    assert run(*given).code == 0
    strict = run(*given, "--strict")
    assert strict.code == 1
    assert "cannot be distinguished from other texts" in strict.out


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"parallel": False}, "give --parallel to fit one on"),
        ({"more": ["--aligner", "liner"]}, "Did you mean 'linear'"),
        ({"more": ["--precision", "1", "--threshold", "1"]}, "exclude each other"),
        ({"more": ["--scoring", "dot"]}, "expected one of cosine"),
        ({"source": "empty.txt"}, "the file is empty"),
        ({"source": "blank.txt"}, "no source texts are left"),
        ({"source": "ko.txt"}, "100 on both sides"),
        ({"source": "missing.txt"}, "there is no such file"),
    ],
)
def test_bad_input_exits_with_2(run, folder, tmp_path, options, word):
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "blank.txt").write_text("\n\n", encoding="utf-8")
    given = args(folder, *options.get("more", []), parallel=options.get("parallel", True))
    given[1] = folder / options.get("source", "en.txt")
    result = run(*given, "--out", tmp_path / "out.tsv")
    assert result.code == 2, result.out
    assert word in result.err
    assert "Traceback" not in result.err
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf"])
def test_a_threshold_is_a_finite_number(run, folder, tmp_path, threshold):
    refused = run(*args(folder, "--out", tmp_path / "mined.tsv", f"--threshold={threshold}"))
    assert (refused.code, "expected a finite number" in refused.err) == (2, True)
    assert not (tmp_path / "mined.tsv").exists()
