"""What a comparison found: one row per strategy, over seeds, beside the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.errors import DataError
from langalign.evaluation.comparison import Comparison
from langalign.evaluation.holm import holm
from langalign.evaluation.majority import majority_scores
from langalign.evaluation.metrics import Metric
from langalign.evaluation.record import RunRecord
from langalign.evaluation.scores import Scores
from langalign.evaluation.seed_comparison import compare_over_seeds
from langalign.evaluation.seeds import SeedSummary, over_seeds
from langalign.experiment.cells import Cell, CellResult
from langalign.experiment.run import ORACLE, uses_target_labels
from langalign.report.kinds import Kind
from langalign.strategies.aligned import REVERSE
from langalign.tasks import CLASSIFICATION, Task

AUTO, PLAIN = "auto", "english-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRow:
    """One strategy of a comparison.

    Parameters
    ----------
    strategy
        Its name.
    kind
        ``"target-labels"`` or ``"oracle"`` where labels of the target language were used.
    summary
        Scores over seeds.
    against_best
        This strategy minus the best one that needs no target labels, in the metric of the
        comparison; ``None`` for that one itself.
    p_adjusted
        Its p-value after Holm's correction for the number of strategies.
    kappa
        Mean agreement on held-out pairs, where it chose by it.
    records
        One a seed.
    predicted
        Of each seed, shape (n_seeds, n).
    """

    strategy: str
    kind: Kind
    summary: SeedSummary
    against_best: Comparison | None
    p_adjusted: float | None
    kappa: float | None
    records: tuple[RunRecord, ...]
    predicted: tuple[tuple[Any, ...], ...]

    @property
    def label_free(self) -> bool:
        """Whether no label of the target language was used."""
        return not self.kind

    @property
    def level_with_best(self) -> bool:
        """Whether it cannot be distinguished from the best label-free strategy."""
        return self.p_adjusted is None or self.p_adjusted >= 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All rows of a comparison, best first.

    Parameters
    ----------
    metric
        Which score orders the rows.
    rows
        One a strategy.
    best_label_free
        Name of the best strategy that uses no target labels: known only because of the test.
    chosen
        LangAlign's own choice, made without the test: ``auto``, which is what ``fit`` does; where
        it was not run, the forward strategy of highest agreement on held-out pairs (of the reverse
        ones, where no forward one was run); ``None`` where none was run.
    majority
        Scores of the most frequent label, or set of labels; ``None`` where labels are numbers.
    left_out
        Why strategies could not be run, by name.
    chosen_against_plain
        The choice minus ``english-only``, row by row; ``None`` where one of them was not run. Both
        were named without the test, so its p-value is what it says.
    """

    metric: Metric
    rows: tuple[StrategyRow, ...]
    best_label_free: str
    chosen: str | None
    majority: Scores | None
    left_out: Mapping[str, str]
    chosen_against_plain: Comparison | None = None

    def row(self, strategy: str) -> StrategyRow | None:
        """Return the row of a strategy; ``None`` where it was not run."""
        return next((row for row in self.rows if row.strategy == strategy), None)


def summarise(
    results: Mapping[Cell, CellResult],
    truth: Sequence[Any],
    *,
    metric: Metric,
    task: Task = CLASSIFICATION,
) -> Summary:
    """Gather cells by strategy and compare each with the best that needs no target labels.

    Parameters
    ----------
    results
        Cells of whole data, not of a learning curve.
    truth
        The test labels.
    metric
        Which score orders and compares.
    task
        The kind of task.

    Raises
    ------
    DataError
        If no strategy without target labels could be run.
    """
    runs, left_out = _by_strategy(results)
    summaries = {
        name: over_seeds([record.scores for record in _records(each)])
        for name, each in runs.items()
    }
    ordered = sorted(summaries, key=lambda name: (-summaries[name].as_scores().value(metric), name))
    free = [name for name in ordered if not uses_target_labels(name)]
    if not free:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise DataError(
            "no strategy without target labels was run, so there is nothing to compare with; name "
            f"one, such as english-only{f' (left out: {reasons})' if reasons else ''}"
        )
    best = free[0]

    def minus(name: str, other: str) -> Comparison:
        predicted = _predictions(runs[name]), _predictions(runs[other])
        return compare_over_seeds(truth, *predicted, metric, task=task)

    compared = {name: minus(name, best) for name in ordered if name != best}
    adjusted = dict(zip(compared, holm([c.p_value for c in compared.values()]), strict=True))
    rows = tuple(
        _row(name, runs[name], summaries[name], compared.get(name), adjusted.get(name))
        for name in ordered
    )
    chosen = _chosen(rows)
    return Summary(
        metric=metric,
        rows=rows,
        best_label_free=best,
        chosen=chosen,
        majority=majority_scores(list(truth), task=task),
        left_out=left_out,
        chosen_against_plain=minus(chosen, PLAIN) if chosen and PLAIN in runs else None,
    )


def _by_strategy(
    results: Mapping[Cell, CellResult],
) -> tuple[dict[str, list[CellResult]], dict[str, str]]:
    """Return the results of each strategy, and why others were left out: no row is of some seeds.

    A strategy may fail on one draw alone, such as one without any row of a class.
    """
    left_out = {
        cell.strategy: result.reason for cell, result in results.items() if result.record is None
    }
    runs: dict[str, list[CellResult]] = {}
    for cell, result in results.items():
        if cell.strategy not in left_out:
            runs.setdefault(cell.strategy, []).append(result)
    return runs, left_out


def _row(
    name: str,
    runs: Sequence[CellResult],
    summary: SeedSummary,
    against_best: Comparison | None,
    p_adjusted: float | None,
) -> StrategyRow:
    return StrategyRow(
        strategy=name,
        kind=_kind(name),
        summary=summary,
        against_best=against_best,
        p_adjusted=p_adjusted,
        kappa=_kappa(runs),
        records=tuple(_records(runs)),
        predicted=tuple(run.predicted for run in runs),
    )


def _records(runs: Sequence[CellResult]) -> list[RunRecord]:
    return [run.record for run in runs if run.record is not None]


def _chosen(rows: Sequence[StrategyRow]) -> str | None:
    """Return ``auto``, or the strategy of highest agreement; of equals the first by name.

    The order of the rows is that of test scores, and decides nothing.
    Agreement of the two directions cannot be compared: in reverse the head is the reference's own,
    and what it says of smoothed vectors agrees with itself.
    """
    if any(row.strategy == AUTO for row in rows):
        return AUTO
    known = {row.strategy: row.kappa for row in rows if row.kappa is not None}
    forward = {name: kappa for name, kappa in known.items() if not name.startswith(REVERSE)}
    kappas = forward or known
    return min(kappas, key=lambda name: (-kappas[name], name)) if kappas else None


def _predictions(runs: Sequence[CellResult]) -> Any:
    return np.array([run.predicted for run in runs])


def _kappa(runs: Sequence[CellResult]) -> float | None:
    found = [record.settings.get("kappa") for record in _records(runs)]
    known = [float(kappa) for kappa in found if kappa is not None]
    return float(np.mean(known)) if known else None


def _kind(name: str) -> Kind:
    if name.endswith(ORACLE):
        return "oracle"
    return "target-labels" if uses_target_labels(name) else ""
