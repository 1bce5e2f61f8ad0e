"""What centring does where classes are rare."""

from __future__ import annotations

from typing import Any

from langalign.evaluation.scores import Scores
from results_pages.names import LANGUAGES, NAMES
from results_pages.records import Records

WAYS = {"shares told": "shares given"}
"""What ways are called in the table, where the record has another name."""


def rare_classes(records: Records) -> str:
    """Return what centring does where classes are rare, once that was measured."""
    if not records.priors:
        return ""
    found = {
        (run["languages"][1], run["strategy"], run["settings"]["share"], run["settings"]["way"]): (
            Scores.from_dict(run["scores"]).macro_f1
        )
        for run in records.priors
    }
    ways = list(dict.fromkeys(key[3] for key in found))
    rare = [key[:3] for key in found if key[3] == "centred" and key[2] != 0.5]
    lines = ["## Rare classes", "", _of_rare(found, rare), ""]
    lines += [
        "Macro-F1 on test and unlabelled rows drawn so that a share is positive (labels serve"
    ]
    lines += ["to draw the rows and to score, never to fit); one draw of pairs:", ""]
    heads = [WAYS.get(way, way) for way in ways]
    lines += [
        f"| language | row | positive | {' | '.join(heads)} |",
        "|---" * (3 + len(ways)) + "|",
    ]
    for lang, strategy, share in dict.fromkeys(key[:3] for key in found):
        row = " | ".join(f"{found[lang, strategy, share, way]:.3f}" for way in ways)
        lines.append(f"| {LANGUAGES[lang]} | {NAMES[strategy]} | {share:.0%} | {row} |")
    return "\n".join(lines)


def _of_rare(found: dict[Any, float], rare: list[Any]) -> str:
    """Say in how many of the rows with a rare class centring harmed, and giving shares helped."""

    def count(one: str, other: str) -> int:
        return sum(found[(*key, one)] > found[(*key, other)] for key in rare)

    return (
        f"Of the {len(rare)} rows below in which one class is rare, plain centring is worse than "
        f"no centring in {count('not centred', 'centred')}. Giving the shares is better than "
        f"plain centring in {count('shares told', 'centred')}, and better than no centring in "
        f"{count('shares told', 'not centred')}."
    )
