"""Fill the marked places of README.md and docs/ from records, and draw the pictures.

``python scripts/results.py`` fills them, ``--check`` exits with 1 where something is stale, and
``--rerun`` first runs the blocks of the tutorial again and records what they print.

A marked place is what stands between ``<!-- results: NAME -->`` and ``<!-- end -->``. No figure in
the documentation is typed by hand, and sentences about figures are made here, from the records.
"""

from __future__ import annotations

import argparse
import sys

from results_pages.marks import wanted
from results_pages.places import ROOT
from results_pages.records import Records
from results_pages.tutorial import rerun_tutorial


def main() -> None:
    """Fill, or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    parser.add_argument("--rerun", action="store_true", help="run the tutorial again first")
    arguments = parser.parse_args()
    if arguments.rerun:
        rerun_tutorial()
    stale = [
        (path, text)
        for path, text in wanted(Records.read()).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    for path, text in stale:
        print(f"{'stale' if arguments.check else 'wrote'}: {path.relative_to(ROOT)}")
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
    if stale and arguments.check:
        sys.exit("run: python scripts/results.py")


if __name__ == "__main__":
    main()
