"""``langalign predict``: texts in, one JSON object a text out."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from langalign.cli.console import progress
from langalign.cli.options import (
    AbstainOption,
    CacheOption,
    ModelArgument,
    NoCacheOption,
    SplitOption,
    ThreadsOption,
    cache_of,
    use_threads,
)
from langalign.cli.standard_input import texts_of_lines
from langalign.cli.writing import require_file_place, whole_file
from langalign.errors import SettingError

if TYPE_CHECKING:
    from langalign.data import Text
    from langalign.model import LangAlign

BATCH = 512


def predict(
    model: ModelArgument,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="Texts: .txt (one a line), .tsv, .csv, .jsonl or .parquet; - or nothing reads "
            "standard input.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A text, instead of FILE. Repeat for more."),
    ] = None,
    pair: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="PREMISE HYPOTHESIS", help="A pair of texts, instead of FILE."),
    ] = None,
    split: SplitOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="File to write.", show_default="standard output"
        ),
    ] = None,
    abstain_below: AbstainOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Classify texts of the target language.

    Each becomes a line {"text", "label", "probability", "probabilities"}, in the order given; of a
    model with several labels a text {"text", "label", "probabilities"}, with labels such as
    "anger|joy", or "|" for none; of one that predicts numbers {"text", "label"}. Lines of standard
    input are texts, or JSON objects with "text" or with "premise" and "hypothesis".

    With --abstain-below each line has "abstained" as well: true where the label was not sure
    enough; "label" is then empty. "probability" stays that of the label it would have been.

    Example:
      langalign predict model reviews-ko.txt --out labels.jsonl
      langalign predict model --text "정말 재미있게 봤어요."
      langalign predict model reviews-ko.txt --abstain-below 0.8
      cat reviews-ko.txt | langalign predict model | head
    """
    use_threads(threads)
    kept = cache_of(cache, no_cache)
    sources = [text is not None, pair is not None, file is not None]
    if sum(sources) > 1:
        raise typer.BadParameter("give one of FILE, --text and --pair")
    if not any(sources) and sys.stdin.isatty():
        raise typer.BadParameter("nothing to classify; give FILE, --text, or - to type texts")
    if out is not None:
        require_file_place(out)

    from langalign.model import LangAlign

    loaded = LangAlign.load(model)
    loaded.cache = kept
    if abstain_below is not None and loaded.task_ == "similarity":
        raise SettingError(
            "--abstain-below goes by probabilities, and this model predicts numbers; leave it out"
        )
    texts: Iterable[Text]
    if text is not None or pair is not None:
        texts = text or [pair or ("", "")]
    elif file is None or file == "-":
        texts = texts_of_lines(sys.stdin.buffer)
    else:
        from langalign.data import read_texts

        texts = read_texts(file, _language(loaded), split)
    if out is None:
        _write(loaded, texts, sys.stdout.buffer, abstain_below)
        return
    with whole_file(out) as lines, progress() as report:
        _write(loaded, _counted(texts, report), lines, abstain_below)


def _write(
    model: LangAlign, texts: Iterable[Text], lines: IO[bytes], abstain_below: float | None
) -> None:
    answers = {"classification": _classes, "multilabel": _sets, "similarity": _numbers}[model.task_]
    for batch in _batches(texts):
        for item, answer in zip(batch, answers(model, batch), strict=True):
            if abstain_below is not None:
                _abstain(answer, abstain_below)
            line = json.dumps(_text(item) | answer, ensure_ascii=False)
            lines.write(line.encode() + b"\n")
        lines.flush()


def _classes(model: LangAlign, batch: list[Text]) -> Iterator[dict[str, Any]]:
    import numpy as np

    from langalign.answers import decide

    classes = [str(name) for name in model.classes_]
    probabilities = model.predict_proba(batch)
    labels = decide(probabilities, np.arange(len(classes)), model.classifier_.threshold_)
    for column, row in zip(labels.tolist(), probabilities.tolist(), strict=True):
        yield {
            "label": classes[column],
            "probability": row[column],
            "probabilities": dict(zip(classes, row, strict=True)),
        }


def _sets(model: LangAlign, batch: list[Text]) -> Iterator[dict[str, Any]]:
    from langalign.tasks import joined_rows

    classes, probabilities = model.classes_.tolist(), model.predict_proba(batch)
    joined = joined_rows(probabilities >= 0.5, classes)
    for labels, row in zip(joined.tolist(), probabilities.tolist(), strict=True):
        yield {"label": labels, "probabilities": dict(zip(classes, row, strict=True))}


def _abstain(answer: dict[str, Any], below: float) -> None:
    """Take the label away where it is not sure enough, and say whether it was."""
    sure = answer.get("probability")
    if sure is None:  # a set of labels: all of it right, labels taken as independent
        sure = math.prod(max(share, 1 - share) for share in answer["probabilities"].values())
    answer["abstained"] = sure < below
    if sure < below:
        answer["label"] = ""


def _numbers(model: LangAlign, batch: list[Text]) -> Iterator[dict[str, Any]]:
    for number in model.predict(batch).tolist():
        yield {"label": number}


def _text(text: Text) -> dict[str, Any]:
    if isinstance(text, str):
        return {"text": text}
    return {"premise": text[0], "hypothesis": text[1]}


def _language(model: LangAlign) -> str | None:
    return None if model.target_lang_ == "und" else model.target_lang_


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    batch: list[Text] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _counted(texts: Iterable[Text], report: Any) -> Iterator[Text]:
    total = len(texts) if isinstance(texts, tuple | list) else 0
    for done, text in enumerate(texts, start=1):
        yield text
        if done % BATCH == 0 and total:
            report("Classifying", done, total)
