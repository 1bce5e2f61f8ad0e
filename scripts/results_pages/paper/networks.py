"""The paper's networks against the closed form: points and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from results_pages.names import LANGUAGES, ONE, SETTINGS, TWO
from results_pages.paper.records import NOT_MEASURED, TASK_NAMES, Comparison
from results_pages.paper.words import grid, points
from results_pages.records import Records

DIRECTIONS = ("", "reverse-")
NETWORKS, CLOSED = ("fc", "ae"), ("linear", "procrustes")
PAIRS = tuple(
    (f"{direction}{network}", f"{direction}{closed}")
    for direction in DIRECTIONS
    for network in NETWORKS
    for closed in CLOSED
)


def network_counts(records: Records) -> str:
    """Return in how many cells the networks are behind."""
    lines = []
    for network, closed in PAIRS:
        both = [
            (each.scores[network], each.scores[closed])
            for each in records.paper.comparisons
            if network in each.scores and closed in each.scores
        ]
        if both:
            behind = sum(one.value < other.value for one, other in both)
            clearly = sum(other.above(one) for one, other in both)
            ahead = sum(one.above(other) for one, other in both)
            lines.append(
                f"- `{network}` is behind `{closed}` in {behind} of {len(both)} cells, clearly in "
                f"{clearly}; clearly ahead in {ahead}."
            )
    return "\n".join(lines) or NOT_MEASURED


def network_points(records: Records) -> str:
    """Return the differences, one row per task, setting and pair of aligners."""
    rows = []
    for task, name in TASK_NAMES.items():
        for setting in (TWO, ONE):
            for network, closed in PAIRS:
                cells = _cells(records.paper.where(task, setting), network, closed)
                if any(cells):
                    named = [f"`{network}`", f"`{closed}`"]
                    rows.append([name, SETTINGS[setting], *named, *cells])
    head = ["task", "encoders", "network", "over", *LANGUAGES.values()]
    return grid(head, rows) if rows else NOT_MEASURED


def _cells(compared: Sequence[Comparison], network: str, closed: str) -> list[str]:
    found = {
        each.lang: points(each.scores[network], each.scores[closed])
        for each in compared
        if network in each.scores and closed in each.scores
    }
    return [found.get(lang, "") for lang in LANGUAGES]


def seconds(records: Records) -> str:
    """Return the seconds of one run: choosing settings, fitting, predicting."""
    names = [direction + name for direction in DIRECTIONS for name in (*CLOSED, *NETWORKS)]
    tasks = [task for task in TASK_NAMES if records.paper.where(task)]
    rows = []
    for name in names:
        rows.append([f"`{name}`", *(_median(records.paper.where(task), name) for task in tasks)])
    head = ["seconds a run, median", *(TASK_NAMES[task] for task in tasks)]
    return grid(head, rows) if tasks else NOT_MEASURED


def _median(compared: Sequence[Comparison], strategy: str) -> str:
    taken = [run["seconds"] for each in compared for run in each.runs.get(strategy, ())]
    return f"{median(taken):.0f}" if taken else ""
