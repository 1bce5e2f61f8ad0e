"""Records of the benchmarks say with which commit they were measured, or that it is not known."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture(scope="module")
def code_state():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("code_state").code_state
    sys.modules.pop("code_state")


def git(folder, *arguments):
    who = ("-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    root = (tmp_path / "checkout").resolve()
    package = root / "src" / "langalign" / "__init__.py"
    for path in (package, root / "benchmarks" / "real.py", root / "docs" / "page.md"):
        path.parent.mkdir(parents=True)
        path.write_text("1\n")
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root, str(package)


def test_the_commit_and_whether_the_tree_was_changed(code_state, checkout):
    root, package = checkout
    commit = git(root, "rev-parse", "HEAD")
    assert code_state(root, package) == {"commit": commit, "dirty": False}
    (root / "benchmarks" / "results").mkdir()
    (root / "benchmarks" / "results" / "real.json").write_text("{}")
    (root / "docs" / "page.md").write_text("2\n")
    assert code_state(root, package) == {"commit": commit, "dirty": False}
    (root / "src" / "langalign" / "new.py").write_text("")
    assert code_state(root, package) == {"commit": commit, "dirty": True}
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    assert code_state(root, package) == {"commit": git(root, "rev-parse", "HEAD"), "dirty": False}
    assert git(root, "rev-parse", "HEAD") != commit


def test_where_it_cannot_be_known_nothing_is_told(code_state, checkout, tmp_path, monkeypatch):
    root, package = checkout
    assert code_state(root, str(tmp_path / "site-packages" / "langalign" / "__init__.py")) is None
    inside = root / "unpacked"  # a copy without git in the checkout of something else
    shutil.copytree(root / "src", inside / "src")
    assert code_state(inside, str(inside / "src" / "langalign" / "__init__.py")) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code_state(root, package) is None


def test_every_benchmark_that_stamps_a_record_says_the_code():
    stamping = [
        path.name
        for path in sorted(BENCHMARKS.glob("*.py"))
        if re.search(r"environment_versions\(\)|RunRecord\(|compare\(\n", text := path.read_text())
        and "CODE" not in text
    ]
    assert stamping == []
