"""``langalign evaluate``: how good a model is on labelled texts of the target language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langalign.cli.console import note, show, show_json, show_table
from langalign.cli.options import (
    AbstainOption,
    CacheOption,
    JsonOption,
    ModelArgument,
    NoCacheOption,
    ThreadsOption,
    cache_of,
    use_threads,
)
from langalign.cli.reading import column_language, read_model
from langalign.cli.sureness import as_record, show_sureness, sureness
from langalign.cli.tested_texts import SPLITS, open_tested, read_tested
from langalign.errors import DataError

if TYPE_CHECKING:
    from langalign.data import LabeledText
    from langalign.evaluation.metrics import Metric
    from langalign.model import LangAlign


def evaluate(
    model: ModelArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Labelled texts: columns label and text (or premise + hypothesis, or the "
            "language code).",
        ),
    ],
    split: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Rows to read, where FILE has a column split.",
            show_default="test, else dev or validation",
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="LANG",
            help="Language column to read.",
            show_default="the model's target language",
        ),
    ] = None,
    abstain_below: AbstainOption = None,
    calibration: Annotated[
        bool,
        typer.Option(
            "--calibration",
            help="Report how well calibrated the probabilities are, and how good the surest are.",
        ),
    ] = False,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Score a model on labelled texts.

    Prints accuracy and macro-F1 with 95 % intervals, and what the most frequent label would score;
    macro-F1, micro-F1 and accuracy (all labels right) for a model with several labels per text;
    Spearman's and Pearson's correlation for one that predicts numbers. With --abstain-below, the
    share of texts that would be answered and the accuracy on these, with intervals; with
    --calibration, the calibration error and the same at several probabilities.

    Example:
      langalign evaluate model labelled-ko.tsv --json
      langalign evaluate model labelled-ko.tsv --abstain-below 0.8 --calibration
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)

    loaded = read_model(model, kept)
    code = lang or column_language(loaded)
    table, chosen = open_tested(file, split)
    if split is None and chosen not in (None, SPLITS[0]):
        note(f"{file} has no split 'test'; split {chosen!r} is used (choose with --split)")
    texts, places = read_tested(table, code, chosen)
    _require_known(loaded, texts.labels, places)
    sure = sureness(loaded, texts, calibration=calibration, abstain_below=abstain_below)
    scores = loaded.evaluate(texts)
    if json:
        show_json(scores.as_dict() | {"lang": texts.lang, "split": chosen} | as_record(sure))
    else:
        _show(loaded, scores, texts, file, chosen)
        show_sureness(sure)


def _require_known(model: LangAlign, joined_labels: Sequence[str], places: Sequence[str]) -> None:
    """Raise, naming the line, if a label never occurred in training, or is no number."""
    from langalign.tasks import SIMILARITY, is_number, labels_in

    known = [str(label) for label in model.classes_]
    for joined, place in zip(joined_labels, places, strict=True):
        if model.task_ == SIMILARITY and not is_number(joined):
            raise DataError(
                f"{place}: the label is {joined!r:.40}, the model predicts numbers; "
                "correct or drop such rows"
            )
        for label in labels_in(joined, model.task_):
            if label not in known:
                raise DataError(
                    f"{place}: the label {label!r} never occurred in training, which "
                    f"had {', '.join(map(repr, known))}; rename the labels, or drop such rows"
                )


def _show(model: Any, scores: Any, texts: LabeledText, path: Path, split: str | None) -> None:
    from langalign.evaluation import evaluate_predictions, majority_predictions
    from langalign.report.content import ReportRow
    from langalign.report.table import terminal_table

    task = texts.lang if split is None else f"{texts.lang}, {split}"
    row = ReportRow(task, model.classifier_.aligner_.registered_name, scores)
    show_table(terminal_table([row], title=str(path), heading="Aligner"))
    if scores.task == "similarity":
        show("Always answering the same number scores 0.")
        return
    guess = majority_predictions(texts.labels, task=scores.task)
    constant = evaluate_predictions(texts.labels, guess, task=scores.task, n_resamples=1)
    parts = (f"{_named(metric)} {constant.value(metric):.3f}" for metric in constant.metrics)
    show(f"Always answering {guess[0]!r} scores {', '.join(parts)}.")


def _named(metric: Metric) -> str:
    from langalign.evaluation.metrics import METRIC_NAMES

    name = METRIC_NAMES[metric]
    return name[0].lower() + name[1:]
