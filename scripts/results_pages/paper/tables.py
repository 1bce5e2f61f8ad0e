"""All strategies of a task, by language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langalign.evaluation.metrics import METRIC_NAMES
from results_pages.names import LANGUAGES, ONE, SETTINGS, TWO
from results_pages.paper.records import GUESS, NOT_MEASURED, Comparison
from results_pages.paper.words import grid
from results_pages.records import Records

ALIGNERS = ("auto", "linear", "procrustes", "fc", "ae", "mean-shift")
GROUPS: dict[str, tuple[str, ...]] = {
    "guessing": (GUESS,),
    "English data as is": ("english-only",),
    "translations": ("translated", "translate-test"),
    "LangAlign, forward": ALIGNERS,
    "LangAlign, reverse": tuple(f"reverse-{name}" for name in ALIGNERS),
    "taught by the English classifier": ("distill",),
    "with target labels": (
        *("native-100", "native-500", "native-2000", "native"),
        *("linear+native-100", "linear+native-500"),
    ),
    "oracle, no result": ("linear-oracle", "reverse-linear-oracle"),
}


def strategies(task: str) -> Callable[[Records], str]:
    """Return a block: the tables of a task, one per setting."""

    def block(records: Records) -> str:
        parts = []
        for setting in (TWO, ONE):
            compared = records.paper.where(task, setting)
            if compared:
                name = METRIC_NAMES[compared[0].metric]
                parts.append(f"{name}, {SETTINGS[setting]}:\n\n{_table(compared)}")
        return "\n\n".join(parts) or NOT_MEASURED

    return block


def _table(compared: Sequence[Comparison]) -> str:
    rows = []
    for group, strategy in _order(compared):
        cells = [_cell(each, strategy) for each in compared]
        if any(cells):
            rows.append([group, f"`{strategy}`" if strategy != GUESS else "majority class", *cells])
    return grid(["", "", *(LANGUAGES[each.lang] for each in compared)], rows)


def _order(compared: Sequence[Comparison]) -> list[tuple[str, str]]:
    """Return group and strategy of all rows; those of no group come last."""
    known = {name: group for group, names in GROUPS.items() for name in names}
    found = [name for each in compared for name in each.scores]
    return [(known.get(name, "others"), name) for name in dict.fromkeys([*known, *found])]


def _cell(compared: Comparison, strategy: str) -> str:
    score = compared.scores.get(strategy)
    if score is None:
        return ""
    if compared.kinds.get(strategy) == "oracle":
        return f"*{score}*"
    return f"**{score}**" if strategy == compared.chosen else str(score)
