"""Sentences on what was found: the headline, and when LangAlign did not help."""

from __future__ import annotations

import re

from results_pages.auto_row import auto_over_hundred, auto_over_ten_lines
from results_pages.differences import differences, listed
from results_pages.names import ONE, TASKS, TWO
from results_pages.records import HUNDRED, NATIVE, TFIDF, Records
from results_pages.tables import shares_of

ALL_DRAWS = re.compile(r" \((\d+) of \1 draws\)")


def headline(records: Records) -> str:
    """Return the finding of README.md: a bullet for each rival, with its pairing of encoders."""
    english = {"`linear`": differences(records, (ONE, "linear"), (ONE, "english-only"))}
    ten = {
        "`auto` (the default)": auto_over_ten_lines(records),
        "`linear`": differences(records, (TWO, "linear"), (TWO, "ten-lines")),
        "`linear` without these texts": differences(
            records, (TWO, "linear, not centred"), (TWO, "ten-lines")
        ),
    }
    hundred = {
        "`auto`": auto_over_hundred(records),
        "`linear`": differences(records, (TWO, "linear"), HUNDRED),
    }
    bullets = {
        "- **Over the English classifier as it is**, with `mini` on both sides. ": english,
        "- **Over ten lines of scikit-learn** on the same pairs, with MiniLM and `mini`. They do "
        "not use the 2,000 unlabelled texts that LangAlign got. ": ten,
        "- **Over 100 labelled texts of the language**, with MiniLM and `mini`. ": hundred,
    }
    return "\n".join(
        head + _by_row(found) for head, found in bullets.items() if any(found.values())
    )


def _by_row(found: dict[str, str]) -> str:
    """Return the differences of each row; draws are counted only where some were not won."""
    shown = "; ".join(f"{row}: {text}" for row, text in found.items() if text)
    return ALL_DRAWS.sub("", shown) + "."


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
    if differences(records, TFIDF, NATIVE):
        lines.append(
            "- **When you have thousands of native labels.** Use them. Even counting character "
            "n-grams then beats the better direction of LangAlign in: "
            + listed([x for x in best if (records.accuracy(x, *TFIDF) or 0) > best[x][0]])
            + "."
        )
    return "\n".join(lines)
