"""The whole workflow on the bundled data: every strategy, both tasks, three languages, one report.

The bundled sentences are few, so intervals are wide and comparisons are lost; that is shown as it
is. ``docs/results.md`` has the figures on real data.
"""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from langalign.alignment.aligned_classifier import AlignedClassifier
from langalign.data import LabeledText, ParallelText, bundled, bundled_path
from langalign.data.groups import text_groups
from langalign.encoders.base import Encoder
from langalign.encoders.mini import MiniEncoder
from langalign.errors import FitWarning
from langalign.evaluation.majority import majority_predictions
from langalign.evaluation.metrics import accuracy
from langalign.evaluation.record import RunRecord, environment_versions
from langalign.evaluation.scores import evaluate_predictions
from langalign.heads.base import Labels
from langalign.inputs.text_vectors import TextVectors
from langalign.persistence import sha256_of, write_json
from langalign.persistence.run_folder import require_run_folder
from langalign.progress import Progress
from langalign.report.alignment_picture import alignment_picture
from langalign.report.content import Example, Report, ReportRow, Section, Setting
from langalign.report.html import write_report
from langalign.report.kinds import Kind
from langalign.report.score_plot import score_picture
from langalign.strategies import Problem, strategies

LANGUAGES = {"ko": "Korean", "ja": "Japanese", "zh": "Chinese"}
TASKS = {"sentiment": "Sentiment of reviews", "nli": "Inference between two sentences"}
STRATEGIES = ("english-only", "linear", "fc", "ae", "reverse-linear", "native")
NEEDS_TORCH = ("fc", "ae")
NOTES = {
    "english-only": "trained on English vectors as they are",
    "linear": "LangAlign, closed form",
    "fc": "LangAlign, six dense layers",
    "ae": "LangAlign, auto-encoder",
    "reverse-linear": "target vectors mapped to an English head",
    "native": "ceiling: trained on labels of the language",
}
SHOWN_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the demonstration found and where it wrote it.

    Parameters
    ----------
    rows
        One a task and strategy and language; ``group`` names task and language.
    examples
        The first test rows of each language, as predicted by LangAlign.
    skipped
        Strategies that were left out because torch is not installed.
    report, record
        The HTML page and the JSON record.
    seconds
        Wall-clock time.
    """

    rows: tuple[ReportRow, ...]
    examples: tuple[Example, ...]
    skipped: tuple[str, ...]
    report: Path
    record: Path
    seconds: float


def run_demo(out: str | Path, *, progress: Progress | None = None) -> Outcome:
    """Fit and score every strategy on the bundled data; write a report and a record.

    Parameters
    ----------
    out
        Folder for ``report.html`` and ``results.json``.
    progress
        Called with (what, done, total) before every fit.

    Raises
    ------
    PersistenceError
        If ``out`` is a file, or holds a saved model.
    """
    require_run_folder(out)
    start = time.perf_counter()
    folder = Path(out)
    encoder = MiniEncoder()
    skipped = () if importlib.util.find_spec("torch") else NEEDS_TORCH
    names = [name for name in STRATEGIES if name not in skipped]
    total, done = len(TASKS) * len(LANGUAGES) * len(names), 0
    tasks: dict[str, list[_LanguageTask]] = {}
    records = []
    for task in TASKS:
        tasks[task] = [_LanguageTask(task, lang, encoder) for lang in LANGUAGES]
        for language_task in tasks[task]:
            for name in names:
                if progress is not None:
                    progress(f"{task} {language_task.lang}: {name}", done, total)
                records.append(language_task.run(name))
                done += 1
    if progress is not None:
        progress("writing the report", total, total)
    everything = [language_task for each in tasks.values() for language_task in each]
    seconds = time.perf_counter() - start
    write_json(folder / "results.json", [record.as_dict() for record in records])
    write_report(_report(tasks, encoder), folder / "report.html")
    return Outcome(
        rows=tuple(row for each in everything for row in each.rows),
        examples=tuple(example for each in everything for example in each.examples),
        skipped=tuple(skipped),
        report=folder / "report.html",
        record=folder / "results.json",
        seconds=seconds,
    )


class _LanguageTask:
    """One task in one language: its vectors, and what each strategy reached."""

    def __init__(self, task: str, lang: str, encoder: Encoder) -> None:
        self.task, self.lang, self.encoder = task, lang, encoder
        vectors = TextVectors(encoder, cache=False)
        self.test = _labeled(task, lang, "test")
        self.truth = np.asarray(self.test.labels)
        self.test_X = vectors(self.test.texts, name="test texts")
        train, native = _labeled(task, "en", "train"), _labeled(task, lang, "train")
        parallel = parallel_sentences(lang)
        self.problem = Problem(
            X=vectors(train.texts, name="labelled texts"),
            y=np.asarray(train.labels),
            source=vectors(parallel.source, name="parallel text"),
            target=vectors(parallel.target, name="parallel text"),
            unlabeled=vectors(native.texts, name="unlabelled texts"),
            native_X=vectors(native.texts, name="native texts"),
            native_y=np.asarray(native.labels),
            groups=text_groups(parallel),
        )
        self.rows: list[ReportRow] = []
        self.examples: list[Example] = []
        self.aligned: AlignedClassifier | None = None

    @property
    def group(self) -> str:
        """Name of task and language in tables."""
        return f"{LANGUAGES[self.lang]} {self.task}"

    def run(self, name: str) -> RunRecord:
        """Fit one strategy, score it on the test rows, remember row and examples."""
        start = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", FitWarning)
            fitted: Any = strategies.get(name)().fit(self.problem, random_state=0)
        predicted = fitted.predict(self.test_X)
        scores = evaluate_predictions(self.truth, predicted)
        at_chance = any("at chance" in str(warning.message) for warning in caught)
        note = NOTES[name] + ("; agreement at chance, expect little" if at_chance else "")
        kind: Kind = "target-labels" if name == "native" else ""
        self.rows.append(ReportRow(self.group, name, scores, note, kind))
        if name == "linear":
            self.aligned = fitted
            self.examples = list(self._examples(fitted, predicted))
        return RunRecord(
            task=self.task,
            languages=("en", self.lang),
            strategy=name,
            scores=scores,
            seed=0,
            settings={"parallel": len(self.problem.source), "labeled": len(self.problem.X)},
            data={f"{self.task}.tsv": sha256_of(bundled_path(self.task))},
            encoders={"mini": self.encoder.fingerprint},
            seconds=round(time.perf_counter() - start, 3),
        )

    def majority(self) -> float:
        """Return the accuracy of always predicting the most frequent class."""
        return accuracy(self.truth, majority_predictions(self.truth))

    def settings(self) -> Iterator[Setting]:
        """Yield what LangAlign chose without target labels."""
        if self.aligned is None or self.aligned.choice_ is None:
            return
        choice = self.aligned.choice_
        chosen = choice.candidates[choice.chosen]
        reason = f"kappa {chosen.kappa:.2f} on {choice.n_pairs} held-out pairs"
        for name, value in (chosen.aligner | chosen.head | {"threshold": choice.threshold}).items():
            yield Setting(f"{LANGUAGES[self.lang]}: {name}", f"{value:.3g}", reason)

    def _examples(self, fitted: AlignedClassifier, predicted: Labels) -> Iterator[Example]:
        """Yield the first test rows: not the best, not the worst."""
        sure = fitted.predict_proba(self.test_X).max(axis=1)
        for row in range(SHOWN_EXAMPLES):
            yield Example(
                text=self.test.texts[row],
                truth=str(self.truth[row]),
                prediction=str(predicted[row]),
                probability=float(sure[row]),
                language=self.lang,
            )


def parallel_sentences(lang: str) -> ParallelText:
    """Return all bundled training sentences, of both tasks, as parallel text."""
    reviews = bundled.parallel("sentiment", "en", lang, "train")
    inference = bundled.parallel("nli", "en", lang, "train")
    single = dict.fromkeys(
        (source, target)
        for pair in zip(inference.source, inference.target, strict=True)
        for source, target in zip(*pair, strict=True)
    )
    return ParallelText(
        (*reviews.source, *(source for source, _ in single)),
        (*reviews.target, *(target for _, target in single)),
        "en",
        lang,
    )


def _labeled(task: str, lang: str, split: str) -> LabeledText:
    return bundled.sentiment(lang, split) if task == "sentiment" else bundled.nli(lang, split)


def _report(tasks: dict[str, list[_LanguageTask]], encoder: Encoder) -> Report:
    sections = tuple(_section(task, each) for task, each in tasks.items())
    return Report(
        title="LangAlign demonstration",
        summary=tuple(_finding(task, each) for task, each in tasks.items()),
        sections=sections,
        commands=("langalign demo",),
        versions=environment_versions(),
        fingerprints={"mini": encoder.fingerprint},
        checksums={f"{task}.tsv": sha256_of(bundled_path(task)) for task in tasks},
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        metric="accuracy",
    )


def _section(task: str, each: list[_LanguageTask]) -> Section:
    rows = tuple(row for language_task in each for row in language_task.rows)
    majority = {language_task.group: language_task.majority() for language_task in each}
    pictures = [score_picture(rows, metric="accuracy", majority=majority)]
    first = each[0]
    if task == "sentiment" and first.aligned is not None:
        texts = first.problem.X
        pictures.append(
            alignment_picture(
                first.test_X,
                texts,
                first.aligned.map_source(texts),
                source_labels=first.test.labels,
                target_labels=list(first.problem.y),
                languages=(f"{LANGUAGES[first.lang]} test texts", "English labelled texts"),
                caption="The head is trained on the English vectors on the right.",
            )
        )
    return Section(
        title=TASKS[task],
        text=(
            f"{len(first.problem.X)} labelled English texts, {len(first.problem.source)} parallel "
            f"sentences, {len(first.truth)} test texts per language; no label of the language is "
            "used but in the row native."
        ),
        rows=rows,
        pictures=tuple(pictures),
        examples=tuple(example for language_task in each for example in language_task.examples),
        settings=tuple(setting for language_task in each for setting in language_task.settings()),
    )


def _finding(task: str, each: list[_LanguageTask]) -> str:
    """Say in one sentence what the rows show, counted from the rows."""
    clear, ahead = [], []
    for language_task in each:
        scores = {row.strategy: row.scores for row in language_task.rows}
        aligned, plain = scores["linear"], scores["english-only"]
        if aligned.accuracy > plain.accuracy:
            ahead.append(LANGUAGES[language_task.lang])
        if aligned.accuracy_interval.low > plain.accuracy_interval.high:
            clear.append(LANGUAGES[language_task.lang])
    return (
        f"{TASKS[task]}: LangAlign (linear) is ahead of English-only in {len(ahead)} of "
        f"{len(each)} languages ({', '.join(ahead) or 'none'}); with intervals apart in "
        f"{len(clear)} ({', '.join(clear) or 'none'})."
    )
