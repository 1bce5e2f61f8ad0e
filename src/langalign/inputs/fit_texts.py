"""Checks of the texts, labels and pairs that a fit is given."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from langalign.data.cleaning import clean as clean_pairs
from langalign.data.cleaning_report import CleaningReport
from langalign.data.filled import filled_rows, learned_rows
from langalign.data.labeled import LabeledText
from langalign.data.languages import normalize_language, primary_language
from langalign.data.parallel import ParallelText
from langalign.data.text import are_pairs, as_texts
from langalign.encoders.base import Encoder
from langalign.encoders.static import StaticEncoder
from langalign.errors import DataError, FitWarning
from langalign.heads.labels import label_array
from langalign.inputs.text_vectors import is_vectors

Parallel = ParallelText | tuple[Any, Any]


def labeled_rows(
    labeled: Any, y: Iterable[Any] | None, *, source_lang: str, clean: bool
) -> tuple[Any, Any]:
    """Return labelled texts or vectors, and labels; each ``None`` where there are none.

    With ``clean``, empty texts are dropped, with a warning.

    Raises
    ------
    DataError
        If labels are given twice, or not one per text, if the texts are of another language than
        the source language, or all of them are empty.
    """
    texts, labels = _labeled(labeled, y, source_lang)
    if not is_text(texts) or not texts:
        return texts, labels
    if labels is not None and labels.ndim and len(labels) != len(texts):
        raise DataError(
            f"{len(texts)} labelled texts and {len(labels)} labels were given; give one label per "
            "text"
        )
    rows = learned_rows(texts, name="labelled texts") if clean else range(len(texts))
    if len(rows) == len(texts):
        return texts, labels
    kept = tuple(texts[row] for row in rows)
    return kept, None if labels is None else labels[rows]


def _labeled(labeled: Any, y: Iterable[Any] | None, source_lang: str) -> tuple[Any, Any]:
    """Return all rows that are given."""
    if not isinstance(labeled, LabeledText):
        texts = given_texts(labeled, name="labelled texts")
        return texts, None if y is None else label_array(y)
    if y is not None:
        raise DataError("labels are given twice: in the LabeledText and as y")
    language = primary_language(labeled.lang)
    if language not in ("und", primary_language(normalize_language(source_lang))):
        raise DataError(
            f"the labelled texts are {labeled.lang!r}, the source language is "
            f"{source_lang!r}; give labelled texts of the source language"
        )
    return labeled.texts, label_array(labeled.labels)


def cleaned_parallel(
    parallel: Parallel, *, source_lang: str, target_lang: str | None, clean: bool
) -> tuple[Parallel, str | None, CleaningReport | None]:
    """Return parallel text or vectors, the target language, and what cleaning did if it was asked.

    Vectors are returned as they are, and their language is the one set.

    Raises
    ------
    DataError
        If it is no parallel text, or of other languages.
    """
    lang = target_lang and normalize_language(target_lang)
    if not isinstance(parallel, ParallelText):
        source, target = _two_sides(parallel)
        if is_vectors(source) or is_vectors(target):
            sides = given_texts(source, name="source"), given_texts(target, name="target")
            return sides, lang, None
        parallel = ParallelText(source, target, source_lang, lang or "und")
    _require_languages(parallel, source_lang, target_lang)
    cleaned, report = clean_pairs(parallel) if clean else (parallel, None)
    return cleaned, parallel.target_lang, report


def are_task_pairs(texts: Any, parallel: Parallel, unlabeled: Any, *, cross: bool) -> bool:
    """Return whether pairs of texts are to be classified.

    Raises
    ------
    DataError
        If labelled and unlabelled texts differ in it.
    """
    # Vectors of pairs that were read together look like those of single texts.
    unknown = texts is None or (cross and is_vectors(texts))
    side = side_of(parallel, 1)
    if unknown and cross and not is_vectors(side):
        # Sentences can be paired, and who asks for this mode means pairs.
        return _are_pairs(unlabeled) if is_text(unlabeled) else True
    pairs = _are_pairs(side if unknown else texts)
    if not unknown and unlabeled is not None and _are_pairs(unlabeled) != pairs:
        raise DataError("labelled and unlabelled texts must both be single texts or both be pairs")
    return pairs


def side_of(parallel: Parallel, number: int) -> Any:
    """Return the source (0) or the target (1) side."""
    if isinstance(parallel, ParallelText):
        return (parallel.source, parallel.target)[number]
    return parallel[number]


def given_texts(given: Any, *, name: str) -> Any:
    """Return texts as a tuple, which can be read twice; vectors and ``None`` as they are."""
    return given if given is None or is_vectors(given) else as_texts(given, name=name)


def unlabeled_texts(given: Any) -> Any:
    """Return target texts like those to be classified, without empty ones; vectors as they are.

    Raises
    ------
    DataError
        If none is left.

    Examples
    --------
    >>> unlabeled_texts(["좋아요", "", " "])
    ('좋아요',)
    """
    texts = given_texts(given, name="unlabelled texts")
    if not is_text(texts):
        return texts
    kept = tuple(texts[row] for row in filled_rows(texts))
    if texts and not kept:
        raise DataError(
            f"unlabelled texts: all {len(texts):,} are empty; give texts as they will be "
            "classified, or leave them out"
        )
    return kept


def warn_of_language(encoder: Encoder, lang: str | None) -> None:
    """Warn where an encoder was trained on texts of other languages than ``lang`` only."""
    known = encoder.languages if isinstance(encoder, StaticEncoder) else ()
    if known and lang not in (None, "und") and primary_language(str(lang)) not in known:
        warnings.warn(
            f"{encoder!r} was trained on texts in {', '.join(known)}, and these are in {lang!r}: "
            "its vectors say little of them; take an encoder that knows the language",
            FitWarning,
            stacklevel=3,
        )


def is_text(rows: Any) -> bool:
    """Return whether there are rows, and they are no vectors."""
    return rows is not None and not is_vectors(rows)


def _are_pairs(rows: Any) -> bool:
    return bool(rows.ndim == 3) if is_vectors(rows) else are_pairs(rows)


def _require_languages(parallel: ParallelText, source_lang: str, target_lang: str | None) -> None:
    """Raise :class:`DataError` unless parallel text is of these languages."""
    wanted = {"source": source_lang, "target": target_lang}
    for side, lang in wanted.items():
        found = getattr(parallel, f"{side}_lang")
        if lang is not None and primary_language(normalize_language(lang)) != primary_language(
            found
        ):
            raise DataError(
                f"the parallel text's {side} language is {found!r}, {side}_lang is {lang!r}; "
                "give the parallel text of these two languages"
            )


def _two_sides(parallel: Any) -> tuple[Any, Any]:
    """Return the two sides of what is no :class:`ParallelText`."""
    is_list = hasattr(parallel, "__getitem__") and not hasattr(type(parallel), "columns")
    if isinstance(parallel, str | Mapping) or not is_list or len(parallel) != 2:
        raise DataError(
            "parallel: expected a ParallelText (ParallelText.read reads files), or a pair of "
            f"(source, target) texts or vectors, got {type(parallel).__name__}; of a table "
            "(table['en'], table['ko']), of rows with two texts tuple(zip(*rows))"
        )
    return parallel[0], parallel[1]
