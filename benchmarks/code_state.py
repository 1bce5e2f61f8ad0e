"""Which code a record was measured with: the commit, and whether anything was changed since."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = (
    "src",
    "benchmarks",
    "pyproject.toml",
    "constraints.txt",
    ":(exclude)benchmarks/results",
)
"""What counts as changed; a record that another benchmark wrote does not."""


def code_state(root: Path = ROOT, package: str | None = None) -> dict[str, Any] | None:
    """Return ``commit`` and ``dirty`` of a checkout.

    ``None`` where that is not known: without git, outside of a checkout of this project, or where
    the package is imported from elsewhere.

    Parameters
    ----------
    root
        The checkout.
    package
        The file that the package is imported from; found, unless given.
    """
    if package is None:
        found = importlib.util.find_spec("langalign")
        package = "" if found is None or found.origin is None else found.origin
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top) != root or not Path(package).resolve().is_relative_to(root / "src"):
        return None
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", *MEASURED)
    if commit is None or changes is None:
        return None
    return {"commit": commit, "dirty": changes != ""}


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints, or ``None`` where there is none, or it refuses."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


CODE = code_state()
"""Of this process when it began: a checkout may move on while a benchmark runs.

What was taken up from an earlier run may be of older code.
"""
