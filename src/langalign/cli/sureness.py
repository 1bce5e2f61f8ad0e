"""How sure a model's answers are, and how good the sure ones: for people and as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langalign.cli.console import plain_table, show, show_table
from langalign.errors import SettingError

if TYPE_CHECKING:
    from langalign.data import LabeledText
    from langalign.evaluation import CoverageRow, Interval
    from langalign.model import LangAlign

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def sureness(
    model: LangAlign, texts: LabeledText, *, calibration: bool, abstain_below: float | None
) -> dict[str, Any]:
    """Return the calibration error with a table of coverage, and a row for one limit, if asked for.

    Raises
    ------
    SettingError
        If the model gives no probabilities.
    """
    if not calibration and abstain_below is None:
        return {}
    from langalign.evaluation import coverage_table, expected_calibration_error
    from langalign.tasks import MULTILABEL, as_sets

    if model.task_ == "similarity":
        raise SettingError(
            "--calibration and --abstain-below go by probabilities, and this model predicts "
            "numbers; leave them out"
        )
    found, confidence = model.predict_with_confidence(texts)
    truth = as_sets(texts.labels) if model.task_ == MULTILABEL else list(texts.labels)
    rows = truth, [str(label) for label in found], confidence
    record: dict[str, Any] = {}
    if abstain_below is not None:
        record["abstain"] = coverage_table(*rows, [abstain_below])[0]
    if calibration:
        record["calibration_error"] = expected_calibration_error(*rows)
        record["coverage"] = coverage_table(*rows, THRESHOLDS)
    return record


def as_record(found: dict[str, Any]) -> dict[str, Any]:
    """Return what :func:`sureness` gave as a JSON-able record."""
    record = dict(found)
    if "abstain" in found:
        record["abstain"] = found["abstain"].as_dict()
    if "coverage" in found:
        record["coverage"] = [row.as_dict() for row in found["coverage"]]
    return record


def show_sureness(found: dict[str, Any]) -> None:
    """Print what :func:`sureness` gave."""
    if "abstain" in found:
        row: CoverageRow = found["abstain"]
        accuracy = "" if row.accuracy is None else f", accuracy {_accuracy(row)} on these"
        show(
            f"Answers of probability {row.threshold:g} or more: {_coverage(row)} of the texts"
            f"{accuracy}."
        )
    if "coverage" in found:
        show(
            f"Expected calibration error {found['calibration_error']:.3f}: so far do probability "
            "and accuracy lie apart, in the mean."
        )
        table = plain_table("probability", "kept", "accuracy on the kept")
        for row in found["coverage"]:
            table.add_row(
                f">= {row.threshold:g}",
                _coverage(row),
                "-" if row.accuracy is None else _accuracy(row),
            )
        show_table(table)


def _coverage(row: CoverageRow) -> str:
    return f"{row.coverage:.3f} {_interval(row.coverage_interval)}"


def _accuracy(row: CoverageRow) -> str:
    return f"{row.accuracy:.3f} {_interval(row.accuracy_interval)}"


def _interval(interval: Interval) -> str:
    return f"[{interval.low:.3f}, {interval.high:.3f}]"
