"""What native labels are worth beside LangAlign's choice."""

from __future__ import annotations

from collections.abc import Callable

from results_pages.names import LANGUAGES, SETTINGS
from results_pages.paper.records import NOT_MEASURED, TASK_NAMES, Comparison, Score
from results_pages.paper.words import grid, points_by_seed
from results_pages.records import Records

SIZES = ("native-100", "native-500", "native-2000", "native")
MIXES = ("100", "500")


def labels_needed(records: Records) -> str:
    """Return the fewest native labels that do as well, leniently and by the mean."""
    rows = [
        [
            TASK_NAMES[each.task],
            SETTINGS[each.setting],
            LANGUAGES[each.lang],
            f"{each.choice}",
            _fewest(each, lambda native, ours: not ours.above(native)),
            _fewest(each, lambda native, ours: native.value >= ours.value),
        ]
        for each in records.paper.comparisons
        if each.choice is not None and any(name in each.scores for name in SIZES)
    ]
    head = ["task", "encoders", "language", "LangAlign's choice"]
    return grid([*head, "not clearly below", "mean as high"], rows) if rows else NOT_MEASURED


def _fewest(compared: Comparison, enough: Callable[[Score, Score], bool]) -> str:
    ours = compared.choice
    for name in SIZES:
        native = compared.scores.get(name)
        if native is not None and ours is not None and enough(native, ours):
            return "all" if name == "native" else f"{int(name.removeprefix('native-')):,}"
    return "more than there are"


def mixes(records: Records) -> str:
    """Return what aligned English data adds to a few native labels."""
    rows = []
    for each in records.paper.comparisons:
        cells = [
            points_by_seed(each, f"linear+native-{size}", f"native-{size}")
            if {f"linear+native-{size}", f"native-{size}"} <= each.scores.keys()
            else ""
            for size in MIXES
        ]
        if any(cells):
            named = [TASK_NAMES[each.task], SETTINGS[each.setting], LANGUAGES[each.lang]]
            rows.append([*named, *cells])
    head = ["task", "encoders", "language", *(f"to {size} native labels" for size in MIXES)]
    counts = [_count(records, size) for size in MIXES]
    return "\n".join([*counts, "", grid(head, rows)]) if rows else NOT_MEASURED


def _count(records: Records, size: str) -> str:
    """Return in how many cells the mean of the mix is lower, and higher."""
    mixed, alone = f"linear+native-{size}", f"native-{size}"
    gains = [
        each.scores[mixed].value - each.scores[alone].value
        for each in records.paper.comparisons
        if {mixed, alone} <= each.scores.keys()
    ]
    lower, higher = sum(gain < 0 for gain in gains), sum(gain > 0 for gain in gains)
    return (
        f"- To {size} labels: a lower mean in {lower} of {len(gains)} cells, a higher in {higher}."
    )
