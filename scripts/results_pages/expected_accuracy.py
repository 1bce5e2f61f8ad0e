"""How far accuracy judged without target labels lies from the accuracy measured with them."""

from __future__ import annotations

from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records

KNOWN = {True: "texts", False: "pairs alone"}


def expected_accuracy(records: Records) -> str:
    """Return coverage, error and width, and the error of other judges."""
    record = records.expected
    if not record:
        return ""
    rows = record["summary"]["test"]
    judges = list(rows[0]["mean_absolute_error_of"])
    lines = [
        "Test rows. In Korean and Japanese they are other rows of the tasks, and of the fits, that",
        "the figures above were found on, which says little about a new task. Chinese is new: it",
        "was not looked at before, and no figure was changed afterwards.",
        _verdict(rows),
        "",
        "| languages | judged on | fits | in the interval | width | error (mean absolute) | bias "
        "| not above the majority class, and warned of |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {_names(row)} | {KNOWN[row['unlabeled']]} | {row['cells']} | {row['coverage']:.0%} "
            f"| {row['mean_width']:.2f} | {row['mean_absolute_error']:.3f} | {row['bias']:+.3f} "
            f"| {row['not_above_majority']}, {row['of_these_warned']} |"
        )
    lines += [
        "",
        "The error of other judges on the same fits:",
        "",
        f"| languages | judged on | this | {' | '.join(judges)} |",
        "|---" * (3 + len(judges)) + "|",
    ]
    for row in rows:
        others = " | ".join(f"{row['mean_absolute_error_of'][name]:.3f}" for name in judges)
        lines.append(
            f"| {_names(row)} | {KNOWN[row['unlabeled']]} | {row['mean_absolute_error']:.3f} "
            f"| {others} |"
        )
    lines += ["", "By task:", "", *_by_task(record["rows"])]
    return "\n".join(lines)


def _verdict(rows: list[dict[str, Any]]) -> str:
    """State whether the interval held what it is meant to where nothing was developed."""
    findings = []
    for row in rows:
        if row["languages"] != ["zh"]:
            continue
        side = "less" if row["bias"] < 0 else "more"
        findings.append(
            f"judged on {KNOWN[row['unlabeled']]} the interval held {row['coverage']:.0%} of the "
            f"fits, and {abs(row['bias']):.3f} {side} was expected than measured"
        )
    return f"**There, {'; '.join(findings)}. It is meant to hold 90%.**" if findings else ""


def _names(row: dict[str, Any]) -> str:
    return ", ".join(LANGUAGES[lang] for lang in row["languages"])


def _by_task(cells: list[dict[str, Any]]) -> list[str]:
    lines = ["| task | judged on | fits | expected | measured | in the interval |"]
    lines.append("|---" * 6 + "|")
    by_task: dict[tuple[str, str, bool], list[dict[str, Any]]] = {}
    for cell in cells:
        key = cell["task"], cell["lang"], cell["unlabeled"]
        by_task.setdefault(key, []).append(cell)
    for (task, lang, unlabeled), own in sorted(by_task.items()):
        judged = [cell["expected"] for cell in own]
        truth = [cell["test"]["accuracy"] for cell in own]
        held = sum(
            one["low"] <= right <= one["high"] for one, right in zip(judged, truth, strict=True)
        )
        mean = sum(one["accuracy"] for one in judged) / len(own)
        lines.append(
            f"| {task}, {LANGUAGES[lang]} | {KNOWN[unlabeled]} | {len(own)} | {mean:.2f} "
            f"| {sum(truth) / len(own):.2f} | {held} |"
        )
    return lines
