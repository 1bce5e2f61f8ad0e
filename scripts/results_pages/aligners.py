"""Which aligner is best by numbers of pairs, and how ``auto`` does beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records

SHOWN = (
    "auto",
    "procrustes",
    "whitened-procrustes",
    "linear",
    "rcsls",
    "contrastive",
    "residual",
    "fc",
    "ae",
)
TAUGHT = "auto-taught"
PLATEAU_PAIRS = 50_000
"""As the cells name it: all of Tanaka's training pairs."""

Row = Mapping[str, Any]


def alignment(task: str) -> Callable[[Records], str]:
    """Return the block of one task: a table, and where ``auto`` falls short of the best."""

    def block(records: Records) -> str:
        record = records.alignment
        if not record:
            return ""
        rows = [row for row in record["rows"] if row["task"] == task]
        verdicts = [cell for cell in record["auto"] if cell["task"] == task]
        return "\n".join([*_table(rows), "", _verdict(verdicts)])

    return block


def gap(records: Records) -> str:
    """Return how ``auto`` stands beside 100 native labels, and in the gap to the ceiling."""
    if not records.alignment:
        return ""
    at = {
        (row["lang"], row["method"]): row
        for row in records.alignment["rows"]
        if row["task"] == "sentiment" and row["n_pairs"] in (0, 20_000)
    }
    heads = ("ten-lines", "auto", "native-100", "native")
    lines = [
        "| accuracy | ten lines of scikit-learn | `auto` | 100 native labels | native ceiling | "
        "share of the gap closed |",
        "|---" * 6 + "|",
    ]
    for lang, name in LANGUAGES.items():
        if all((lang, head) in at for head in heads):
            low, auto, ceiling = (float(at[lang, each]["score"]) for each in (*heads[:2], heads[3]))
            cells = " | ".join(_score(at[lang, head], "score") for head in heads)
            lines.append(f"| {name} | {cells} | {(auto - low) / (ceiling - low):.0%} |")
    return "\n".join(lines)


def taught_pairs(records: Records) -> str:
    """Return what ``auto`` gains where pairs teach the head as well, in points of accuracy."""
    if not records.alignment:
        return ""
    at = {
        (row["lang"], row["n_pairs"], row["method"]): float(row["score"])
        for row in records.alignment["rows"]
        if row["task"] == "sentiment"
    }
    sizes = sorted({n for _, n, method in at if method == TAUGHT})
    lines = [
        f"| points of accuracy, pairs | {' | '.join(f'{n:,}' for n in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for lang, name in LANGUAGES.items():
        gains = [100 * (at[lang, n, TAUGHT] - at[lang, n, "auto"]) for n in sizes]
        lines.append(f"| {name} | {' | '.join(f'{gain:+.1f}' for gain in gains)} |")
    return "\n".join(lines)


def plateau(records: Records) -> str:
    """Return the learning curve of the paper's FC, and how far ``auto`` and others are above it."""
    measured = records.alignment.get("plateau") if records.alignment else None
    if not measured:
        return ""
    lines = ["| epochs | precision@1 | held-out loss | seconds |", "|---|---|---|---|"]
    lines += [
        f"| {point['epochs']} | {_score(point, 'precision')} | {point['held_out_loss']:.3f} "
        f"| {point['seconds']:.0f} |"
        for point in measured["points"]
    ]
    height = max(float(point["precision"]) for point in measured["points"])
    rows = [
        row
        for row in records.alignment["rows"]
        if (row["lang"], row["task"]) == ("ja", "retrieval") and row["n_pairs"] == PLATEAU_PAIRS
    ]
    gaps = ", ".join(
        f"`{row['method']}` {100 * (row['score'] - height):+.1f}"
        for row in sorted(rows, key=lambda row: -float(row["score"]))
    )
    return "\n".join([*lines, "", f"Points of precision@1 over its best, on all pairs: {gaps}."])


def _table(rows: Sequence[Row]) -> list[str]:
    at = {(row["lang"], row["n_pairs"], row["method"]): row for row in rows}
    cells = sorted({(row["lang"], row["n_pairs"]) for row in rows if row["n_pairs"]})
    names = [name for name in SHOWN if any(row["method"] == name for row in rows)]
    lines = [
        f"| language, pairs | {' | '.join(f'`{name}`' for name in names)} |",
        "|---" * (len(names) + 1) + "|",
    ]
    for lang, n_pairs in sorted(cells, key=lambda cell: (list(LANGUAGES).index(cell[0]), cell[1])):
        shown = [
            _score(at[lang, n_pairs, name], "score") if (lang, n_pairs, name) in at else ""
            for name in names
        ]
        lines.append(f"| {LANGUAGES[lang]}, {n_pairs:,} | {' | '.join(shown)} |")
    return lines


def _verdict(verdicts: Sequence[Row]) -> str:
    missed = [cell for cell in verdicts if not cell["met"]]
    said = (
        f"In {len(verdicts) - len(missed)} of {len(verdicts)} cells `auto` reaches the interval of "
        "the best single aligner, picked by the test"
    )
    cells = [
        f"{LANGUAGES[cell['lang']]} with {cell['n_pairs']:,} pairs ({cell['auto']:.3f}, "
        f"`{cell['best']}` {cell['best_score']:.3f})"
        for cell in missed
    ]
    return said + (f"; not in {', '.join(cells)}." if cells else ".")


def _score(row: Row, name: str) -> str:
    low, high = row["interval"]
    return f"{row[name]:.3f} [{low:.2f}, {high:.2f}]"
