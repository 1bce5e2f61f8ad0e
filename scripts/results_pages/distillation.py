"""LangAlign beside a static student that sentence-transformers distilled from the same teacher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records

Row = Mapping[str, Any]


def distillation(records: Records) -> str:
    """Return accuracies and seconds, and when, if ever, a student is level with LangAlign."""
    record = records.distillation
    if not record:
        return ""
    rows: Sequence[Row] = record["rows"]
    langs = [lang for lang in LANGUAGES if any(row["lang"] == lang for row in rows)]
    draws = len({row["seed"] for row in rows})
    lines = [
        _caveat(draws),
        "",
        f"| accuracy, seconds | {' | '.join(LANGUAGES[lang] for lang in langs)} |",
        "|---" * (len(langs) + 1) + "|",
    ]
    for method in dict.fromkeys(row["method"] for row in rows):
        of_method = [row for row in rows if row["method"] == method]
        lines += _lines(method, of_method, langs)
    return "\n".join([*lines, "", *(_verdict(lang, rows) for lang in langs)])


def _caveat(draws: int) -> str:
    if draws > 1:
        return f"Means of {draws} draws of pairs, without intervals."
    return (
        "One draw of pairs and one seed, without intervals: small differences of accuracy mean "
        "nothing, and seconds are a rough guide."
    )


def _lines(method: str, rows: Sequence[Row], langs: Sequence[str]) -> list[str]:
    by_lang = {lang: [row for row in rows if row["lang"] == lang] for lang in langs}
    lines = [f"| {method} | {' | '.join(_cell(by_lang[lang], 'accuracy') for lang in langs)} |"]
    if "accuracy_centred" in rows[0]:
        cells = (_cell(by_lang[lang], "accuracy_centred") for lang in langs)
        lines.append(f"| {method}, centred | {' | '.join(cells)} |")
    return lines


def _cell(rows: Sequence[Row], name: str) -> str:
    return f"{mean(row[name] for row in rows):.3f}, {median(row['seconds'] for row in rows):.0f} s"


def _verdict(lang: str, rows: Sequence[Row]) -> str:
    """Say how long LangAlign takes to what the best student reaches, and how long that takes."""
    here = [row for row in rows if row["lang"] == lang]
    ours = [row for row in here if "snapshots" not in row]
    best = max(
        (row for row in here if "snapshots" in row),
        key=lambda row: max(row["accuracy"], row["accuracy_centred"]),
    )
    reached = max(best["accuracy"], best["accuracy_centred"])
    level = [row for row in ours if row["accuracy"] >= reached]
    if not level:
        return f"- **{LANGUAGES[lang]}**: no row of LangAlign reaches the best student."
    quickest = min(level, key=lambda row: row["seconds"])
    ratio = best["seconds"] / quickest["seconds"]
    default = next(row for row in ours if row["method"] == "LangAlign")
    ever = max(
        max(shot["accuracy"], shot["accuracy_centred"])
        for row in here
        for shot in row.get("snapshots", ())
    )
    does = "A student reaches" if ever >= default["accuracy"] else "No student ever reaches"
    return (
        f"- **{LANGUAGES[lang]}**: the best student takes {best['seconds']:.0f} s; "
        f"*{quickest['method']}* is at least as accurate after {quickest['seconds']:.1f} s "
        f"({ratio:.0f} times less). {does} LangAlign at its defaults ({default['accuracy']:.3f})."
    )
