"""Which library runs a transformer: the one that was set, else the faster one here."""

from __future__ import annotations

import importlib.util
import platform
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from langalign.encoders.runner import Backend, Request, Runner
from langalign.encoders.torch_runner import TorchRunner
from langalign.encoders.transformer_fingerprint import fingerprint_of
from langalign.errors import EncoderError, EncoderWarning, SettingError
from langalign.optional import require

if TYPE_CHECKING:
    from langalign.encoders.onnx_store import Export, ExportStore

_ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dri/renderD128")
"""Devices of which a Linux machine has one where PyTorch could find an accelerator."""


def runner_of(
    request: Request,
    *,
    backend: Backend | None,
    device: str | None,
    batch_size: int,
    threads: int | None,
) -> Runner:
    """Return a model, loaded and ready to run.

    Parameters
    ----------
    request
        What is asked for.
    backend
        None: ONNX Runtime in float32 where it is installed, on a CPU, else PyTorch.
    device, batch_size, threads
        As in :class:`~langalign.encoders.transformer.TransformerEncoder`.

    Raises
    ------
    EncoderError
        If the model cannot be loaded; if a backend is asked for that cannot run it.
    SettingError
        If ONNX Runtime is asked for on a device other than the CPU.
    MissingDependencyError
        If the extra that the backend needs is not installed.

    Warns
    -----
    EncoderWarning
        If PyTorch runs the model because it cannot be exported, with the reason.
    """
    if backend == "torch" or (backend is None and automatic_backend(device) == "torch"):
        return TorchRunner(request, device=device, batch_size=batch_size, threads=threads)
    if device not in (None, "cpu"):
        raise SettingError(
            f"backend={backend!r} runs on the CPU, device is {device!r}; leave one of them"
        )
    from langalign.encoders.onnx_store import ExportError

    try:
        return _in_onnx_runtime(request, backend, batch_size, threads)
    except (ExportError, OSError) as error:
        if backend is not None:
            raise EncoderError(
                f"{request.model}: cannot run in ONNX Runtime: {error}. Use backend='torch' "
                "(--backend torch)"
            ) from error
        warnings.warn(
            f"{request.model}: runs in PyTorch, not in ONNX Runtime: {error}. It is the same but "
            "for speed; backend='torch' (--backend torch) silences this",
            EncoderWarning,
            stacklevel=2,
        )
    return TorchRunner(request, device=device, batch_size=batch_size, threads=threads)


def automatic_backend(device: str | None) -> Backend:
    """Return what runs a model where nothing is asked for; an accelerator is PyTorch's.

    Parameters
    ----------
    device
        As PyTorch calls it; None: the best there is.
    """
    if device not in (None, "cpu") or not _installed("onnxruntime"):
        return "torch"
    return "torch" if device is None and _has_accelerator() else "onnx"


def _in_onnx_runtime(
    request: Request, backend: Backend | None, batch_size: int, threads: int | None
) -> Runner:
    from langalign.encoders.onnx_int8 import with_int8
    from langalign.encoders.onnx_runner import OnnxRunner
    from langalign.encoders.onnx_store import ExportError, ExportStore

    require("onnxruntime", extra="onnx", purpose=f"backend={backend!r}")
    store = ExportStore()
    export = store.find(request)
    if export is None:
        refusal = store.refusal(request) if backend is None else None
        if refusal is not None:
            raise ExportError(refusal)
        if backend is None and not all(map(_installed, ("onnx", "onnxscript"))):
            return TorchRunner(request, device=None, batch_size=batch_size, threads=threads)
        export = _exported(request, store)
    if backend == "onnx-int8":
        return OnnxRunner(
            with_int8(export), precision="int8", batch_size=batch_size, threads=threads
        )
    return OnnxRunner(export, precision="float32", batch_size=batch_size, threads=threads)


def _exported(request: Request, store: ExportStore) -> Export:
    """Load a model in PyTorch, export it and keep it; or remember why that cannot be."""
    from langalign.encoders.onnx_export import export
    from langalign.encoders.onnx_store import ExportError

    runner = TorchRunner(request, device="cpu", batch_size=32, threads=None)
    try:
        return store.keep(
            request,
            fingerprint=runner.fingerprint,
            prompt=runner.prompt,
            # The prompt is text, and windows are cut before: the graph knows of neither.
            graph=fingerprint_of(runner.model, prompt=None, pools_long_texts=False),
            write=lambda folder: export(runner, folder),
        )
    except ExportError as error:
        store.refuse(request, str(error))
        raise


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _has_accelerator() -> bool:
    """Return whether PyTorch would take another device, without loading it where none can be."""
    if not _installed("torch"):
        return False
    linux = platform.system() == "Linux"
    if linux and not any(Path(device).exists() for device in _ACCELERATORS):
        return False
    torch = require("torch", extra="torch", purpose="A transformer encoder")
    return bool(torch.accelerator.is_available())
