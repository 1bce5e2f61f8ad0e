"""``langalign doctor``: what is installed, how it is set up, and whether it works."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from pathlib import Path
from typing import Any

import typer

from langalign import __version__
from langalign.cli.console import plain_table, show, show_json, show_table
from langalign.cli.options import THREAD_VARIABLES, JsonOption

LEFT_OUT = ("all", "dev")
"""Extras that are not reported: one is the sum of the others, one is for developers."""
_RUNS_IN = {"torch": "PyTorch", "onnx": "ONNX Runtime where they can be exported, else PyTorch"}
_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*(?:;.*extra\s*==\s*['\"]([\w-]+)['\"])?")


def doctor(json: JsonOption = False) -> None:
    """Check the installation.

    Prints what a bug report should contain. The exit status is 2 if something that is always needed
    is missing or does not work.

    Example:
      langalign doctor --json
    """
    findings: dict[str, Any] = {
        "langalign": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": packages(),
        "threads": threads(),
        "cache": cache(),
        "transformers": transformers(),
        "environment": {
            name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "LANGALIGN_DATA")
        },
        "bundled_encoder": bundled_encoder(),
    }
    if json:
        show_json(findings)
    else:
        _show(findings)
    missing = [name for name, version in findings["packages"]["core"].items() if version is None]
    if missing or not findings["bundled_encoder"]["works"]:
        raise typer.Exit(2)


def packages() -> dict[str, dict[str, str | None]]:
    """Return the version of each package asked for, ``None`` where it is missing, by extra."""
    from importlib.metadata import requires

    groups: dict[str, dict[str, str | None]] = {"core": {}}
    for requirement in requires("langalign") or []:
        match = _REQUIREMENT.match(requirement)
        if match is None or match[2] in LEFT_OUT:
            continue
        groups.setdefault(match[2] or "core", {})[match[1]] = _version(match[1])
    return groups


def threads() -> dict[str, Any]:
    """Return the cores of the machine, those we may use, and the variables that limit threads."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limits = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    return {"cores": os.cpu_count(), "usable": usable, "limits": limits}


def cache() -> dict[str, Any]:
    """Return where vectors are kept, and how many bytes of them there are."""
    from langalign.encoders.cache import VectorCache

    folder = VectorCache().folder
    files = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    place = _existing(folder)  # where the folder is made at the first use
    return {
        "folder": str(folder),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "writable": place.is_dir() and os.access(place, os.W_OK),
    }


def transformers() -> dict[str, Any]:
    """Return what runs transformers where no backend is asked for, and what was exported for it."""
    from langalign.encoders.backends import automatic_backend
    from langalign.encoders.onnx_store import ExportStore

    folder = ExportStore().folder
    exported = folder / "models"
    return {
        "backend": automatic_backend(None),
        "folder": str(folder),
        "exported": len(list(exported.iterdir())) if exported.is_dir() else 0,
        "bytes": sum(path.stat().st_size for path in exported.rglob("*") if path.is_file()),
    }


def bundled_encoder() -> dict[str, Any]:
    """Load the bundled encoder and see whether a translation is nearer than another sentence."""
    start = time.perf_counter()
    try:
        import numpy as np

        from langalign.encoders.mini import MiniEncoder

        encoder = MiniEncoder()
        milliseconds = round((time.perf_counter() - start) * 1000)
        vectors = encoder.encode(["The food was cold.", "음식이 차가웠어요.", "내일은 비가 와요."])
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        works = bool(np.isfinite(vectors).all() and unit[0] @ unit[1] > unit[0] @ unit[2])
        reason = "" if works else "a translation is not nearer than another sentence"
    except Exception as error:  # this command is to report whatever is broken
        return {"works": False, "milliseconds": None, "reason": f"{type(error).__name__}: {error}"}
    return {"works": works, "milliseconds": milliseconds, "reason": reason}


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _show(findings: dict[str, Any]) -> None:
    table = plain_table("", "")
    table.show_header = False
    for name, value in _rows(findings):
        table.add_row(name, value)
    show_table(table)
    for extra, versions in findings["packages"].items():
        missing = [name for name, version in versions.items() if version is None]
        if missing:
            wanted = "langalign" if extra == "core" else f"'langalign[{extra}]'"
            show(f"Missing for {extra}: {', '.join(missing)}. pip install {wanted}")


def _rows(findings: dict[str, Any]) -> list[tuple[str, str]]:
    cores, kept, encoder = findings["threads"], findings["cache"], findings["bundled_encoder"]
    models = findings["transformers"]
    limits = ", ".join(f"{name}={value}" for name, value in cores["limits"].items() if value)
    rows = [
        ("langalign", findings["langalign"]),
        ("python", f"{findings['python']} ({sys.executable})"),
        ("platform", findings["platform"]),
    ]
    for extra, versions in findings["packages"].items():
        listed = ", ".join(f"{name} {version or 'missing'}" for name, version in versions.items())
        rows.append((extra if extra == "core" else f"extra {extra}", listed))
    rows += [
        ("cores", f"{cores['cores']}, usable {cores['usable']}; {limits or 'no limit set'}"),
        (
            "cache",
            f"{kept['folder']} ({kept['files']} files, {kept['bytes'] / 1e6:.1f} MB"
            f"{'' if kept['writable'] else ', NOT WRITABLE: set LANGALIGN_CACHE'})",
        ),
        (
            "transformers",
            f"run in {_RUNS_IN[models['backend']]}; {models['exported']} exported to "
            f"{models['folder']} ({models['bytes'] / 1e6:.1f} MB)",
        ),
        *((name, value or "not set") for name, value in findings["environment"].items()),
        (
            "encoder mini",
            f"works, loaded in {encoder['milliseconds']} ms"
            if encoder["works"]
            else f"FAILS: {encoder['reason']}. Install langalign again.",
        ),
    ]
    return rows
