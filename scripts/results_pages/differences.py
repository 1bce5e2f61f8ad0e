"""Differences of two rows, in words and in tables."""

from __future__ import annotations

from collections.abc import Callable

from results_pages.names import LANGUAGES, NAMES, ONE, SETTINGS, TWO
from results_pages.paper.records import Score
from results_pages.paper.words import points
from results_pages.records import Cell, Records


def gap(records: Records, lang: str, first: Cell, second: Cell) -> str:
    """Return the points of accuracy that the first is ahead, and how sure that is.

    Where both ran on the same draws of pairs: in how many of them it is ahead. Otherwise *unsure*
    where their intervals overlap, as on every page.
    """
    one, other = records.found.get((lang, *first)), records.found.get((lang, *second))
    if one is None or other is None:
        return ""
    ours, theirs = records.by_seed(lang, first), records.by_seed(lang, second)
    shared = ours.keys() & theirs.keys()
    if "reference" not in (first[0], second[0]) and len(shared) > 1:
        ahead = sum(ours[seed] > theirs[seed] for seed in shared)
        difference = 100 * (one.accuracy.mean - other.accuracy.mean)
        return f"{difference:+.1f} ({ahead} of {len(shared)} draws)"
    return points(*(Score(each.accuracy.mean, each.accuracy.interval) for each in (one, other)))


def differences(records: Records, first: Cell, second: Cell) -> str:
    """Return the differences of two rows as text: ``Korean +34.9, Chinese +1.0 (unsure)``."""
    gaps = {LANGUAGES[lang]: gap(records, lang, first, second) for lang in LANGUAGES}
    return ", ".join(f"{name} {shown}" for name, shown in gaps.items() if shown)


def listed(languages: list[str]) -> str:
    """Return names of languages as text, ``none`` where there are none."""
    names = [LANGUAGES[lang] for lang in languages]
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def gaps(*pairs: tuple[str, str], second: Cell | None = None) -> Callable[[Records], str]:
    """Return a block: points of accuracy of row over row, in each setting that has both."""

    def block(records: Records) -> str:
        languages = records.languages()
        lines = [f"| encoders | row | over | {' | '.join(LANGUAGES[x] for x in languages)} |"]
        lines.append("|---" * (3 + len(languages)) + "|")
        for setting in (TWO, ONE):
            for first, name in pairs:
                other = second or (setting, name)
                row = [gap(records, lang, (setting, first), other) for lang in languages]
                if any(row):
                    names = f"{SETTINGS[setting]} | {NAMES[first]} | {NAMES[name]}"
                    lines.append(f"| {names} | {' | '.join(row)} |")
        return "\n".join(lines)

    return block
