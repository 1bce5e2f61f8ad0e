"""``langalign predict``: texts in, one JSON object a text out."""

from __future__ import annotations

import json
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
from langalign.cli.reading import read_bundle
from langalign.cli.standard_input import texts_of_lines
from langalign.cli.writing import require_file_place
from langalign.errors import SettingError
from langalign.files.whole_file import whole_file

if TYPE_CHECKING:
    from langalign.bundle import Bundle
    from langalign.data import Text

BATCH = 512


def predict(
    model: ModelArgument,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="Texts: .txt (one per line), .tsv, .csv, .jsonl or .parquet; - or nothing reads "
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
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="LANG",
            help="Language of the texts, where DIR is a bundle of several.",
            show_default="detected from the script of each",
        ),
    ] = None,
    split: SplitOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="File to write, JSON Lines.",
            show_default="standard output",
        ),
    ] = None,
    abstain_below: AbstainOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    threads: ThreadsOption = None,
) -> None:
    """Classify texts of the target language.

    Each becomes a line {"text", "label", "probability", "probabilities"}, in the order given; with
    several labels per text {"text", "label", "probabilities"}, where labels are such as
    "anger|joy", or "|" for none; with numbers {"text", "label"}. Lines of standard input are texts,
    or JSON objects with "text" or with "premise" and "hypothesis".

    With a bundle of several languages (langalign bundle) each line also has "lang".

    With --abstain-below each line also has "abstained": true where the label was not sure enough;
    "label" is then empty. "probability" stays that of the label it would have been.

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
        require_file_place(out, read=[Path(file)] if file is not None else [], form=".jsonl")

    loaded = read_bundle(model, kept)
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

        column = lang or (loaded.languages[0] if len(loaded.languages) == 1 else None)
        texts = read_texts(file, None if column == "und" else column, split)
    if out is None:
        _write(loaded, texts, sys.stdout.buffer, lang, abstain_below)
        return
    with whole_file(out) as lines, progress() as report:
        _write(loaded, _counted(texts, report), lines, lang, abstain_below)


def _write(
    bundle: Bundle,
    texts: Iterable[Text],
    lines: IO[bytes],
    lang: str | None,
    abstain_below: float | None,
) -> None:
    from langalign.alignment.answer_rows import abstain
    from langalign.data.text import named

    several = len(bundle.languages) > 1
    for batch in _batches(texts):
        for text, answer in zip(batch, bundle.answers(batch, lang=lang), strict=True):
            if not several:
                del answer["lang"]  # it says nothing new
            shown = answer if abstain_below is None else abstain(answer, abstain_below)
            line = json.dumps(named(text) | shown, ensure_ascii=False, allow_nan=False)
            lines.write(line.encode() + b"\n")
        lines.flush()


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
