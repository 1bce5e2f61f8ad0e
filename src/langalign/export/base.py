"""What an export format is, and how a model is written in one.

A new one is a new file in this folder whose class carries ``@formats.register("name")``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, cast

from langalign.bundle import Bundle
from langalign.errors import NotFittedError, SettingError
from langalign.model import LangAlign
from langalign.persistence import FORMAT_VERSION, checksums, write_folder, write_json
from langalign.registry import Registry
from langalign.version import __version__

KIND = "export"
SETTINGS = "langalign.json"
"""In each exported folder: what it is, its labels, and what else its reader has to know."""


class ExportFormat(Protocol):
    """Writes a fitted model; made without arguments."""

    def write(self, model: LangAlign, folder: Path) -> dict[str, Any]:
        """Fill an empty folder, and return what its reader has to know, for its JSON file.

        Raises
        ------
        SettingError
            If this format cannot hold such a model.
        """


formats: Registry[ExportFormat] = Registry("export format", "langalign.export")


def export_model(model: LangAlign, out: str | Path, *, format: str) -> None:  # noqa: A002
    """Write a fitted model in another format, whole or not at all.

    Parameters
    ----------
    model
        Fitted.
    out
        The folder to write; an older export there is replaced.
    format
        ``"onnx"``, ``"sentence-transformers"`` or ``"sklearn"``.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    UnknownNameError
        If there is no such format.
    SettingError
        If the format cannot hold such a model, or it is a bundle.
    PersistenceError
        If ``out`` is a file, or a folder with other things in it.
    """
    if isinstance(cast("object", model), Bundle):
        raise SettingError("a bundle; export its models one by one: bundle.targets")
    writer = formats.get(format)()
    if not hasattr(model, "classes_"):
        raise NotFittedError("this LangAlign is not fitted yet; fit it, then export it")
    with write_folder(out, kind=KIND, mark=SETTINGS) as folder:
        settings = {
            "format_version": FORMAT_VERSION,
            "kind": KIND,
            "format": format,
            "langalign_version": __version__,
            "fingerprint": model.target_fingerprint_,
        }
        settings |= writer.write(model, folder)
        write_json(folder / SETTINGS, settings | {"files": checksums(folder)})
