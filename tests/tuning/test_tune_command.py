"""``langalign tune``: from files to a model folder that ``langalign predict`` serves."""

from __future__ import annotations

import contextlib
import io
import json
import sys

import pytest

from langalign import LangAlign
from langalign.cli.main import main

pytestmark = pytest.mark.filterwarnings("ignore:agreement across the pairs is at chance")


@pytest.fixture
def run(monkeypatch):
    """Run ``langalign`` in this process; return status, output and errors."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["langalign", *map(str, arguments)])
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        code = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as stop:
                code = stop.code or 0
        return code, *(stream.buffer.getvalue().decode() for stream in (out, err))

    return command


@pytest.fixture
def options(bert, data, tmp_path):
    rows = zip(data.labeled.labels, data.labeled.texts, strict=True)
    write(tmp_path / "labels.tsv", ("label", "text"), rows)
    rows = zip(data.parallel.source, data.parallel.target, strict=True)
    write(tmp_path / "pairs.tsv", ("en", "fr"), rows)
    (tmp_path / "texts.txt").write_text("\n".join(data.unlabeled) + "\n")
    return [
        "tune", "--encoder", bert, "--labeled", tmp_path / "labels.tsv",
        "--parallel", tmp_path / "pairs.tsv", "--unlabeled", tmp_path / "texts.txt",
        "--target-lang", "fr", "--no-clean", "--no-cache", "--device", "cpu",
        "--epochs", 2, "--batch-size", 16, "--learning-rate", 3e-3, "--out", tmp_path / "run",
    ]  # fmt: skip


def write(path, columns, rows):
    path.write_text("\n".join("\t".join(row) for row in (columns, *rows)) + "\n")


def test_it_trains_says_what_and_the_model_serves(run, options, tmp_path):
    code, out, err = run(*options, "--embedding", "task", "--task", "full")
    assert code == 0, err
    steps = json.loads((tmp_path / "run" / "training.json").read_text())["steps"]
    first, last = steps["embedding"]["held_out_loss"], steps["task"]["held_out_loss"]
    assert f"1. Language model tuned (task) on 216 rows: held-out loss {first[0]:.4g}" in out
    assert "2. Aligner fitted on 200 pairs" in out
    assert (
        f"3. Language model and head tuned together on 216 rows: held-out loss {last[0]:.4g}" in out
    )
    assert f"langalign predict {tmp_path / 'run' / 'model'} FILE" in out

    code, out, err = run(
        "predict", tmp_path / "run" / "model", tmp_path / "texts.txt", "--no-cache"
    )
    assert code == 0, err
    texts = (tmp_path / "texts.txt").read_text().splitlines()
    labels = LangAlign.load(tmp_path / "run" / "model").predict(texts).tolist()
    assert [json.loads(line)["label"] for line in out.splitlines()] == labels


def test_nothing_tuned_and_as_json(run, options, tmp_path):
    code, out, err = run(*options)
    assert code == 0, err
    assert "1. Language model left as it is" in out
    assert "3. Head trained on 240 labelled texts" in out
    assert "Encoder:" not in out
    code, out, _ = run(*options, "--json")
    record = json.loads(out)
    assert record["model"] == str(tmp_path / "run" / "model")
    assert record["encoder"] is None
    assert list(record["steps"]) == ["langalign"]
    assert record["run"]["task"] == "head"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("--encoder", "mini"), "only transformers"),
        (("--learning-rate", "0"), "learning_rate=0.0: expected a number above 0"),
        (("--device", "abacus", "--embedding", "task"), "device='abacus': not usable here"),
        (("--aligner", "liner"), "Did you mean 'linear'"),
        (("--target-lang", "en"), "give two different"),
        (("--embedding", "luck"), "'luck'"),
    ],
    ids=str,
)
def test_what_is_wrong_is_one_message(run, options, changes, message):
    code, _, err = run(*options, *changes)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_without_torch_the_extra_is_named(run_python, options):
    code = """
from langalign.cli.main import main
import langalign.tuning
assert "torch" not in sys.modules
sys.argv = ["langalign", *sys.argv[1:]]
try:
    main()
except SystemExit as stop:
    print("status", stop.code)
"""
    hidden = ("torch", "transformers", "sentence_transformers")
    printed = run_python("import sys\nsys.stderr = sys.stdout\n" + code, *options, hidden=hidden)
    assert "pip install 'langalign[torch]'" in printed
    assert "status 2" in printed
