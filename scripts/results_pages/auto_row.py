"""``auto``, the default aligner, beside what the benchmark of reviews measured.

It was measured with all aligners: the same encoders, test rows, numbers of pairs and of unlabelled
texts, but other draws of the pairs. So it is compared by draws within its own record only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langalign.evaluation.intervals import Interval
from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import SeedSummary, over_seeds
from results_pages.names import LANGUAGES
from results_pages.paper.records import Score
from results_pages.paper.words import points
from results_pages.records import HUNDRED, Records

N_PAIRS = 20_000
Row = Mapping[str, Any]


def auto_summary(records: Records, lang: str) -> SeedSummary | None:
    """Return ``auto`` over its draws, with the interval that other rows have."""
    row = _row(records, lang, "auto")
    if row is None:
        return None
    # The record's interval is of the test rows alone, which all draws share.
    below, above = (end - row["score"] for end in row["interval"])
    runs = []
    for value in row["by_seed"]:
        interval = Interval(value + below, value + above)
        runs.append(
            Scores((value, value), (interval, interval), records.alignment["sizes"][lang]["scored"])
        )
    return over_seeds(runs)


def auto_over_ten_lines(records: Records) -> str:
    """Return the points that ``auto`` is ahead of ten lines of scikit-learn, on the same draws."""
    differences = []
    for lang, name in LANGUAGES.items():
        auto, ten = (_row(records, lang, method) for method in ("auto", "ten-lines"))
        if auto is not None and ten is not None:
            draws = list(zip(auto["by_seed"], ten["by_seed"], strict=True))
            ahead = sum(ours > theirs for ours, theirs in draws)
            difference = 100 * (auto["score"] - ten["score"])
            differences.append(f"{name} {difference:+.1f} ({ahead} of {len(draws)} draws)")
    return ", ".join(differences)


def auto_over_hundred(records: Records) -> str:
    """Return the points that ``auto`` is ahead of 100 native labels."""
    differences = []
    for lang, name in LANGUAGES.items():
        auto, labels = auto_summary(records, lang), records.found.get((lang, *HUNDRED))
        if auto is not None and labels is not None:
            first, second = (
                Score(each.accuracy.mean, each.accuracy.interval) for each in (auto, labels)
            )
            differences.append(f"{name} {points(first, second)}")
    return ", ".join(differences)


def _row(records: Records, lang: str, method: str) -> Row | None:
    """Return a row of the record of aligners, on reviews with as many pairs as elsewhere."""
    wanted = (lang, "sentiment", N_PAIRS, method)
    for row in records.alignment.get("rows", ()):
        if (row["lang"], row["task"], row["n_pairs"], row["method"]) == wanted:
            return dict(row)
    return None
