"""How it was run: rows, draws, tests, what was chosen, seconds."""

from __future__ import annotations

import sys

from results_pages.made_with import made_with
from results_pages.names import LANGUAGES, NAMES, ONE, SETTINGS, TASKS, TWO
from results_pages.places import ROOT
from results_pages.records import Records


def setup(records: Records) -> str:
    """Return what was measured on how many rows, with how many draws."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from real_data import N_NATIVE, N_PAIRS, N_UNLABELED

    languages = records.languages()
    rows = ", ".join(
        f"{TASKS[lang]} {records.found[lang, 'reference', 'majority'].n:,}" for lang in languages
    )
    draws = {
        lang: max(
            found.n_seeds
            for (known, setting, name), found in records.found.items()
            if known == lang and setting != "reference" and name == "linear"
        )
        for lang in languages
    }
    return (
        f"- **Test rows**: {rows}. Texts that are also in another split are dropped.\n"
        f"- **Pairs**: {N_PAIRS:,} parallel sentences, drawn anew for each seed "
        f"({', '.join(f'{LANGUAGES[lang]} {n}' for lang, n in draws.items())} draws), then cleaned."
        f"\n- **Unlabelled text**: {N_UNLABELED:,} texts of the task.\n"
        f"- **Native labels**: for the rows that use them, all up to {N_NATIVE:,}, or 100 "
        f"({max(s.n_seeds for k, s in records.found.items() if k[2] == 'native-100')} draws).\n"
        f"- **Versions**: {made_with(records.cells)}."
    )


def chance(records: Records) -> str:
    """Return how the paired tests against the majority class and English-only came out."""
    lines = [
        "| setting | LangAlign linear | against | better beyond chance | of |",
        "|---" * 5 + "|",
    ]
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            for rival in ("majority", "english-only"):
                rows = [
                    row
                    for row in records.comparisons
                    if (row["setting"], row["strategy"], row["against"])
                    == (setting, strategy, rival)
                ]
                won = sum(r["difference"] > 0 and r["p_value"] < 1 - r["level"] for r in rows)
                if rows:
                    lines.append(
                        f"| {SETTINGS[setting]} | {NAMES[strategy].split(', ')[1]} | "
                        f"{NAMES[rival]} | {won} | {len(rows)} runs |"
                    )
    return "\n".join(lines)


def chosen(records: Records) -> str:
    """Return what agreement chose, over the runs of LangAlign linear."""
    lines = ["| encoders | direction | language | kappa | C | threshold |", "|---" * 6 + "|"]
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            for lang in records.languages():
                runs = [
                    cell["settings"]
                    for cell in records.cells
                    if (cell["languages"][1], cell["settings"]["setting"], cell["strategy"])
                    == (lang, setting, strategy)
                ]
                if runs:
                    spans = (
                        _span([run["kappa"] for run in runs], ".2f"),
                        _span([run["head"]["C"] for run in runs], ".2g"),
                        _span([run["threshold"] for run in runs], ".2f"),
                    )
                    lines.append(
                        f"| {SETTINGS[setting]} | {NAMES[strategy].split(', ')[1]} | "
                        f"{LANGUAGES[lang]} | {' | '.join(spans)} |"
                    )
    return "\n".join(lines)


def times(records: Records) -> str:
    """Return how long runs took."""
    lines = ["| | seconds a run, median over languages and seeds |", "|---|---|"]
    for setting in (TWO, ONE):
        for strategy in ("ten-lines", "linear", "reverse-linear", "fc", "ae"):
            seconds = sorted(
                cell["seconds"]
                for cell in records.cells
                if cell["settings"]["setting"] == setting and cell["strategy"] == strategy
            )
            if seconds:
                middle = seconds[len(seconds) // 2]
                lines.append(f"| {SETTINGS[setting]}: {NAMES[strategy]} | {middle:.0f} |")
    whole = [
        f"| {LANGUAGES[record['language']]} | {name} | {seconds:.0f} |"
        for record in records.times
        for name, seconds in record["seconds"].items()
    ]
    if whole:
        lines += ["", "The whole way, encoding included (cold) and from the cache (warm):", ""]
        lines += ["| language | step | seconds |", "|---|---|---|", *whole]
    return "\n".join(lines)


def _span(values: list[float], form: str) -> str:
    ends = [format(end, form) for end in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
