"""Sentences on what was found: the headline, and when LangAlign did not help."""

from __future__ import annotations

from results_pages.differences import listed, told
from results_pages.names import ONE, TASKS, TWO
from results_pages.records import HUNDRED, NATIVE, TFIDF, Records
from results_pages.tables import shares_of


def headline(records: Records) -> str:
    """Return the finding of README.md in one paragraph."""
    english = told(records, (ONE, "linear"), (ONE, "english-only"))
    ten = told(records, (TWO, "linear"), (TWO, "ten-lines"))
    hundred = told(records, (TWO, "linear"), HUNDRED)
    parts = []
    if english:
        parts.append(f"Points of accuracy over English-only with one encoder: {english}.")
    if ten:
        parts.append(f"Over ten lines of scikit-learn on the same vectors: {ten}.")
    if hundred:
        parts.append(f"Against 100 native labels: {hundred}.")
    return " ".join(parts) + (
        " In brackets: in how many draws of the pairs it is ahead; *unsure*: one mean lies within "
        "the other's interval. All figures are of LangAlign's closed form, forward; "
        "[docs/results.md](docs/results.md) has the rest."
    )


def limits(records: Records) -> str:
    """Return when LangAlign did not help, from the records."""
    lines = []
    best = {
        lang: max(
            (value, setting, strategy)
            for setting in (TWO, ONE)
            for strategy in ("linear", "reverse-linear")
            if (value := records.accuracy(lang, setting, strategy)) is not None
        )
        for lang in records.languages()
    }
    rivals = [
        lang
        for lang, (value, *_) in best.items()
        if (records.accuracy(lang, *HUNDRED) or 0) >= value - 0.02
    ]
    if rivals:
        lines.append(
            "- **When a hundred labels are within reach.** Labelling 100 texts of the language "
            "does as well as LangAlign, better, or at most two points worse, even against the "
            f"better direction, in: {listed(rivals)}."
        )
    shares = shares_of(records, best)
    if shares:
        lang, share = min(shares.items(), key=lambda item: item[1])
        lines.append(
            f"- **When the task is far from the parallel text.** In the hardest case, "
            f"{TASKS[lang]}, even the better direction goes only {share:.0%} of the way from the "
            "majority class to the native ceiling."
        )
    if told(records, TFIDF, NATIVE):
        lines.append(
            "- **When you have thousands of native labels.** Use them. Even counting character "
            "n-grams then beats the better direction of LangAlign in: "
            + listed([x for x in best if (records.accuracy(x, *TFIDF) or 0) > best[x][0]])
            + "."
        )
    return "\n".join(lines)
