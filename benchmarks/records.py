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


def write_record(name: str, content: Mapping[str, Any]) -> Path:
    """Write what was measured, with the machine, the versions and the code it was measured with."""
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    path = RESULTS / f"{name}-{date}.json"
    stamps = {"machine": machine(), "versions": environment_versions(), "code": CODE, "date": date}
    write_json(path, {**content, **stamps})
    return path
