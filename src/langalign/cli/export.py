"""``langalign export``: a model in a format that needs less than LangAlign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langalign.cli.console import show
from langalign.cli.options import ModelArgument, ThreadsOption, use_threads
from langalign.cli.writing import require_folder


def export(
    model: ModelArgument,
    format: Annotated[  # noqa: A002
        str,
        typer.Option(
            metavar="NAME",
            help="onnx: one graph from token numbers to probabilities, for onnxruntime, tokenizers "
            "and numpy. sentence-transformers: the aligned encoder, of stock modules. sklearn: "
            "aligner and head as a pipeline on vectors, never pickled.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")],
    threads: ThreadsOption = None,
) -> None:
    """Write a fitted model in another format.

    The export is checked against the model first; its README.md shows its use.

    Example:
      langalign export model --format onnx --out exported
    """
    use_threads(threads)

    from langalign.export import export_model
    from langalign.export.base import KIND, SETTINGS
    from langalign.model import LangAlign

    require_folder(out, kind=KIND, mark=SETTINGS)
    export_model(LangAlign.load(model), out, format=format)
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    show(f"Wrote {out} ({len(files)} files, {size:.1f} MB); its README.md shows its use")
