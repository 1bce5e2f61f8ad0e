"""Pictures of the benchmark of reviews."""

from __future__ import annotations

from pathlib import Path

from langalign.report.content import ReportRow
from langalign.report.drawing import to_svg
from langalign.report.kinds import Kind
from langalign.report.score_plot import draw_scores
from results_pages.names import ONE, TASKS, TWO
from results_pages.places import DOCS
from results_pages.records import HUNDRED, MAJORITY, NATIVE, Cell, Records


def pictures(records: Records) -> dict[Path, str]:
    """Return the pictures by file, on a white ground, so that they can be read in dark mode."""
    rows: dict[str, tuple[tuple[str, Cell], ...]] = {
        "result.svg": (
            ("English-only (mini)", (ONE, "english-only")),
            ("ten lines", (TWO, "ten-lines")),
            ("LangAlign, reverse", (TWO, "reverse-linear")),
            ("LangAlign, forward", (TWO, "linear")),
            ("100 native labels", HUNDRED),
            ("native ceiling", NATIVE),
        ),
        "result-one-encoder.svg": (
            ("English-only", (ONE, "english-only")),
            ("ten lines", (ONE, "ten-lines")),
            ("LangAlign AE", (ONE, "ae")),
            ("LangAlign FC", (ONE, "fc")),
            ("LangAlign, reverse", (ONE, "reverse-linear")),
            ("LangAlign, forward", (ONE, "linear")),
            ("100 native labels", HUNDRED),
            ("native ceiling", NATIVE),
        ),
    }
    return {DOCS / name: _picture(records, each) for name, each in rows.items()}


def _picture(records: Records, rows: tuple[tuple[str, Cell], ...]) -> str:
    shown, majority = [], {}
    for lang in records.languages():
        majority[TASKS[lang]] = records.found[lang, *MAJORITY].accuracy.mean
        for name, cell in rows:
            found = records.found.get((lang, *cell))
            if found is not None:
                kind: Kind = "target-labels" if cell in (HUNDRED, NATIVE) else ""
                shown.append(ReportRow(TASKS[lang], name, found.as_scores(), kind=kind))
    figure = draw_scores(shown, metric="accuracy", majority=majority)
    figure.set_facecolor("white")
    return "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"
