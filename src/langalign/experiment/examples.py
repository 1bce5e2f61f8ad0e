"""Texts of a comparison right and wrong, in both languages; of numbers, near and far off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.agreement import reference_head
from langalign.data.labeled import LabeledText
from langalign.data.text import Text, parts_of
from langalign.experiment.summary import StrategyRow
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors
from langalign.report.content import Example, Section
from langalign.tasks import SIMILARITY
from langalign.text_pairs import features

SHOWN = 6
"""Of each kind, right and wrong, in each language."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """Labels of some rows of one language, true and predicted, as the kind of task reads them."""

    given: LabeledText
    rows: Sequence[int]
    truth: Sequence[Any]
    predicted: Sequence[Any]
    translations: tuple[Text, ...] | None = None


def examples_section(
    shown: StrategyRow, texts: ExperimentTexts, vectors: ExperimentVectors
) -> Section:
    """Return texts of both languages: the first right and wrong, or the least and most far off."""
    target = _Answers(
        texts.test,
        range(len(texts.test)),
        vectors.truth.tolist(),
        shown.predicted[0],
        texts.test_translated,
    )
    numbers = texts.kind == SIMILARITY
    order = "Those of the smallest and of the largest errors."
    if not numbers:
        order = "The first of each kind in the order of the data: neither the best nor the worst."
    return Section(
        title="Texts right and wrong",
        text=f"Target texts as {shown.strategy} labels them, first seed; source texts as a head "
        f"labels them that was trained on others. {order}",
        examples=tuple(
            example
            for answers in (target, _of_source(texts, vectors))
            for example in (_near_and_far(answers) if numbers else _right_and_wrong(answers))
        ),
        answers=("smallest errors", "largest errors") if numbers else ("✓ right", "✗ wrong"),
    )


def _of_source(texts: ExperimentTexts, vectors: ExperimentVectors) -> _Answers:
    """Return a tenth of the source texts, labelled by a head that was trained on the others."""
    given = vectors.everything
    held_out = np.arange(len(given.X)) % 10 == 0
    head = reference_head(given.head(), features(given.X[~held_out]), given.y[~held_out])
    return _Answers(
        texts.labeled,
        np.flatnonzero(held_out).tolist(),
        given.y[held_out].tolist(),
        head.predict(features(given.X[held_out])).tolist(),
    )


def _right_and_wrong(answers: _Answers) -> Iterator[Example]:
    both = zip(answers.truth, answers.predicted, strict=True)
    hits = [label == guess for label, guess in both]
    for wanted in (True, False):
        for index in [index for index, hit in enumerate(hits) if hit == wanted][:SHOWN]:
            yield _example(answers, index, answers.truth[index], answers.predicted[index])


def _near_and_far(answers: _Answers) -> Iterator[Example]:
    errors = np.abs(np.subtract(answers.truth, answers.predicted))
    order = np.argsort(errors, kind="stable").tolist()
    n = min(SHOWN, len(order) // 2)
    for hit, indices in ((True, order[:n]), (False, order[::-1][:n])):
        for index in indices:
            numbers = (f"{side[index]:.3g}" for side in (answers.truth, answers.predicted))
            yield _example(answers, index, *numbers, hit=hit)


def _example(
    answers: _Answers, index: int, truth: Any, prediction: Any, *, hit: bool | None = None
) -> Example:
    row = answers.rows[index]
    translation = ""
    if answers.translations is not None:
        translation = " / ".join(parts_of(answers.translations[row]))
    return Example(
        text=answers.given.texts[row],
        truth=truth,
        prediction=prediction,
        language=answers.given.lang,
        translation=translation,
        hit=hit,
    )
