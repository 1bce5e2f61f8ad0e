"""The records of ``benchmarks/paper.py``: one comparison a task, language and setting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from langalign.evaluation.intervals import Interval
from langalign.evaluation.metrics import Metric
from langalign.evaluation.scores import Scores
from langalign.report.kinds import Kind
from langalign.report.rows import with_interval
from results_pages.names import LANGUAGES, ONE, TWO
from results_pages.places import RECORDS

TASK_NAMES = {"sentiment": "sentiment", "nli": "inference", "emotion": "emotion"}
NOT_MEASURED = "This is not measured yet."
GUESS = "majority"


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over seeds with its 95 % interval."""

    value: float
    interval: Interval

    def __str__(self) -> str:
        return with_interval(self.value, self.interval)

    def above(self, other: Score) -> bool:
        """Return whether the intervals are apart and this one is the higher."""
        return self.interval.low > other.interval.high


@dataclass(frozen=True)
class Comparison:
    """All strategies on one task in one language with one pairing of encoders.

    Parameters
    ----------
    task, lang, setting
        Keys of ``TASK_NAMES``, ``LANGUAGES`` and ``SETTINGS``.
    metric
        The metric of the task.
    scores
        By strategy, and the majority class's as ``"majority"``.
    kinds
        By strategy: whether it saw labels of the target language.
    runs
        By strategy, one record a seed.
    chosen
        What LangAlign chose by agreement.
    record
        The whole record.
    """

    task: str
    lang: str
    setting: str
    metric: Metric
    scores: Mapping[str, Score]
    kinds: Mapping[str, Kind]
    runs: Mapping[str, Sequence[Mapping[str, Any]]]
    chosen: str | None
    record: Mapping[str, Any]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of a comparison."""
        metric: Metric = record["metric"]
        majority = Scores.from_dict(record["majority"])
        scores = {GUESS: Score(majority.value(metric), majority.interval(metric))}
        for row in record["rows"]:
            spread = row["scores"][metric]
            scores[row["strategy"]] = Score(spread["mean"], Interval(*spread["interval"]))
        return cls(
            task=record["task"].rpartition("-")[0],
            lang=record["languages"][1],
            setting=record["setting"],
            metric=metric,
            scores=scores,
            kinds={row["strategy"]: row["kind"] for row in record["rows"]},
            runs={row["strategy"]: row["runs"] for row in record["rows"]},
            chosen=record["chosen_by_agreement"],
            record=record,
        )

    @property
    def name(self) -> str:
        """Return language and task, such as ``Korean inference``."""
        return f"{LANGUAGES[self.lang]} {TASK_NAMES[self.task]}"

    @property
    def choice(self) -> Score | None:
        """Return the score of what LangAlign chose."""
        return None if self.chosen is None else self.scores.get(self.chosen)

    @property
    def ceiling(self) -> Score | None:
        """Return the score of all native labels; of translations where the test is translated."""
        return self.scores.get("translated" if self.task == "emotion" else "native")

    def beats_guessing(self, score: Score) -> bool:
        """Return whether an interval lies above the majority class's score."""
        return score.interval.low > self.scores[GUESS].value

    def in_accuracy(self) -> Self:
        """Return the same in accuracy: random answers beat the majority class in macro-F1."""
        return self.of({**self.record, "metric": "accuracy"})

    def by_seed(self, strategy: str) -> dict[int, float]:
        """Return the score of each run, by seed."""
        return {run["seed"]: run["scores"][self.metric] for run in self.runs[strategy]}


@dataclass(frozen=True)
class Paper:
    """All comparisons on test data that were recorded, in a fixed order."""

    comparisons: tuple[Comparison, ...]

    @classmethod
    def read(cls) -> Self:
        """Read what is there."""
        paths = sorted(RECORDS.glob("paper-test-*.json"))
        return cls.of(json.loads(path.read_text("utf-8")) for path in paths)

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> Self:
        """Gather records."""
        tasks, languages = list(TASK_NAMES), list(LANGUAGES)
        return cls(
            tuple(
                sorted(
                    map(Comparison.of, records),
                    key=lambda each: (
                        tasks.index(each.task),
                        (TWO, ONE).index(each.setting),
                        languages.index(each.lang),
                    ),
                )
            )
        )

    def where(self, task: str | None = None, setting: str | None = None) -> list[Comparison]:
        """Return the comparisons of a task, a setting, or both."""
        return [
            each
            for each in self.comparisons
            if task in (None, each.task) and setting in (None, each.setting)
        ]

    def english_only(self, like: Comparison) -> Score | None:
        """Return English-only on the same test rows: it needs one encoder on both sides."""
        return next(
            (
                each.scores.get("english-only")
                for each in self.where(like.task, ONE)
                if each.lang == like.lang
            ),
            None,
        )
