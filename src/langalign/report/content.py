"""What a report holds, apart from how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from langalign.errors import DataError
from langalign.evaluation.metrics import Metric
from langalign.evaluation.scores import Scores
from langalign.report.kinds import Kind


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a table and one bar of a plot.

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
    kind
        ``"target-labels"`` where labels of the target language were used to fit, ``"oracle"``
        where test labels picked the settings: marked everywhere, never called best.
    against_best
        How it compares with the best row, ready to print: ``"-0.021, p = 0.003"``.
    """

    group: str
    strategy: str
    scores: Scores
    note: str = ""
    kind: Kind = ""
    against_best: str = ""


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
    translation
        Into the language of the page, for those who do not read the text's.
    hit
        Whether it stands among the right ones; ``None`` where the labels' being equal decides,
        which they hardly ever are where they are numbers.
    """

    text: str | tuple[str, str]
    truth: Any
    prediction: Any
    probability: float | None = None
    language: str = ""
    translation: str = ""
    hit: bool | None = None

    @property
    def right(self) -> bool:
        """Whether the prediction is true, or near enough."""
        return bool(self.truth == self.prediction) if self.hit is None else self.hit

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
    """A number, for the head of the page or a section: ``Fact("isotropy", "0.18", "narrow")``."""

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


@dataclass(frozen=True, slots=True)
class Curve:
    """A score by the number of labels or pairs.

    Parameters
    ----------
    name
        What was measured.
    sizes
        Above zero, shape (n,).
    means, lows, highs
        Scores and the ends of their whiskers, each of shape (n,).
    fitted
        Points of a fitted line, in order of x; ``None`` joins the means.
    kind
        As in :class:`ReportRow`.

    Raises
    ------
    DataError
        If there are no sizes, one is not above zero, or the lengths differ.
    """

    name: str
    sizes: tuple[float, ...]
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    fitted: tuple[tuple[float, float], ...] | None = None
    kind: Kind = ""

    def __post_init__(self) -> None:
        lengths = [len(part) for part in (self.sizes, self.means, self.lows, self.highs)]
        if not lengths[0] or len(set(lengths)) > 1:
            raise DataError(
                f"curve {self.name!r}: {lengths[0]} sizes, {lengths[1]} means, {lengths[2]} lows "
                f"and {lengths[3]} highs; expected as many of each, and at least one"
            )
        if min(self.sizes) <= 0:
            raise DataError(
                f"curve {self.name!r}: size {min(self.sizes)} has no place on a logarithmic axis; "
                "draw what needs no labels as a reference line"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One task, or one question, of a report; empty parts are left out of the page.

    Parameters
    ----------
    title, text
        Heading, and a paragraph below it.
    rows
        Tables, one per group.
    facts
        Numbers with what they say, as a table.
    pictures, examples, settings
        Below them, in this order.
    commands
        What to type to get the section's results again.
    answers
        Headings of the right and of the wrong examples.
    """

    title: str
    text: str = ""
    rows: tuple[ReportRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    pictures: tuple[Picture, ...] = ()
    examples: tuple[Example, ...] = ()
    settings: tuple[Setting, ...] = ()
    commands: tuple[str, ...] = ()
    answers: tuple[str, str] = ("✓ right", "✗ wrong")


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
        Which score orders and marks the best row; where rows have none such, the main one of their
        kind of task.
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
