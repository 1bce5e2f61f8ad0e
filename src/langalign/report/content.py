"""What a report holds, apart from how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from langalign.evaluation.metrics import Metric
from langalign.evaluation.scores import Scores


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a table and one dot of a plot.

    Parameters
    ----------
    group
        What is comparable with each other: a task in a language.
    strategy
        How the classifier was made.
    scores
        What it reached.
    note
        A few words beside it.
    """

    group: str
    strategy: str
    scores: Scores
    note: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its true and predicted label.

    Parameters
    ----------
    text
        A text, or a pair of texts.
    truth, prediction
        Labels.
    probability
        The classifier's probability of its prediction; ``None`` where it gives none.
    language
        BCP 47 code; browsers choose the shapes of Chinese characters by it.
    """

    text: str | tuple[str, str]
    truth: Any
    prediction: Any
    probability: float | None = None
    language: str = ""

    @property
    def right(self) -> bool:
        """Say whether the prediction is true."""
        return bool(self.truth == self.prediction)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the text, or both of a pair."""
        return (self.text,) if isinstance(self.text, str) else tuple(self.text)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its value, and why it has it."""

    name: str
    value: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number for the head of the page: ``Fact("Korean sentiment", "0.744", "linear")``."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, once for light and once for dark backgrounds.

    Parameters
    ----------
    light, dark
        SVG documents.
    alt
        What it shows, for those who do not see it.
    caption
        Text below it.
    """

    light: str
    dark: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One task, or one question, of a report; empty parts are left out of the page."""

    title: str
    text: str = ""
    rows: tuple[ReportRow, ...] = ()
    pictures: tuple[Picture, ...] = ()
    examples: tuple[Example, ...] = ()
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole page.

    Parameters
    ----------
    title
        Of the page.
    summary
        Paragraphs at the top.
    facts
        Numbers at the top.
    sections
        The body.
    commands
        What to type to get the same results again.
    versions, fingerprints, checksums
        By name: of packages, of encoders, of data files.
    date
        As it should be printed; nothing here asks the clock, so equal reports are equal pages.
    metric
        Which score orders and marks the best row: ``"accuracy"`` or ``"macro_f1"``.
    """

    title: str
    summary: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    commands: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    metric: Metric = "macro_f1"
