"""The texts of one comparison: which rows, under which checksums, sharing none with the test."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from langalign.data.cleaning import clean as clean_pairs
from langalign.data.filled import learned_texts
from langalign.data.labeled import LabeledText
from langalign.data.languages import primary_language
from langalign.data.parallel import ParallelText
from langalign.data.text import Text, folded, parts_of
from langalign.errors import DataError
from langalign.heads.default import settled_task
from langalign.tasks import Task, labels_in

Part = ParallelText | LabeledText | tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentTexts:
    """Everything that strategies may learn from, and the texts that they are scored on.

    Parameters
    ----------
    parallel
        Parallel text of source and target language.
    labeled
        Labelled source texts.
    test
        Labelled target texts to score on.
    native
        Labelled target texts to learn from.
    translated
        Labelled source texts, translated into the target language.
    test_translated
        The test texts, translated into the source language, row by row.
    unlabeled
        Target texts like those to be classified.
    task
        The kind of task; ``None`` infers it from the labels.

    Attributes
    ----------
    kind
        The kind of task: the one set, or what the labels look like.

    Raises
    ------
    DataError
        If languages, labels or kinds of rows do not fit together, the translated test has other
        rows, or all test rows have one label.
    """

    parallel: ParallelText
    labeled: LabeledText
    test: LabeledText
    native: LabeledText | None = None
    translated: LabeledText | None = None
    test_translated: tuple[Text, ...] | None = None
    unlabeled: tuple[Text, ...] | None = None
    task: str | None = None
    kind: Task = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, given, lang in (
            ("labeled", self.labeled, self.parallel.source_lang),
            ("test", self.test, self.parallel.target_lang),
            ("native", self.native, self.parallel.target_lang),
            ("translated", self.translated, self.parallel.target_lang),
        ):
            if given is not None:
                _require_language(name, given, lang)
                _require_kind(name, given, self.labeled)
        if self.test_translated is not None and len(self.test_translated) != len(self.test):
            raise DataError(
                f"the translated test has {len(self.test_translated)} rows, the test "
                f"{len(self.test)}: row i must be the translation of row i"
            )
        if self.parallel.is_pairs and not self.labeled.is_pairs:
            raise DataError(
                "the labelled rows are single texts and the parallel rows are pairs of texts; give "
                "parallel single texts: each premise and each hypothesis is one"
            )
        kind = settled_task(self.task, None, self.labeled.labels)
        object.__setattr__(self, "kind", kind)  # settled once: it looks at every label
        self._require_known_labels()
        if len(set(self.test.labels)) < 2:
            raise DataError(
                f"all {len(self.test):,} test rows have the label {self.test.labels[0]!r}: always "
                "saying it would be right; give a test set of at least two labels"
            )

    def _require_known_labels(self) -> None:
        known = _labels_in(self.labeled, self.kind)
        parts = {"test": self.test, "native": self.native, "translated": self.translated}
        for name, given in parts.items():
            unknown = sorted(_labels_in(given, self.kind) - known) if given is not None else []
            if unknown:
                raise DataError(
                    f"{name} labels {', '.join(map(repr, unknown[:5]))} do not occur among the "
                    f"labelled texts, which have {', '.join(map(repr, sorted(known)[:10]))}; "
                    "rename the labels, or drop these rows"
                )

    def cleaned(self) -> ExperimentTexts:
        """Return the same with doubtful parallel rows dropped, and empty texts to learn from."""
        kept: dict[str, Any] = {"parallel": clean_pairs(self.parallel)[0]}
        for name in ("labeled", "native", "translated"):
            given = getattr(self, name)
            if given is not None:
                kept[name] = learned_texts(given, name=name)
        return replace(self, **kept)

    def without_leaks(self) -> tuple[ExperimentTexts, dict[str, int]]:
        """Drop training rows whose target text stands in the test; public copies repeat texts.

        So are labelled source rows that are, by the pairs dropped, the originals of test texts, or
        that equal a test text in translation.
        Texts are compared after Unicode NFKC, case and white space are folded. Where the test rows
        are pairs of texts and the parallel rows are not, either text of a test row counts.

        Returns
        -------
        tuple of ExperimentTexts and dict
            The rows kept, and how many of each part were dropped.
        """
        tested = {_key(text) for text in self.test.texts}
        tested |= {folded(part) for text in self.test.texts for part in parts_of(text)}
        dropped: dict[str, int] = {}
        kept: dict[str, Any] = {}
        for name in ("parallel", "native", "translated"):
            given = getattr(self, name)
            if given is None:
                continue
            texts = given.target if name == "parallel" else given.texts
            rows = [row for row, text in enumerate(texts) if _key(text) not in tested]
            if len(rows) < len(texts):
                dropped[name] = len(texts) - len(rows)
                kept[name] = _some_of(given, rows, name)
        originals = self._originals(tested)
        rows = [row for row, text in enumerate(self.labeled.texts) if not _among(text, originals)]
        if len(rows) < len(self.labeled):
            dropped["labeled"] = len(self.labeled) - len(rows)
            kept["labeled"] = _some_of(self.labeled, rows, "labeled")
        return replace(self, **kept), dropped

    def _originals(self, tested: set[object]) -> set[object]:
        """Return test texts in the source language, as pairs or the translated test say them."""
        pairs = zip(self.parallel.source, self.parallel.target, strict=True)
        paired = {_key(source) for source, target in pairs if _key(target) in tested}
        return paired | {_key(text) for text in self.test_translated or ()}

    def sizes(self) -> dict[str, int]:
        """Return the number of rows of each part, by the part's name."""
        return {name: len(part) for name, part in self._parts().items()}

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of each part's rows, by the part's name."""
        return {name: _sha256(_rows(part)) for name, part in self._parts().items()}

    def _parts(self) -> dict[str, Part]:
        """Return what there is, by name."""
        parts: dict[str, Part | None] = {
            "parallel": self.parallel,
            "labeled": self.labeled,
            "test": self.test,
            "native": self.native,
            "translated": self.translated,
            "test_translated": self.test_translated,
            "unlabeled": self.unlabeled,
        }
        return {name: part for name, part in parts.items() if part is not None}


def _labels_in(rows: LabeledText, kind: Task) -> set[str]:
    return {label for row in rows.labels for label in labels_in(row, kind)}


def _rows(part: Part) -> Iterable[object]:
    if isinstance(part, ParallelText):
        return zip(part.source, part.target, strict=True)
    if isinstance(part, LabeledText):
        return zip(part.texts, part.labels, strict=True)
    return part


def _sha256(rows: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _key(text: Text) -> object:
    return folded(text) if isinstance(text, str) else tuple(map(folded, text))


def _among(text: Text, originals: set[object]) -> bool:
    """Return whether a text, or a pair of texts as a whole or by its parts, is among originals."""
    return _key(text) in originals or all(folded(part) in originals for part in parts_of(text))


def _some_of(
    given: ParallelText | LabeledText, rows: list[int], name: str
) -> ParallelText | LabeledText:
    if len(rows) < 2:
        raise DataError(
            f"{name}: {len(given) - len(rows)} of {len(given)} rows stand in the test set too, "
            "or are the originals of rows there; give other rows to learn from, or to test on"
        )
    return given.take(rows)


def _require_language(name: str, given: LabeledText, lang: str) -> None:
    if primary_language(given.lang) not in ("und", primary_language(lang)):
        raise DataError(f"{name}: the texts are {given.lang!r}, expected {lang!r}")


def _require_kind(name: str, given: LabeledText, labeled: LabeledText) -> None:
    if given.is_pairs != labeled.is_pairs:
        kinds = ("single texts", "pairs of texts")
        raise DataError(
            f"{name}: rows are {kinds[given.is_pairs]}, the labelled rows {kinds[labeled.is_pairs]}"
        )
