"""What LangAlign chose by agreement, and how far that goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from langalign.evaluation.metrics import METRIC_NAMES
from langalign.strategies.aligned import REVERSE
from results_pages.names import LANGUAGES, SETTINGS
from results_pages.paper.records import GUESS, NOT_MEASURED, Comparison
from results_pages.paper.shares import percent, share_of
from results_pages.paper.words import grid, in_brackets, points
from results_pages.records import Records


def choice(task: str) -> Callable[[Records], str]:
    """Return a block: the choice beside English-only, and its share of the way."""

    def block(records: Records) -> str:
        rows = [row for each in records.paper.where(task) for row in _row(records, each)]
        head = ["encoders", "language", "chosen", "its score", "English-only", "over English-only"]
        return grid([*head, "of the way"], rows) if rows else NOT_MEASURED

    return block


def _row(records: Records, compared: Comparison) -> list[list[str]]:
    chosen, score = compared.chosen, compared.choice
    if chosen is None or score is None:
        return []
    english = records.paper.english_only(compared)
    return [
        [
            SETTINGS[compared.setting],
            LANGUAGES[compared.lang],
            _chosen(compared, chosen),
            str(score),
            "not measured" if english is None else str(english),
            "" if english is None else points(score, english),
            percent(share_of(compared)),
        ]
    ]


def _chosen(compared: Comparison, chosen: str) -> str:
    """Return the strategy and, where its records say so, which aligners its runs took."""
    own = chosen.removeprefix(REVERSE)
    settings = [run.get("settings", {}) for run in compared.runs[chosen]]
    taken = Counter(each.get("aligner_name", own) for each in settings)
    named = ", ".join(f"`{name}` in {n}" for name, n in taken.most_common())
    return f"`{chosen}`" if set(taken) == {own} else f"`{chosen}`: {named}"


def inference_ceiling(records: Records) -> str:
    """Say first where native training beats guessing, and only there how far LangAlign goes.

    In macro-F1 and in accuracy: always answering the largest class is a low bar in macro-F1.
    """
    compared = [each for each in records.paper.where("nli") if each.ceiling is not None]
    if not compared:
        return NOT_MEASURED
    by_lang = {each.lang: (each, each.in_accuracy()) for each in compared}
    above = [lang for lang, both in by_lang.items() if all(map(_ceiling_is_above, both))]
    ceilings = [
        f"- {LANGUAGES[lang]}: {'; '.join(map(_ceiling_as_text, both))}."
        for lang, both in by_lang.items()
    ]
    lines = [
        f"In both metrics, native training is clearly above the majority class in {len(above)} of "
        f"{len(by_lang)} languages{in_brackets([LANGUAGES[lang] for lang in above])}:",
        "",
        *ceilings,
    ]
    rows = [
        [
            SETTINGS[each.setting],
            LANGUAGES[each.lang],
            *(percent(share_of(one)) for one in (each, each.in_accuracy())),
        ]
        for each in compared
        if each.lang in above
    ]
    if rows:
        lines += ["", "LangAlign's share of that margin, there:", ""]
        lines.append(grid(["encoders", "language", "in macro-F1", "in accuracy"], rows))
    return "\n".join(lines)


def _ceiling_is_above(compared: Comparison) -> bool:
    return compared.ceiling is not None and compared.beats_guessing(compared.ceiling)


def _ceiling_as_text(compared: Comparison) -> str:
    return (
        f"{METRIC_NAMES[compared.metric]} of native training {compared.ceiling}, of the majority "
        f"class {compared.scores[GUESS].value:.3f}"
    )


def emotion_gap(records: Records) -> str:
    """Say how far LangAlign's choice is from what translations of the training set reach."""
    lines = [
        f"- {SETTINGS[each.setting]}: LangAlign's choice {each.choice}, training on translations "
        f"{each.ceiling}; points of difference: {points(each.choice, each.ceiling)}."
        for each in records.paper.where("emotion")
        if each.choice is not None and each.ceiling is not None
    ]
    return "\n".join(lines) or NOT_MEASURED
