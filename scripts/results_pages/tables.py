"""Tables of scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langalign.evaluation.seeds import SeedSummary
from results_pages.auto_row import auto_summary
from results_pages.names import LANGUAGES, NAMES, ONE, SETTINGS, TASKS, TWO
from results_pages.records import HUNDRED, MAJORITY, NATIVE, Cell, Records

AUTO: Cell = (TWO, "auto")
"""Stands in the record of aligners, not in that of reviews."""


def table(setting: str, metric: str = "accuracy") -> Callable[[Records], str]:
    """Return a block: all rows of one setting."""

    def block(records: Records) -> str:
        languages = records.languages()
        lines = [f"| | {' | '.join(TASKS[lang] for lang in languages)} |"]
        lines.append("|---|" + "---|" * len(languages))
        for strategy, name in NAMES.items():
            row = [
                _cell(records.found.get((lang, setting, strategy)), metric) for lang in languages
            ]
            if any(row):
                shown = f"*{name}*" if "oracle" in strategy else name
                lines.append(f"| {shown} | {' | '.join(row)} |")
        return "\n".join(lines)

    return block


def summary(records: Records) -> str:
    """Return the short table of README.md, with what is carried over in one direction."""
    rows: tuple[tuple[str, Cell], ...] = (
        ("always the majority class", MAJORITY),
        ("English-only, `mini` on both sides", (ONE, "english-only")),
        ("LangAlign `linear`, `mini` on both sides", (ONE, "linear")),
        ("ten lines of scikit-learn", (TWO, "ten-lines")),
        ("LangAlign `linear`, without unlabelled text", (TWO, "linear, not centred")),
        ("LangAlign `linear`", (TWO, "linear")),
        ("LangAlign `linear`, reverse", (TWO, "reverse-linear")),
        ("**LangAlign `auto`, the default**", AUTO),
        ("100 native labels", HUNDRED),
        ("native ceiling (up to 12,000 labels)", NATIVE),
    )
    languages = records.languages()
    lines = [f"| accuracy | {' | '.join(TASKS[lang] for lang in languages)} |"]
    lines.append("|---|" + "---|" * len(languages))
    for name, cell in rows:
        found = [_cell(_summary(records, lang, cell), "accuracy") for lang in languages]
        if any(found):
            lines.append(f"| {name} | {' | '.join(found)} |")
    return "\n".join(lines)


def _summary(records: Records, lang: str, cell: Cell) -> SeedSummary | None:
    return auto_summary(records, lang) if cell == AUTO else records.found.get((lang, *cell))


def shares_of(records: Records, best: dict[str, tuple[float, str, str]]) -> dict[str, float]:
    """Return the share of the way from the majority class to the native ceiling, by language."""
    shares = {}
    for lang, (value, *_) in best.items():
        low, high = records.accuracy(lang, *MAJORITY), records.accuracy(lang, *NATIVE)
        if low is not None and high is not None and high > low:
            shares[lang] = (value - low) / (high - low)
    return shares


def ways(records: Records) -> str:
    """Return the share of the way from the majority class to the native ceiling."""
    languages = records.languages()
    lines = [f"| | | {' | '.join(LANGUAGES[lang] for lang in languages)} |"]
    lines.append("|---|---|" + "---|" * len(languages))
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            row = []
            for lang in languages:
                value = records.accuracy(lang, setting, strategy)
                share = {} if value is None else shares_of(records, {lang: (value, "", "")})
                row.append(f"{share[lang]:.0%}" if share else "")
            if any(row):
                lines.append(f"| {SETTINGS[setting]} | {NAMES[strategy]} | {' | '.join(row)} |")
    return "\n".join(lines)


def probe(records: Records) -> str:
    """Return how the bundled encoder fares with native labels."""
    lines = ["| native labels, test accuracy | `mini` | TF-IDF of characters |", "|---|---|---|"]
    for lang, found in records.mini["native"].items():
        cells = (_interval(found[name]["test"]) for name in ("mini", "tfidf_char_1_4"))
        lines.append(f"| {TASKS[lang]} | {' | '.join(cells)} |")
    size = records.mini["bytes"] / 1e6
    return "\n".join([*lines, "", f"The encoder's files take {size:.1f} MB."])


def _cell(found: SeedSummary | None, metric: str) -> str:
    if found is None:
        return ""
    spread = found.accuracy if metric == "accuracy" else found.macro_f1
    return f"{spread.mean:.3f} [{spread.interval.low:.2f}, {spread.interval.high:.2f}]"


def _interval(scores: dict[str, Any]) -> str:
    low, high = scores["interval_95"]
    return f"{scores['accuracy']:.3f} [{low:.2f}, {high:.2f}]"
