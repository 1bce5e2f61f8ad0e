"""The command line run in this process through ``main``, and small files to run it on."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from langalign.cli.main import main
from langalign.data import bundled


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


def _run(*args, stdin=b""):
    """Run ``langalign args`` as the installed script does."""
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.argv = ["langalign", *map(str, args)]
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = out, err
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
    return Result(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


@pytest.fixture(scope="session")
def run():
    return _run


@pytest.fixture(scope="session", autouse=True)
def _no_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGALIGN_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("COLUMNS", "80")
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    """A folder with labels.jsonl, pairs.tsv, texts.txt and test.tsv, all of the bundled reviews."""
    folder = tmp_path_factory.mktemp("files")
    english, korean = bundled.sentiment("en", "train"), bundled.sentiment("ko", "test")
    pairs = bundled.parallel("sentiment", "en", "ko", "train")
    write_jsonl(
        folder / "labels.jsonl",
        [
            {"text": text, "label": label}
            for text, label in zip(english.texts[:120], english.labels[:120], strict=True)
        ],
    )
    rows = zip(pairs.source[:120], pairs.target[:120], strict=True)
    write_tsv(folder / "pairs.tsv", ("en", "ko"), rows)
    (folder / "texts.txt").write_text("\n".join(korean.texts[:40]) + "\n", encoding="utf-8")
    rows = zip(["test"] * 60, korean.labels[:60], korean.texts[:60], strict=True)
    write_tsv(folder / "test.tsv", ("split", "label", "ko"), rows)
    return folder


@pytest.fixture(scope="session")
def model(run, files, tmp_path_factory) -> Path:
    """A model folder; not to be written to."""
    folder = tmp_path_factory.mktemp("models") / "sentiment"
    result = run(*fit_args(files), "--out", folder)
    assert result.code == 0, result.err
    return folder


def fit_args(files: Path, **changes):
    """Return ``fit`` and its required options but ``--out``, some of them changed."""
    options = {
        "parallel": files / "pairs.tsv",
        "labeled": files / "labels.jsonl",
        "target-lang": "ko",
    }
    options |= {name.replace("_", "-"): value for name, value in changes.items()}
    return ["fit", *(part for name, value in options.items() for part in (f"--{name}", value))]


def write_tsv(path: Path, columns, rows) -> Path:
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_jsonl(path: Path, rows) -> Path:
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="session")
def make():
    """The functions that write files and build arguments."""
    return SimpleNamespace(tsv=write_tsv, jsonl=write_jsonl, fit_args=fit_args)
