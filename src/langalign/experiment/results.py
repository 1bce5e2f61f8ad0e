"""The record of a comparison: one JSON object from which tables and sentences can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from langalign.evaluation.record import environment_versions
from langalign.experiment.run import Setting
from langalign.experiment.summary import StrategyRow, Summary

FORMAT_VERSION = 1


def as_results(
    summary: Summary,
    setting: Setting,
    *,
    advice: Sequence[str],
    sizes: Mapping[str, int],
    leaks: Mapping[str, int],
    command: str,
) -> dict[str, Any]:
    """Return everything that a comparison found, JSON-able; predictions stay with the cells."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "comparison",
        "task": setting.task,
        "languages": list(setting.languages),
        "metric": summary.metric,
        "majority": None if summary.majority is None else summary.majority.as_dict(),
        "best_label_free": summary.best_label_free,
        "chosen_by_agreement": summary.chosen,
        "rows": [_row(row) for row in summary.rows],
        "left_out": dict(summary.left_out),
        "sizes": dict(sizes),
        "dropped_because_in_test": dict(leaks),
        "advice": list(advice),
        "max_pairs": setting.max_pairs,
        "data": dict(setting.data),
        "encoders": dict(setting.encoders),
        "command": command,
        "versions": environment_versions(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


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
