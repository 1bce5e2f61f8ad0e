"""Counts, lists and differences in words."""

from __future__ import annotations

from collections.abc import Sequence

from results_pages.paper.records import Comparison, Score


def listed(names: Sequence[str]) -> str:
    """Return names as text, ``none`` where there are none."""
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def in_brackets(names: Sequence[str]) -> str:
    """Return names in brackets, nothing where there are none."""
    return f" ({listed(names)})" if names else ""


def points(first: Score, second: Score) -> str:
    """Return the difference in points; *unsure* where the intervals overlap."""
    shown = f"{100 * (first.value - second.value):+.1f}"
    return shown if first.above(second) or second.above(first) else f"{shown} (unsure)"


def points_by_seed(compared: Comparison, first: str, second: str) -> str:
    """Return the difference in points, and in how many draws the first is ahead."""
    one, other = compared.by_seed(first), compared.by_seed(second)
    shared = one.keys() & other.keys()
    ahead = sum(one[seed] > other[seed] for seed in shared)
    mean = 100 * (compared.scores[first].value - compared.scores[second].value)
    return f"{mean:+.1f} ({ahead} of {len(shared)} draws)"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
