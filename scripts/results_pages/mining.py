"""What mining finds of pairs that were hidden, and what it foretold."""

from __future__ import annotations

from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records


def mining(records: Records) -> str:
    """Return the table of mining on the dev splits, once that was measured."""
    runs = [run for run in records.mining if run["wanted_precision"] is None]
    if not runs:
        return ""
    lines = [
        "Pairs of the dev splits, hidden among texts of the same kind that stand on one side only;",
        "`linear` on 20,000 other pairs, one draw. *Best* is the F1 of the best threshold, which",
        "only the truth tells; xSIM is that of the hidden pairs among themselves.",
        "",
        "| language | encoders | hidden | of texts | xSIM before | after | precision (expected) "
        "| recall (expected) | F1 | best | told apart |",
        "|---" * 11 + "|",
    ]
    return "\n".join(lines + [_row(run) for run in runs])


def _row(run: dict[str, Any]) -> str:
    truth, expected, found = run["truth"], run["mined"]["expected"], run["retrieval"]
    before = f"{found['before']['xsim']:.2f}" if "before" in found else "-"
    figures = [f"{truth[name]:.2f} ({expected[name]['value']:.2f})" for name in _FORETOLD]
    cells = [
        LANGUAGES[run["language"]],
        run["setting"],
        f"{run['hidden']:,}",
        f"{run['texts'][0]:,}",
        before,
        f"{found['after']['xsim']:.2f}",
        *figures,
        f"{truth['f1']:.2f}",
        f"{run['oracle']['f1']:.2f}",
        "yes" if run["mined"]["told_apart"] else "no",
    ]
    return f"| {' | '.join(cells)} |"


_FORETOLD = ("precision", "recall")
