"""Where records are written, and how one says with what it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from code_state import CODE
from streams import machine

from langalign.evaluation.record import environment_versions
from langalign.persistence import write_json

RESULTS = Path(__file__).parent / "results"


def stamps() -> dict[str, Any]:
    """Return the versions and the code that a record is measured with."""
    return {"versions": environment_versions(), "code": CODE}


def write_record(name: str, content: Mapping[str, Any]) -> Path:
    """Write what was measured, with the machine, the versions and the code it was measured with."""
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    path = RESULTS / f"{name}-{date}.json"
    write_json(path, {**content, "machine": machine(), **stamps(), "date": date})
    return path
