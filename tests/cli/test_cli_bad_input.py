"""Each mistake is reported in one message: what, where, what to do; and nothing is left behind."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

TMX = '<?xml version="1.0"?><tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>Hi</seg>'


def refused(result, *words):
    """Check that a command ended with one clear message that has these words."""
    assert result.code == 2, result.out + result.err
    assert result.out == ""
    assert "Traceback" not in result.err
    assert sum(line.startswith("error: ") for line in result.err.splitlines()) == 1, result.err
    for word in words:
        assert str(word) in result.err


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def bad_fit(run, make, files, tmp_path):
    """A function that runs a fit that must be refused, and leave nothing behind."""

    def fit(*words, options=(), **changes):
        before = listing(tmp_path)
        result = run(*make.fit_args(files, **changes), *options, "--out", tmp_path / "model")
        refused(result, *words)
        assert listing(tmp_path) == before

    return fit


def test_empty_file(bad_fit, tmp_path):
    path = tmp_path / "empty.tsv"
    path.touch()
    bad_fit(path, "empty", labeled=path)
    bad_fit(path, "empty", parallel=path)


def test_missing_file(bad_fit, tmp_path):
    bad_fit("labels.json: there is no such file", labeled=tmp_path / "labels.json")


def test_missing_column(bad_fit, make, tmp_path):
    path = make.tsv(tmp_path / "a.tsv", ("text", "stars"), [("good", "5"), ("bad", "1")])
    bad_fit(path, "'stars'", "label", labeled=path)
    bad_fit(path, "'stars'", "en + ko", parallel=path)


def test_line_with_another_number_of_fields(bad_fit, tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("en\tko\nHi\t안녕\nBye\n", encoding="utf-8")
    bad_fit(f"{path}, line 3", parallel=path)


@pytest.mark.parametrize(("code", "word"), [("kr", "'ko'"), ("korean!", "BCP 47"), ("qq", "qq")])
def test_unknown_language(bad_fit, code, word):
    bad_fit(word, target_lang=code)


def test_source_and_target_in_one_language(bad_fit):
    bad_fit("two different languages", target_lang="en")


def test_unequal_moses_files(bad_fit, tmp_path):
    (tmp_path / "x.en").write_text("Hi\nBye\n", encoding="utf-8")
    (tmp_path / "x.ko").write_text("안녕\n", encoding="utf-8")
    bad_fit("x.en has 2 lines", "x.ko has 1", parallel=tmp_path / "x")
    bad_fit("x.en", "one half", parallel=tmp_path / "x.en")


def test_broken_tmx(bad_fit, tmp_path):
    path = tmp_path / "memory.tmx"
    path.write_text(TMX, encoding="utf-8")
    bad_fit(path, "line 1", parallel=path)


def test_one_class_only(bad_fit, make, tmp_path):
    rows = [{"text": text, "label": "positive"} for text in ("good", "fine")]
    path = make.jsonl(tmp_path / "one.jsonl", rows)
    bad_fit(path, "all 2 rows have the label 'positive'", "two classes", labeled=path)


def test_fewer_pairs_than_needed(bad_fit, make, tmp_path):
    path = make.tsv(tmp_path / "one.tsv", ("en", "ko"), [("Hello there", "안녕하세요")])
    bad_fit(path, "1 pair", "at least 2", parallel=path)


def test_pairs_that_cleaning_drops(bad_fit, make, tmp_path):
    rows = [("안녕하세요", "Hello there"), ("고마워요", "Thank you")]
    path = make.tsv(tmp_path / "swapped.tsv", ("en", "ko"), rows)
    bad_fit("cleaning left nothing", "in this order?", parallel=path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aligner": "liner"}, ["no aligner called 'liner'", "Did you mean 'linear'"]),
        ({"head": "logistik"}, ["no head called 'logistik'", "Did you mean 'logistic'"]),
        ({"source_encoder": "minni"}, ["no encoder called 'minni'", "Did you mean 'mini'"]),
        ({"split": "dev", "labeled": "SPLIT"}, ["no row has split 'dev'", "'test'"]),
        ({"source_pooling": "mean"}, ["pooling", "transformer"]),
        ({"parallel_where": "year=1"}, ["no column 'year'"]),
    ],
)
def test_options_that_do_not_fit(bad_fit, files, changes, words):
    labeled = {"labeled": files / "test.tsv", "source_lang": "ko", "target_lang": "en"}
    bad_fit(*words, **(changes | (labeled if "labeled" in changes else {})))


def test_hub_name_while_offline(bad_fit):
    pytest.importorskip("sentence_transformers")
    bad_fit("no-such/model", "HF_HUB_OFFLINE", source_encoder="no-such/model")


def test_hub_name_without_the_extra(bad_fit, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    bad_fit("pip install 'langalign[torch]'", source_encoder="no-such/model")


def test_unwritable_out(run, make, files, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("mine")
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.doc").touch()
    args = make.fit_args(files)
    refused(run(*args, "--out", file), file, "is a file")
    refused(run(*args, "--out", file / "model"), file, "not a folder")
    refused(run(*args, "--out", full), full, "other things in it")
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    refused(run(*args, "--out", tmp_path / "model"), tmp_path, "no permission")
    assert listing(tmp_path) == ["file", "full", "full/thesis.doc"]


def results_of(files, folder, out):
    """Return the commands that write results into a folder, on data that are not there."""
    nothing = files / "nothing.tsv"
    given = ("--parallel", nothing, "--labeled", nothing, "--target-lang", "ko", "--out", out)
    return {
        "demo": ("demo", "--out", out),
        "compare": ("compare", *given, "--test", nothing),
        "curve": ("curve", *given, "--test", nothing),
        "tune": ("tune", *given, "--encoder", folder / "none"),
    }


@pytest.mark.parametrize("command", ["demo", "compare", "curve", "tune"])
def test_results_are_refused_a_place_before_the_work(
    run, files, model, tmp_path, monkeypatch, command
):
    def never(*args, **kwargs):
        raise AssertionError("the work has begun")

    monkeypatch.setattr("langalign.demo.MiniEncoder", never)
    file = tmp_path / "file"
    file.write_text("mine")
    refused(run(*results_of(files, tmp_path, file)[command]), file, "is a file")
    copy = Path(shutil.copytree(model, tmp_path / "model"))
    before = listing(copy)
    refused(run(*results_of(files, tmp_path, copy)[command]), copy, "holds a saved model")
    assert listing(copy) == before
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    refused(run(*results_of(files, tmp_path, tmp_path / "new")[command]), "no permission")


def test_an_export_is_refused_a_place_before_the_model_is_read(run, model, tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    absent = tmp_path / "absent"
    refused(run("export", absent, "--format", "onnx", "--out", file), file, "is a file")
    refused(run("export", absent, "--format", "onnx", "--out", model), "other things in it")


def test_a_bundle_does_not_take_the_place_of_its_model(run, model, tmp_path):
    copy = Path(shutil.copytree(model, tmp_path / "model"))
    before = listing(copy)
    for out in (copy, copy / "bundle"):
        refused(run("bundle", copy, "--out", out), copy, "to be bundled")
    assert listing(copy) == before


def test_full_disk(bad_fit, monkeypatch):
    def fails(arrays, path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("langalign.model.folder.save_arrays", fails)
    bad_fit("No space left on device", "free space", options=["--no-select"])


def test_interrupted(run, make, files, tmp_path, monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("langalign.model.LangAlign.fit", stopped)
    result = run(*make.fit_args(files), "--out", tmp_path / "model")
    assert result.code == 130
    assert "Traceback" not in result.err
    assert listing(tmp_path) == []


def test_label_unseen_in_training(run, make, model, tmp_path):
    rows = [{"text": "좋아요", "label": "positive"}, {"text": "글쎄요", "label": "neutral"}]
    path = make.jsonl(tmp_path / "t.jsonl", rows)
    words = (f"{path}, line 2", "'neutral'", "never occurred in training", "'negative', 'positive'")
    refused(run("evaluate", model, path), *words)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (shutil.rmtree, ["no such folder"]),
        (lambda m: (m / "config.json").unlink(), ["no config.json", "cut off"]),
        (lambda m: (m / "config.json").write_text("{"), ["config.json", "damaged"]),
        (lambda m: (m / "config.json").write_text("[]"), ["config.json", "damaged"]),
        (lambda m: (m / "head" / "weights.safetensors").unlink(), ["missing", "incomplete"]),
        (lambda m: (m / "vectors.safetensors").write_bytes(b"x"), ["checksum"]),
    ],
)
def test_damaged_model(run, files, model, tmp_path, damage, words):
    copy = shutil.copytree(model, tmp_path / "copy")
    damage(copy)
    refused(run("predict", copy, "--text", "좋아요"), copy, *words)
    refused(run("evaluate", copy, files / "test.tsv"), copy, *words)
    out = tmp_path / "out.jsonl"
    refused(run("predict", copy, files / "texts.txt", "--out", out), *words)
    assert not out.exists()


def test_model_of_a_newer_format(run, model, tmp_path):
    copy = shutil.copytree(model, tmp_path / "copy")
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(config | {"format_version": 99}))
    refused(run("predict", copy, "--text", "x"), copy, "format version 99", "pip install -U")


def test_map_where_a_model_is_expected(run, model, tmp_path):
    refused(run("predict", model / "aligner", "--text", "x"), "found a saved 'aligner'")


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (b"", ["standard input", "nothing in it"]),
        (b'{"text": "good"}\nplain\n', ["standard input, line 2", '"text"']),
        (b'{"text": "good"}\n{"text": 3}\n', ["standard input, line 2"]),
        (b"good\n\xff\xfe\n", ["standard input, line 2", "UTF-8"]),
    ],
)
def test_bad_standard_input(run, model, tmp_path, stdin, words):
    out = tmp_path / "out.jsonl"
    refused(run("predict", model, "-", "--out", out, stdin=stdin), *words)
    assert listing(tmp_path) == []


@pytest.fixture
def arrays(tmp_path):
    good = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    holed = good.copy()
    holed[7, 2] = np.nan
    for name, array in {"good": good, "holed": holed, "wide": good[:, [0, *range(5)]]}.items():
        np.save(tmp_path / f"{name}.npy", array)
    np.save(tmp_path / "short.npy", good[:30])
    (tmp_path / "text.npy").write_text("0.1 0.2")
    return tmp_path


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("holed", ["holed.npy", "row 7", "NaN"]),
        ("short", ["good.npy has 40 rows", "short.npy has 30"]),
        ("text", ["text.npy", "not a .npy file"]),
        ("missing", ["missing.npy", "no such file"]),
    ],
)
def test_bad_vectors(run, arrays, other, words):
    before = listing(arrays)
    args = ["align", arrays / "good.npy", arrays / f"{other}.npy", "--out", arrays / "map"]
    refused(run(*args), *words)
    assert listing(arrays) == before


def test_vectors_of_another_width(run, arrays):
    good, wide = arrays / "good.npy", arrays / "wide.npy"
    assert run("align", good, good, "--out", arrays / "map").code == 0
    args = ["apply", arrays / "map", wide, "--out", arrays / "z.npy"]
    refused(run(*args), wide, "6 features", "5 features")
    assert not (arrays / "z.npy").exists()
    args = ["align", good, wide, "--aligner", "identity", "--out", arrays / "same"]
    refused(run(*args), "one width", "'linear'")
    assert not (arrays / "same").exists()


def test_vectors_made_beforehand_that_hold_nan(run, files, bad_fit, tmp_path):
    for lang in ("en", "ko"):
        run("encode", files / "pairs.tsv", "--lang", lang, "--out", tmp_path / f"{lang}.npy")
    holed = np.load(tmp_path / "ko.npy")
    holed[3] = np.nan
    np.save(tmp_path / "ko.npy", holed)
    options = ["--no-cache"]
    bad_fit("ko.npy", "NaN", target_encoder=tmp_path / "ko.npy", options=options)


def test_rows_of_vectors_are_named_as_in_their_file_also_where_it_is_read_in_blocks(run, arrays):
    holed = np.load(arrays / "good.npy")
    holed[[33, 37]] = np.inf
    np.save(arrays / "holed.npy", holed)
    args = ["align", arrays / "good.npy", arrays / "holed.npy", "--aligner", "linear"]
    refused(run(*args, "--out", arrays / "map"), f"{arrays / 'holed.npy'}: row 33", "of 2 such")


def test_a_file_is_not_named_as_of_another_format(run, files, model, tmp_path):
    texts, lang = files / "texts.txt", ("--target-lang", "ko")
    for name in ("labels.csv", "labels.TSV", "labels.parquet", "labels.jsonl.gz"):
        refused(run("predict", model, texts, "--out", tmp_path / name), name, ".jsonl (--out)")
    for name in ("mined.csv", "mined.tsv.xz"):
        args = ("mine", texts, texts, *lang, "--parallel", files / "pairs.tsv")
        refused(run(*args, "--out", tmp_path / name), name, "ending in .tsv")
    assert not list(tmp_path.iterdir())
    for name in ("labels.ndjson", "labels.txt", "labels"):
        assert run("predict", model, texts, "--out", tmp_path / name).code == 0


def test_what_is_read_is_not_replaced_by_what_is_written(run, files, model, arrays, tmp_path):
    texts, pairs = tmp_path / "texts.txt", tmp_path / "pairs.tsv"
    shutil.copy(files / "texts.txt", texts)
    shutil.copy(files / "pairs.tsv", pairs)
    assert run("align", arrays / "good.npy", arrays / "good.npy", "--out", arrays / "map").code == 0
    before = {path: path.read_bytes() for path in (texts, pairs, arrays / "good.npy")}
    lang = ("--target-lang", "ko")
    for args in (
        ("predict", model, texts, "--out", texts),
        ("apply", arrays / "map", arrays / "good.npy", "--out", arrays / "good.npy"),
        ("check", "--parallel", pairs, *lang, "--worst", 3, "--out", pairs),
        ("mine", texts, texts, *lang, "--parallel", pairs, "--out", pairs),
        ("mine", texts, texts, *lang, "--parallel", pairs, "--out", texts),
    ):
        refused(run(*args), args[-1], "is read by this command", "another --out")
    assert {path: path.read_bytes() for path in before} == before


def test_vectors_are_written_to_npy_files_only(run, files, tmp_path):
    refused(run("encode", files / "texts.txt", "--out", tmp_path / "v.bin"), "v.bin", ".npy")
    assert listing(tmp_path) == []
    (tmp_path / "v.json").write_text("{}")
    out = tmp_path / "v.npy"
    refused(run("encode", "missing.txt", "--out", out), "v.json exists", "another name")
