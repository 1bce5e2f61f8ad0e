"""How long commands take to start: each in a fresh process, in turns, beside bare Python.

Usage: ``python benchmarks/start.py``; half a minute. Time is from start to end of the process. The
modules are compiled once beforehand, as an installed package's are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from alternating import ratios, seconds_of, spread
from records import write_record

from langalign import LangAlign
from langalign.data import bundled

CASES = {
    "python -c pass": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import langalign": ["-c", "import langalign"],
    "import typer": ["-c", "import typer"],
    "langalign --help": ["-m", "langalign.cli.main", "--help"],
    "langalign predict": ["-m", "langalign.cli.main", "predict", "{model}", "--text", "좋아요"],
}
BARE = "python -c pass"


def saved_model(folder: Path) -> Path:
    """Write a small model with ``mini`` on both sides, in reverse: both parts are served."""
    model = LangAlign(target_lang="ko", aligner="linear", direction="reverse", cache=False)
    model.fit(
        bundled.sentiment("en", "train"),
        parallel=bundled.parallel("sentiment", "en", "ko", "train"),
    )
    model.save(folder / "model")
    return folder / "model"


def measure(repeats: int) -> dict[str, dict[str, float]]:
    """Return the seconds of each case, and how many times those of bare Python they are."""
    with tempfile.TemporaryDirectory() as folder:
        model = saved_model(Path(folder))
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        environment["LANGALIGN_CACHE"] = f"{folder}/vectors"

        def start(arguments: list[str]) -> None:
            filled = [sys.executable, *(part.format(model=model) for part in arguments)]
            subprocess.run(filled, env=environment, check=True, stdout=subprocess.DEVNULL)

        ways = {name: lambda given=given: start(given) for name, given in CASES.items()}
        seconds = seconds_of(ways, repeats=repeats)
    return {
        name: spread(runs, digits=4)
        | {"times_bare_python": round(spread(ratios(runs, seconds[BARE]))["median"], 1)}
        for name, runs in seconds.items()
    }


def main() -> None:
    """Measure all cases and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=21)
    arguments = parser.parse_args()
    seconds = measure(arguments.repeats)
    for name, figures in seconds.items():
        print(name, figures)
    print(write_record("start", {"repeats": arguments.repeats, "seconds": seconds}))


if __name__ == "__main__":
    main()
