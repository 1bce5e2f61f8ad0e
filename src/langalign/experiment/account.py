"""What every record and page of an experiment says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from langalign.evaluation.record import environment_versions
from langalign.experiment.setup import Experiment
from langalign.report.content import Report, Section

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an experiment was, and what follows from it.

    Parameters
    ----------
    experiment
        Data, settings and encoders.
    advice
        What follows, in sentences.
    command
        What was typed to get it; empty where nothing was.
    versions
        As :func:`~langalign.evaluation.record.environment_versions` gives them.
    """

    experiment: Experiment
    advice: tuple[str, ...]
    command: str
    versions: Mapping[str, str] = field(default_factory=environment_versions)

    def record(self, kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found with how it can be had again, JSON-able."""
        setting = self.experiment.setting
        return {
            "format_version": FORMAT_VERSION,
            "kind": kind,
            "task": setting.task,
            "languages": list(setting.languages),
            "metric": setting.metric,
            **found,
            "sizes": self.experiment.texts.sizes(),
            "dropped_because_in_test": dict(self.experiment.leaks),
            "advice": list(self.advice),
            "data": dict(setting.data),
            "encoders": dict(setting.encoders),
            "command": self.command,
            "versions": dict(self.versions),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def report(self, title: str, sections: Iterable[Section]) -> Report:
        """Return sections with what stands around them; nothing asks the clock."""
        setting = self.experiment.setting
        return Report(
            title=f"{setting.task}: {title}",
            summary=self.advice,
            sections=tuple(sections),
            commands=(self.command,) if self.command else (),
            versions=self.versions,
            fingerprints=setting.encoders,
            checksums=setting.data,
            metric=setting.metric,
        )
