"""Run cells of a comparison that have not been run yet."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from langalign.errors import DataError, FitWarning, MissingDependencyError
from langalign.evaluation.metrics import Metric
from langalign.evaluation.record import RunRecord
from langalign.evaluation.scores import evaluate_predictions
from langalign.experiment.cells import Cell, CellResult, CellStore
from langalign.experiment.oracle import oracle_predictions
from langalign.experiment.vectors import ExperimentVectors
from langalign.progress import Progress
from langalign.strategies import Problem, Strategy, strategies
from langalign.strategies.aligned import REVERSE
from langalign.tasks import CLASSIFICATION, Task

ORACLE = "-oracle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all cells of one comparison share, as their records say it.

    Parameters
    ----------
    task
        Name of the task.
    languages
        Source and target.
    data, encoders
        Checksums of the rows by part, fingerprints by side.
    metric
        What strategies are compared in, and oracles are best in.
    max_pairs
        Pairs that a draw takes at most; ``None`` means all.
    kind
        The kind of task.
    """

    task: str
    languages: tuple[str, str]
    data: Mapping[str, str]
    encoders: Mapping[str, str]
    metric: Metric
    max_pairs: int | None = None
    kind: Task = CLASSIFICATION


def run_cells(
    cells: Iterable[Cell],
    vectors: ExperimentVectors,
    setting: Setting,
    store: CellStore,
    *,
    progress: Progress | None = None,
) -> dict[Cell, CellResult]:
    """Return the result of every cell; those in the store are not run again.

    A strategy that the data do not suit is not an error: its result says why it could not be run.
    Nor is one that needs a package which is not installed; that is not kept in the store, so that
    it is run when the package is there.
    """
    wanted = list(cells)
    found = {}
    draw, problem = None, vectors.everything
    for number, cell in enumerate(wanted):
        if progress is not None:
            progress("Comparing strategies", number, len(wanted))
        result = store.load(cell)
        if result is None:
            if draw != cell.draw:  # cells of one draw that follow each other share what they can
                draw, problem = cell.draw, vectors.problem(cell, setting.max_pairs)
            result = _run(cell, problem, vectors, setting)
            if result.lasting:
                store.save(cell, result)
        found[cell] = result
    if progress is not None:
        progress("Comparing strategies", len(wanted), len(wanted))
    return found


def uses_target_labels(name: str) -> bool:
    """Return whether a strategy, or an oracle, sees labels of the target language."""
    return name.endswith(ORACLE) or strategies.get(name).uses_target_labels


def _run(cell: Cell, problem: Problem, vectors: ExperimentVectors, setting: Setting) -> CellResult:
    start = time.perf_counter()
    try:
        predicted, chosen = _predict(cell, problem, vectors, setting.metric)
    except (DataError, MissingDependencyError) as error:
        return CellResult(None, reason=str(error), lasting=isinstance(error, DataError))
    record = RunRecord(
        task=setting.task,
        languages=setting.languages,
        strategy=cell.strategy,
        scores=evaluate_predictions(vectors.truth, predicted, task=problem.kind),
        seed=cell.seed,
        settings=dict(_sizes(cell, setting)) | chosen,
        data=setting.data,
        encoders=setting.encoders,
        seconds=round(time.perf_counter() - start, 3),
    )
    return CellResult(record, tuple(predicted.tolist()))


def _predict(
    cell: Cell, problem: Problem, vectors: ExperimentVectors, metric: Metric
) -> tuple[Any, dict[str, Any]]:
    if cell.strategy.endswith(ORACLE):
        name = cell.strategy.removesuffix(ORACLE)
        direction = "reverse" if name.startswith(REVERSE) else "forward"
        aligner = name.removeprefix(REVERSE)
        found = oracle_predictions(
            problem,
            aligner,
            direction,
            vectors.test_X,
            vectors.truth,
            metric,
            random_state=cell.seed,
        )
        return found, {}
    strategy: Strategy = strategies.get(cell.strategy)()
    served = vectors.test_X
    if strategy.serves == "translation":
        if vectors.test_translated is None:
            raise DataError(
                "this strategy classifies translations of the test texts; give them "
                "(--test-translated)"
            )
        served = vectors.test_translated
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FitWarning)
        fitted = strategy.fit(problem, random_state=cell.seed)
        predicted = fitted.predict(served)
    messages = list(dict.fromkeys(str(each.message) for each in caught))
    return predicted, chosen_settings(fitted) | ({"warnings": messages} if messages else {})


def _sizes(cell: Cell, setting: Setting) -> Iterator[tuple[str, int]]:
    limits = [size for size in (cell.pairs, setting.max_pairs) if size is not None]
    sizes = {
        "pairs": min(limits, default=None),
        "labels": cell.labels,
        "translations": cell.translations,
    }
    for name, size in sizes.items():
        if size is not None:
            yield name, size


def chosen_settings(fitted: Any) -> dict[str, Any]:
    """Return which aligner a classifier has, and what it chose by agreement, where it did."""
    aligner, choice = getattr(fitted, "aligner_", None), getattr(fitted, "choice_", None)
    settings = {}
    if aligner is not None:
        settings["aligner_name"] = getattr(aligner, "registered_name", type(aligner).__name__)
    if choice is None:
        return settings
    chosen = choice.candidates[choice.chosen]
    return settings | {
        "aligner": chosen.aligner,
        "head": chosen.head,
        "kappa": chosen.kappa,
        "measure": choice.measure,
        "threshold": choice.threshold,
    }
