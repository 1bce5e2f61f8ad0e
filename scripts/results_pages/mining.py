"""What mining finds of pairs that were hidden, and what it predicted."""

from __future__ import annotations

from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records


def mining(records: Records) -> str:
    """Return the table of mining on the dev splits, once that was measured."""
    if not records.mining:
        return ""
    lines = [
        "Pairs of the dev splits, hidden among texts of the same kind that are on one side only;",
        "`linear` on 20,000 other pairs, one draw. *Best* is the F1 of the best threshold, which",
        "can only be found with the truth; xSIM is that of the hidden pairs among themselves.",
        "",
        "| language | encoders | hidden | of texts | wanted | xSIM before | after "
        "| precision (expected) | recall (expected) | F1 | above chance | best |",
        "|---" * 12 + "|",
    ]
    return "\n".join(lines + [_row(run) for run in records.mining])


def _row(run: dict[str, Any]) -> str:
    found, wanted = run["retrieval"], run["wanted_precision"]
    cells = [
        LANGUAGES[run["language"]],
        f"`{run['setting']}`",
        f"{run['hidden']:,}",
        f"{run['texts'][0]:,}",
        "best F1" if wanted is None else f"precision {wanted}",
        f"{found['before']['xsim']:.2f}" if "before" in found else "-",
        f"{found['after']['xsim']:.2f}",
        *(_figures(run) if "truth" in run else ["refused", "", "", ""]),
        f"{run['oracle']['f1']:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _figures(run: dict[str, Any]) -> list[str]:
    truth, expected = run["truth"], run["mined"]["expected"]
    predicted = [f"{truth[name]:.2f} ({expected[name]['value']:.2f})" for name in _PREDICTED]
    return [*predicted, f"{truth['f1']:.2f}", "yes" if run["mined"]["told_apart"] else "no"]


_PREDICTED = ("precision", "recall")
