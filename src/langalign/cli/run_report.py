"""What a run wrote, a report to look at and a record: how it was asked for, where both lie."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from langalign.cli.console import note, show


class Written(Protocol):
    """The outcome of a run that wrote a report and a record."""

    @property
    def report(self) -> Path:
        """The page."""

    @property
    def record(self) -> Path:
        """The figures."""

    @property
    def seconds(self) -> float:
        """Wall-clock time."""


def typed_command() -> str:
    """Return the command that is running, as it can be typed again."""
    return f"langalign {shlex.join(sys.argv[1:])}"


def show_advice(advice: Iterable[str], left_out: Mapping[str, str]) -> None:
    """Print what follows from a run, and beside it what could not be run and why."""
    for sentence in advice:
        show(sentence)
    for name, reason in left_out.items():
        note(f"left out: {name} ({reason})")


def show_written(outcome: Written) -> None:
    """Print how long a run took and where to look: its last line."""
    show(f"\n{outcome.seconds:.0f} s. Look at {outcome.report}; figures: {outcome.record}")
