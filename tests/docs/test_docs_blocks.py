"""What the pages tell a reader to type works."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys

import pytest
import typer
from pages import ROOT, WRITTEN, name_of
from results_pages.tutorial import BLOCK, TUTORIAL, TUTORIAL_RECORD, run_page

from langalign.aligners import aligners
from langalign.cli.main import app

WHOLE = [ROOT / "README.md", TUTORIAL]
BLOCKS = {page: BLOCK.findall(page.read_text("utf-8")) for page in WRITTEN}
# The block of add-an-aligner.md is a file of the package; test_docs_aligner.py puts it there.
WITH_PYTHON = [
    page
    for page, blocks in BLOCKS.items()
    if page.name != "add-an-aligner.md" and any(kind == "python" for kind, *_ in blocks)
]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LANGALIGN_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("page", [page for page in WITH_PYTHON if page not in WHOLE], ids=name_of)
def test_python_blocks_run(page, tmp_path):
    """One session a page, in a folder of its own, warnings as errors."""
    text = page.read_text("utf-8").replace("```sh\n", "```text\n")
    run_page(text, tmp_path)


@pytest.mark.parametrize("page", WHOLE, ids=name_of)
def test_whole_pages_run_and_print_what_they_show(page, tmp_path):
    printed = run_page(page.read_text("utf-8"), tmp_path)
    recorded = json.loads(TUTORIAL_RECORD.read_text("utf-8")) if printed else {}
    assert {name: masked(text) for name, text in printed.items()} == {
        name: masked(text) for name, text in recorded.items()
    }


def masked(text):
    """Return text without its figures and widths, and without who won by a hair.

    They may differ between machines.
    """
    kinds = [aligners.get(name).__name__ for name in aligners.names()]
    text = re.sub(rf"\b({'|'.join((*aligners.names(), *kinds))})\b(\(.*?\))?", "#", text)
    return re.sub(r"[\d.]+(e-?\d+)?|[ ─━>]+", "#", text)


COMMANDS = sorted(
    {
        (name_of(page), " ".join(line.split()))
        for page, blocks in BLOCKS.items()
        for kind, code, *_ in blocks
        if kind == "sh"
        for line in code.replace("\\\n", " ").splitlines()
        if line.startswith("langalign ")
    }
)


def test_there_are_command_lines():
    assert len(COMMANDS) > 10


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_commands_and_options_exist(page, line):
    words = shlex.split(line, comments=True)
    command = typer.main.get_command(app)
    for word in words[1:3]:
        if hasattr(command, "commands"):  # a group, such as words
            assert word in command.commands
            command = command.commands[word]
    known = {"--help", "-h"}.union(
        *((*option.opts, *option.secondary_opts) for option in command.params)
    )
    assert {word for word in words if re.match("--?[a-z]", word)} <= known


@pytest.mark.parametrize("target", ["demo", "test", "install", "check", "format", "docs", "clean"])
def test_make_targets_that_pages_name_exist(target):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=name_of)
def test_examples_run_without_torch(example, tmp_path):
    program = (
        "import runpy, sys\n"
        f"runpy.run_path({str(example)!r}, run_name='__main__')\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
    assert "False" not in done.stdout
