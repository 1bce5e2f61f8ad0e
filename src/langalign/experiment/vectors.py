"""The texts of a comparison as vectors: each encoded once, each draw a part of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.data.labeled import LabeledText
from langalign.encoders.base import Encoder
from langalign.experiment.cells import Cell
from langalign.experiment.texts import ExperimentTexts
from langalign.heads.base import Labels
from langalign.heads.labels import read_labels
from langalign.inputs.cross_pairs import task_parallel
from langalign.inputs.fit_texts import side_of
from langalign.inputs.text_vectors import TextVectors
from langalign.progress import Progress
from langalign.strategies.base import Problem
from langalign.tasks import Task
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class ExperimentVectors:
    """The vectors of one comparison.

    Parameters
    ----------
    everything
        All there is to learn from.
    test_X, truth
        Target vectors to label, (n, d) or (n, 2, d), and their labels.
    test_translated
        Source vectors of the test texts' translations.
    """

    everything: Problem
    test_X: Vectors
    truth: Labels
    test_translated: Vectors | None

    @classmethod
    def encode(
        cls,
        texts: ExperimentTexts,
        source_encoder: Encoder,
        target_encoder: Encoder,
        *,
        pair_mode: str = "siamese",
        cache: bool | str | Path = True,
        progress: Progress | None = None,
    ) -> ExperimentVectors:
        """Encode every text; texts that the cache knows are not encoded again."""
        source = TextVectors(source_encoder, pair_mode=pair_mode, cache=cache)
        target = TextVectors(target_encoder, pair_mode=pair_mode, cache=cache)

        def encoded(side: TextVectors, given: Any, name: str) -> Vectors | None:
            return None if given is None else side(given, name=name, progress=progress)

        cross = pair_mode == "cross" and texts.labeled.is_pairs
        sides, groups, _ = task_parallel(
            texts.parallel, source, target, cross=cross, progress=progress
        )
        everything = Problem(
            X=source(texts.labeled.texts, name="labelled texts", progress=progress),
            y=read_labels(texts.labeled.labels, texts.kind),
            source=source(side_of(sides, 0), name="parallel text (source)", progress=progress),
            target=target(side_of(sides, 1), name="parallel text (target)", progress=progress),
            unlabeled=encoded(target, texts.unlabeled, "unlabelled texts"),
            native_X=encoded(target, _texts_of(texts.native), "native texts"),
            native_y=_labels_of(texts.native, texts.kind),
            groups=groups,
            translated_X=encoded(target, _texts_of(texts.translated), "translated texts"),
            translated_y=_labels_of(texts.translated, texts.kind),
            one_space=source_encoder.fingerprint == target_encoder.fingerprint,
            task=texts.kind,
        )
        return cls(
            everything=everything,
            test_X=target(texts.test.texts, name="test texts", progress=progress),
            truth=read_labels(texts.test.labels, texts.kind),
            test_translated=encoded(source, texts.test_translated, "translated test texts"),
        )

    def problem(self, cell: Cell, max_pairs: int | None = None) -> Problem:
        """Return the part of the data that a cell may use; smaller draws lie within larger ones."""
        given = self.everything
        most = [size for size in (cell.pairs, max_pairs) if size is not None]
        pairs = _rows(len(given.source), min(most, default=None), cell.seed)
        native = _rows_of(given.native_X, cell.labels, cell.seed)
        translated = _rows_of(given.translated_X, cell.translations, cell.seed)
        return Problem(
            X=given.X,
            y=given.y,
            source=given.source[pairs],
            target=given.target[pairs],
            unlabeled=given.unlabeled,
            native_X=_part(given.native_X, native),
            native_y=_part(given.native_y, native),
            groups=_part(given.groups, pairs),
            translated_X=_part(given.translated_X, translated),
            translated_y=_part(given.translated_y, translated),
            one_space=given.one_space,
            task=given.task,
        )


def _texts_of(labeled: LabeledText | None) -> Any:
    return None if labeled is None else labeled.texts


def _labels_of(labeled: LabeledText | None, kind: Task) -> Labels | None:
    return None if labeled is None else read_labels(labeled.labels, kind)


def _rows(n: int, size: int | None, seed: int) -> NDArray[np.int64]:
    """Return the first ``size`` rows of a random order, or all rows as they stand."""
    if size is None or size >= n:
        return np.arange(n)
    return np.random.default_rng(seed).permutation(n)[:size]


def _rows_of(X: Vectors | None, size: int | None, seed: int) -> NDArray[np.int64]:
    return _rows(0 if X is None else len(X), size, seed)


def _part(array: Any, rows: NDArray[np.int64]) -> Any:
    return None if array is None else array[rows]
