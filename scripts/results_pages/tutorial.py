"""Runs the blocks of a page and keeps what they print."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from results_pages.places import DOCS

TUTORIAL = DOCS / "tutorial.md"
TUTORIAL_RECORD = DOCS / "tutorial.json"
BLOCK = re.compile(
    r"^```(sh|python)\n(.*?)^```\n"
    r"(?:\n<!-- results: (output-[a-z0-9-]+) -->|<!-- (not run): [^>]+ -->)?",
    re.DOTALL | re.MULTILINE,
)


def run_page(text: str, folder: Path) -> dict[str, str]:
    """Run the shell and Python blocks of a page in a folder; return what the marked ones print.

    Blocks run in order: shell blocks each in a shell of its own, Python blocks in one session.
    Those with ``<!-- not run: reason -->`` below are left out.
    """
    (folder / "home").mkdir()
    environment = os.environ | {
        "LANGALIGN_CACHE": str(folder / "cache"),
        "HOME": str(folder / "home"),
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    session: dict[str, Any] = {"__name__": "__main__"}
    printed = {}
    before = Path.cwd()
    for kind, code, name, not_run in BLOCK.findall(text):
        if not_run:
            continue
        if kind == "sh":
            done = subprocess.run(
                ["sh", "-ec", code],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"{code}\n{done.stdout}{done.stderr}")
            output = done.stdout
        else:
            out = io.StringIO()
            os.chdir(folder)
            try:
                with contextlib.redirect_stdout(out), warnings.catch_warnings():
                    warnings.simplefilter("error")
                    exec(compile(code, "<tutorial>", "exec"), session)
            finally:
                os.chdir(before)
            output = out.getvalue()
        if name:
            printed[name] = "\n".join(line.rstrip() for line in output.rstrip().splitlines())
    return printed


def rerun_tutorial() -> None:
    """Run the tutorial in an empty folder and record what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LANGALIGN_CACHE"] = str(Path(folder, "cache"))
        printed = run_page(TUTORIAL.read_text("utf-8"), Path(folder))
    text = json.dumps(printed, ensure_ascii=False, indent=2)
    TUTORIAL_RECORD.write_text(text + "\n", encoding="utf-8")
