"""``langalign push``: a model folder onto the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langalign.cli.console import note, show
from langalign.cli.options import ModelArgument
from langalign.cli.reading import column_language, read_model
from langalign.cli.tested_texts import open_tested, read_tested

if TYPE_CHECKING:
    from langalign.evaluation.scores import Scores
    from langalign.model import LangAlign


def push(
    model: ModelArgument,
    repo: Annotated[
        str,
        typer.Argument(metavar="REPO", help="organisation/model; created if it does not exist."),
    ],
    license: Annotated[  # noqa: A002  # the option's name
        str | None,
        typer.Option(metavar="ID", help="Licence of the model, such as apache-2.0."),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT", help="A data set that it was trained on: name, origin. Repeat for more."
        ),
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Labelled texts to measure it on first, as for evaluate."
        ),
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Make REPO private.")] = False,
    branch: Annotated[
        str | None, typer.Option(metavar="NAME", help="Branch to write to.", show_default="main")
    ] = None,
) -> None:
    r"""Send a model to the Hugging Face hub.

    Its model card states how it was fitted, the licence, the data and the scores with 95 %
    intervals, as far as these are given here or were before. Log in first: hf auth login. Load the
    model with LangAlign.from_pretrained("organisation/model").

    Example:
      langalign push model me/korean-reviews --license apache-2.0 \
          --data "Our reviews of 2024" --test labelled-ko.tsv
    """
    from langalign.card_facts import CardFacts

    loaded = read_model(model, False)
    known = getattr(loaded, "card_", CardFacts())
    scores = known.scores if test is None else {**known.scores, test.name: _scored(loaded, test)}
    facts = CardFacts(license or known.license, tuple(data or known.data), scores)
    if facts.license is None:
        note("no licence is given, so nobody may use the model; add --license")
    show(loaded.push_to_hub(repo, card=facts, private=private or None, branch=branch))


def _scored(model: LangAlign, path: Path) -> Scores:
    table, split = open_tested(path, None)
    texts, _ = read_tested(table, column_language(model), split)
    return model.evaluate(texts)
