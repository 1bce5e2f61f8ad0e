"""Which of the paper's claims hold here, by counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from results_pages.names import ONE, SETTINGS, TWO
from results_pages.paper.records import NOT_MEASURED, Comparison, Paper, Score
from results_pages.paper.shares import share_of
from results_pages.paper.words import grid, in_brackets, listed
from results_pages.records import Records

RIVALS = {
    "native": "all native labels",
    "translated": "training on translations",
    "translate-test": "translating the test texts",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Names of the comparisons that LangAlign's choice loses, wins, or that are not decided."""

    below: list[str]
    level: list[str]
    above: list[str]
    higher: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, Score, Score]]) -> Tally:
        """Count pairs of a name, LangAlign's score and the rival's; level: intervals overlap."""
        below = [name for name, ours, theirs in pairs if theirs.above(ours)]
        above = [name for name, ours, theirs in pairs if ours.above(theirs)]
        level = [name for name, *_ in pairs if name not in (*below, *above)]
        higher = sum(ours.value >= theirs.value for _, ours, theirs in pairs)
        return cls(below, level, above, higher)

    @property
    def n(self) -> int:
        """Return how many there are."""
        return len(self.below) + len(self.level) + len(self.above)


def claims(records: Records) -> str:
    """Return both claims of the paper with their counts, losses first."""
    paper = records.paper
    if not paper.comparisons:
        return NOT_MEASURED
    parts = [
        "**LangAlign beats English data as is.** With one encoder on both sides: "
        + _english(paper),
        "**LangAlign often equals or beats translated and native data.** *Equals*: the intervals "
        "overlap.",
        "\n".join(_rival(paper, name) for name in RIVALS),
        _details(paper),
    ]
    return "\n\n".join(filter(None, parts))


def against_english(paper: Paper) -> Tally:
    """Count against English-only, one encoder on both sides."""
    return Tally.of(
        [
            (each.name, each.choice, each.scores["english-only"])
            for each in paper.where(setting=ONE)
            if each.choice is not None and "english-only" in each.scores
        ]
    )


def no_better_than_guessing(paper: Paper) -> list[str]:
    """Name the comparisons with one encoder where the choice is not clearly above guessing.

    In the metric of the task and in accuracy: macro-F1 alone is a low bar.
    """
    return [
        each.name
        for each in paper.where(setting=ONE)
        if not all(map(_above_guessing, (each, each.in_accuracy())))
    ]


def _above_guessing(compared: Comparison) -> bool:
    return compared.choice is None or compared.beats_guessing(compared.choice)


def _english(paper: Paper) -> str:
    tally, guessing = against_english(paper), no_better_than_guessing(paper)
    if not tally.n:
        return f"{NOT_MEASURED[0].lower()}{NOT_MEASURED[1:]}"
    if len(tally.above) == tally.n:
        verdict = "holds in every case"
    else:
        verdict = "holds in part" if tally.above else "does not hold"
    return (
        f"it {verdict}. LangAlign's choice is clearly below English-only in {len(tally.below)} of "
        f"{tally.n}{in_brackets(tally.below)}, not decided in {len(tally.level)}"
        f"{in_brackets(tally.level)}, clearly above it in {len(tally.above)}"
        f"{in_brackets(tally.above)}. In {len(guessing)}{in_brackets(guessing)} it is not "
        "clearly above the majority class, in the task's metric or in accuracy."
    )


def against(paper: Paper, rival: str, setting: str | None = None) -> tuple[Tally, list[str]]:
    """Count against a rival where that is worth something; name where it is not."""
    found = [
        (each, each.choice, each.scores[rival])
        for each in paper.where(setting=setting)
        if each.choice is not None and rival in each.scores
    ]
    fair = [row for row in found if row[0].beats_guessing(row[2])]
    empty = [each.name for each, _, theirs in found if not each.beats_guessing(theirs)]
    return Tally.of([(each.name, ours, theirs) for each, ours, theirs in fair]), empty


def _rival(paper: Paper, rival: str) -> str:
    tallies = [against(paper, rival, setting) for setting in (TWO, ONE)]
    n, below, level, above, higher = (
        sum(counts)
        for counts in zip(
            *((t.n, len(t.below), len(t.level), len(t.above), t.higher) for t, _ in tallies),
            strict=True,
        )
    )
    empty = sum(len(names) for _, names in tallies)
    if not n and not empty:
        return f"- Against {RIVALS[rival]}: {NOT_MEASURED[0].lower()}{NOT_MEASURED[1:]}"
    verdict = ("holds" if 2 * below <= n else "does not hold") if n else "cannot be judged"
    line = (
        f"- Against {RIVALS[rival]} it {verdict}: clearly below in {below} of {n} cells, equal in "
        f"{level}, clearly above in {above}. By the means alone, at least equal in {higher}."
    )
    left_out = f" Left out are {empty} where this rival is not clearly above the majority class."
    return line + (left_out if empty else "")


def _details(paper: Paper) -> str:
    """Return which cells stand behind the counts."""
    rows = []
    for rival, what in RIVALS.items():
        for setting in (TWO, ONE):
            tally, empty = against(paper, rival, setting)
            if tally.n or empty:
                names = (tally.below, tally.level, tally.above, empty)
                rows.append([what, SETTINGS[setting], *(listed(each) for each in names)])
    head = ["against", "encoders", "clearly below", "equal", "clearly above", "left out"]
    return grid(head, rows) if rows else ""


def paper_headline(records: Records) -> str:
    """Return the line of README.md."""
    paper = records.paper
    tally = against_english(paper)
    if not tally.n:
        return NOT_MEASURED
    native = [against(paper, "native", setting)[0] for setting in (TWO, ONE)]
    # In macro-F1 the way starts below what random guesses reach, which flatters its share.
    in_accuracy = [each for each in paper.comparisons if each.metric == "accuracy"]
    shares = [found.value for each in in_accuracy if (found := share_of(each)) is not None]
    parts = [
        f"With one encoder, what LangAlign chose is clearly below English-only in "
        f"{len(tally.below)} of {tally.n} cases and clearly above it in {len(tally.above)}; in "
        f"{len(no_better_than_guessing(paper))} it is not clearly above the majority class."
    ]
    n = sum(each.n for each in native)
    if n:
        below = sum(len(each.below) for each in native)
        parts.append(f"With one or two, it is clearly below all native labels in {below} of {n}.")
    if shares:
        parts.append(
            f"In sentiment it goes {median(shares):.0%} of the way from the majority class to the "
            f"ceiling in the median, {min(shares):.0%} to {max(shares):.0%}."
        )
    return " ".join(parts)
