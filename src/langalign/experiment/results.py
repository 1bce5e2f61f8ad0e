"""The record of a comparison: one JSON object from which tables and sentences can be made."""

from __future__ import annotations

from typing import Any

from langalign.experiment.account import Account
from langalign.experiment.summary import StrategyRow, Summary


def as_results(summary: Summary, account: Account) -> dict[str, Any]:
    """Return everything that a comparison found, JSON-able; predictions stay with the cells."""
    plain = summary.chosen_against_plain
    return account.record(
        "comparison",
        {
            "majority": None if summary.majority is None else summary.majority.as_dict(),
            "best_label_free": summary.best_label_free,
            "chosen_by_agreement": summary.chosen,
            "chosen_against_english_only": None if plain is None else plain.as_dict(),
            "rows": [_row(row) for row in summary.rows],
            "left_out": dict(summary.left_out),
            "max_pairs": account.experiment.setting.max_pairs,
        },
    )


def _row(row: StrategyRow) -> dict[str, Any]:
    compared = row.against_best
    return {
        "strategy": row.strategy,
        "kind": row.kind,
        "scores": row.summary.as_dict(),
        "against_best_label_free": None if compared is None else compared.as_dict(),
        "p_adjusted": row.p_adjusted,
        "kappa": row.kappa,
        "seconds": sum(record.seconds for record in row.records),
        "runs": [record.as_dict() for record in row.records],
    }
