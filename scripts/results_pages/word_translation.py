"""Word translation beside VecMap and MUSE, once that was measured."""

from __future__ import annotations

from typing import Any

from langalign.evaluation.intervals import Interval
from results_pages.names import LANGUAGES
from results_pages.paper.records import Score
from results_pages.paper.words import points
from results_pages.records import Records

SCORINGS = {"cosine": "cosine", "csls": "CSLS"}
"""As people write them."""
OURS = "LangAlign"


def word_translation(measured: Records) -> str:
    """Return the table of precisions, and against whom ours is level, ahead or behind."""
    records = measured.words
    if not records:
        return "Not measured yet; `benchmarks/words.py` does it."
    heads = [f"{LANGUAGES[lang]}, {s}" for lang in records for s in SCORINGS]
    lines = [f"| precision@1 | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for method in dict.fromkeys(row["method"] for r in records.values() for row in r["rows"]):
        cells = [
            _shown(_precision(record, method, scoring))
            for record in records.values()
            for scoring in SCORINGS
        ]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_sizes(records), "", _verdict(records)])


def _precision(record: dict[str, Any], method: str, scoring: str) -> dict[str, float]:
    rows = (row for row in record["rows"] if row["method"] == method)
    found: dict[str, Any] = next(rows, {"scores": {"precision": {}}})["scores"]["precision"]
    return dict(found.get(scoring, {}).get("1", {}))


def _shown(found: dict[str, float]) -> str:
    return f"{found['value']:.3f} [{found['low']:.2f}, {found['high']:.2f}]" if found else ""


def _sizes(records: dict[str, Any]) -> list[str]:
    return [
        f"- **{LANGUAGES[lang]}**: learned from {record['train']['words']:,} source words "
        f"({record['train']['pairs']:,} pairs), scored on {record['gold']['words']:,} others, "
        f"sought among {record['words'][lang]:,} words."
        for lang, record in records.items()
    ]


def _verdict(records: dict[str, Any]) -> str:
    """Say by how many points ours differs from each peer's, and whether that is sure."""
    lines = []
    for scoring, how in SCORINGS.items():
        parts = []
        for peer in ("VecMap", "MUSE"):
            differences = []
            for lang, record in records.items():
                ours, theirs = (_precision(record, name, scoring) for name in (OURS, peer))
                if ours and theirs:
                    differences.append(f"{LANGUAGES[lang]} {points(_score(ours), _score(theirs))}")
            if differences:
                parts.append(f"over {peer}: {', '.join(differences)}")
        if parts:
            lines.append(f"Points of precision@1 by {how} {'; '.join(parts)}.")
    return "\n\n".join(lines)


def _score(found: dict[str, float]) -> Score:
    return Score(found["value"], Interval(found["low"], found["high"]))
