"""``langalign bundle``: models of several languages in, one folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import show
from langalign.cli.writing import require_folder
from langalign.errors import PersistenceError


def bundle(
    models: Annotated[
        list[Path],
        typer.Argument(metavar="MODEL...", help="Model folders, one for each target language."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Folder to write; an older bundle there is replaced.",
        ),
    ],
) -> None:
    """Combine models of several languages into one folder that answers for all of them.

    They have the same labels. Each text then goes to the model of its language, which is given
    (--lang) or recognised from its script; one in another script goes to the first model.
    English texts go to the English head of a reverse model, or to that of a forward model, where
    its source encoder is on this machine.

    Example:
      langalign bundle model-ko model-ja model-zh --out reviews
      langalign predict reviews mixed.txt
      langalign serve reviews
    """
    from langalign.bundle import Bundle
    from langalign.bundle.folder import KIND, EncoderPool

    _require_apart(models, out)
    require_folder(out, kind=KIND)
    pool = EncoderPool()
    made = Bundle([pool.load(folder) for folder in models])
    made.save(out)
    show(f"Languages: {', '.join(made.languages)}.")
    if made.source_from is not None:
        show(f"Texts in {made.languages[-1]} go to the head of the model of {made.source_from}.")
    show(f"Bundle written to {out}")


def _require_apart(models: list[Path], out: Path) -> None:
    """Raise where the bundle would take a model's place, or lie in it as a part that is not its."""
    place = out.resolve()
    for model in models:
        if model.resolve() in (place, *place.parents):
            raise PersistenceError(
                f"{out}: this is, or lies in, the model {model} that is to be bundled; choose a "
                "folder outside of it"
            )
