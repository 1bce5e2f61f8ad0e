"""The aligner of "Add an aligner in one file", dropped into a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from pages import ROOT

PAGE = ROOT / "docs" / "how-to" / "add-an-aligner.md"
FILE = re.compile(r"<!-- file: ([\w.]+) -->\n```python\n(.*?)```\n", re.DOTALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs Python with the copy in place of the installed package."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "mini_data")
    shutil.copytree(ROOT / "src" / "langalign", folder / "langalign", ignore=ignored)
    name, code = FILE.search(PAGE.read_text("utf-8")).groups()
    (folder / "langalign" / "aligners" / name).write_text(code, encoding="utf-8")

    def python(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    return python


def test_it_is_listed_and_has_its_strategies(run):
    listed = json.loads(run("-m", "langalign.cli.main", "list", "--json").stdout)
    assert "diagonal" in [entry["name"] for entry in listed["aligners"]]
    assert {"diagonal", "reverse-diagonal"} <= {entry["name"] for entry in listed["strategies"]}


def test_it_keeps_the_contract(run):
    contract = ROOT / "tests" / "aligners" / "test_aligner_contract.py"
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error", "-k", "diagonal")
    done = run("-m", "pytest", *options, f"--rootdir={contract.parent}", "-c", os.devnull, contract)
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 10


def test_its_example_runs(run):
    program = (
        "import doctest, langalign.aligners.diagonal as it\n"
        "found = doctest.testmod(it)\nassert found.attempted and not found.failed\n"
    )
    done = run("-W", "error", "-c", program)
    assert done.returncode == 0, done.stdout + done.stderr
