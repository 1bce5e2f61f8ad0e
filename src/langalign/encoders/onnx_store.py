"""Where exported models are kept on disk, and how they are found again without PyTorch.

::

    models/<hash>/    one exported model: model.onnx, tokenizer.json, config.json, README.md
    known/<hash>.json what was asked for: which of the models answers it, under which fingerprint

Two requests that differ in the prompt alone, or by the place of the same weights, share a model.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.encoders.cache_folder import exports_folder
from langalign.encoders.model_state import model_state
from langalign.encoders.runner import Request
from langalign.errors import EncoderError, PersistenceError
from langalign.persistence import CONFIG, read_config, write_folder, write_json, write_text
from langalign.version import __version__

EXPORTER = 1
"""Raised whenever the exported graph changes: older exports are then left alone."""
KIND = "exported encoder"
GRAPH, TOKENIZER = "model.onnx", "tokenizer.json"

_README = """# An exported text encoder

LangAlign wrote this folder, to run `{model}` in ONNX Runtime: `model.onnx` goes from token numbers
to vectors, `model-int8.onnx`, if it is there, does the same with weights in 8 bits,
`tokenizer.json` is for the library tokenizers. It may be deleted at any time; it is then written
again, from the model, when it is needed.
"""


class ExportError(EncoderError):
    """A model cannot be exported, or its export does not do what the model does."""


@dataclass(frozen=True)
class Export:
    """An exported model, and what it is in answer to a request."""

    folder: Path
    config: dict[str, Any]
    fingerprint: str
    prompt: str


class ExportStore:
    """The folder of all exported models.

    Parameters
    ----------
    folder
        Default: ``onnx`` in the folder that ``LANGALIGN_CACHE`` names, else in the user's cache
        folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or exports_folder()

    def find(self, request: Request) -> Export | None:
        """Return the export that answers a request, if its model has not changed since.

        Raises
        ------
        EncoderError
            If the request names a path and no model stands there.
        """
        known = self._known(request)
        state = model_state(request.model, request.revision)
        if "graph" not in known or (state is not None and state != known["state"]):
            return None
        folder = self.folder / "models" / known["graph"]
        try:
            config = read_config(folder, expected=KIND)
        except PersistenceError:
            return None
        return Export(folder, config, known["fingerprint"], known["prompt"])

    def refusal(self, request: Request) -> str | None:
        """Return why a model could not be exported by the packages that are installed now."""
        known = self._known(request)
        as_then = known.get("versions") == _versions()
        return str(known["refused"]) if "refused" in known and as_then else None

    def keep(
        self,
        request: Request,
        *,
        fingerprint: str,
        prompt: str,
        graph: str,
        write: Callable[[Path], dict[str, Any]],
    ) -> Export:
        """Let ``write`` fill a folder, unless one of these weights is there, and remember it.

        Parameters
        ----------
        request
            What the export answers.
        fingerprint, prompt
            Of the answer.
        graph
            What decides the graph: a fingerprint.
        write
            Writes the files of a model into a folder and returns its settings.
        """
        name = hashlib.sha256(f"{EXPORTER} {graph}".encode()).hexdigest()[:32]
        folder = self.folder / "models" / name
        if not (folder / CONFIG).is_file():
            with write_folder(folder, kind=KIND) as draft:
                config = {"format_version": 1, "kind": KIND} | write(draft)
                write_text(draft / "README.md", _README.format(model=request.model))
                write_json(draft / CONFIG, config | {"versions": _versions()})
        state = model_state(request.model, request.revision)
        self._remember(
            request,
            {"state": state, "fingerprint": fingerprint, "prompt": prompt, "graph": name},
        )
        return Export(folder, read_config(folder, expected=KIND), fingerprint, prompt)

    def refuse(self, request: Request, reason: str) -> None:
        """Remember that a model cannot be exported, so that it is not tried at each start."""
        self._remember(request, {"refused": reason, "versions": _versions()})

    def _path(self, request: Request) -> Path:
        asked = dataclasses.asdict(request)
        folder = Path(request.model).expanduser()
        if folder.is_dir():
            asked["model"] = str(folder.resolve())
        key = json.dumps([EXPORTER, __version__, asked], sort_keys=True)
        return self.folder / "known" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def _known(self, request: Request) -> dict[str, Any]:
        try:
            content = json.loads(self._path(request).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _remember(self, request: Request, answer: dict[str, Any]) -> None:
        write_json(self._path(request), {"request": dataclasses.asdict(request)} | answer)


def _versions() -> dict[str, str | None]:
    return {name: _version(name) for name in ("torch", "transformers", "onnx", "onnxruntime")}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
