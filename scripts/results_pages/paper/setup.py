"""How the experiment was run: rows, draws, seconds, versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from results_pages.made_with import made_with
from results_pages.paper.records import NOT_MEASURED, TASK_NAMES, Comparison
from results_pages.records import Records


def paper_setup(records: Records) -> str:
    """Return what was run on what."""
    compared = records.paper.comparisons
    if not compared:
        return NOT_MEASURED
    hours = sum(row["seconds"] for each in compared for row in each.record["rows"]) / 3600
    pairs = {TASK_NAMES[each.task]: f"{each.record['max_pairs']:,}" for each in compared}
    return "\n".join(
        [
            f"- **Test rows**: {_listed({each.name: _rows(each) for each in compared})}.",
            f"- **Parallel sentences**, at most: {_listed(pairs)}.",
            f"- **English labels**: {_sizes(compared, 'labeled')}.",
            f"- **Native labels**: {_sizes(compared, 'native')}.",
            f"- **Unlabelled text**: {_sizes(compared, 'unlabeled')}.",
            f"- **Seeds**: {_span(len(found) for found in _runs(compared, networks=False))}; the "
            f"networks {_span(len(found) for found in _runs(compared, networks=True))}.",
            f"- **Dropped, because they are in the test**: {_leaks(compared)}.",
            f"- **Comparisons**: {len(compared)}, with "
            f"{sum(len(found) for each in compared for found in each.runs.values()):,} runs that "
            f"took {hours:.1f} hours, added up, encoding apart.",
            *_left_out(compared),
            f"- **Versions**: {made_with([each.record for each in compared])}.",
        ]
    )


def _rows(compared: Comparison) -> str:
    return f"{compared.record['majority']['n']:,}"


def _sizes(compared: Iterable[Comparison], part: str) -> str:
    sizes = {each.name: each.record["sizes"].get(part) for each in compared}
    return _listed({name: f"{size:,}" for name, size in sizes.items() if size is not None})


def _listed(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in found.items())


def _runs(compared: Iterable[Comparison], *, networks: bool) -> list[Sequence[object]]:
    return [
        found
        for each in compared
        for name, found in each.runs.items()
        if (name.removeprefix("reverse-") in ("fc", "ae")) is networks
    ]


def _span(values: Iterable[int]) -> str:
    known = sorted(set(values))
    if not known:
        return "were not run"
    return str(known[0]) if len(known) == 1 else f"{known[0]} to {known[-1]}"


def _leaks(compared: Iterable[Comparison]) -> str:
    found = {
        f"{each.name} {part}": f"{n:,}"
        for each in compared
        for part, n in each.record["dropped_because_in_test"].items()
        if n
    }
    return _listed(found) or "none"


def _left_out(compared: Iterable[Comparison]) -> list[str]:
    """Return in how many comparisons a strategy does not suit data or encoders."""
    found = Counter(name for each in compared for name in each.record["left_out"])
    if not found:
        return []
    names = ", ".join(f"`{name}` in {n}" for name, n in sorted(found.items()))
    return [f"- **Could not be run**, in so many comparisons: {names}."]
