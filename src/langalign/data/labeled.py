"""Labelled text of one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from langalign.data.formats import read_table
from langalign.data.labeled_reading import labeled_rows
from langalign.data.languages import normalize_language
from langalign.data.text import Text, are_pairs, as_rows, as_texts
from langalign.errors import DataError

UNDETERMINED = "und"  # the BCP 47 code of texts whose language nobody named


@dataclass(frozen=True, slots=True, repr=False)
class LabeledText:
    """Texts of one language, each with its label.

    Parameters
    ----------
    texts
        The n texts, strings or (all of them) pairs of strings.
    labels
        The n labels, strings.
    lang
        The language code.

    Raises
    ------
    DataError
        If the lengths differ, something is not a text or not a label (its row is named), or the
        language code is malformed.

    Examples
    --------
    >>> labeled = LabeledText(["좋아요", "별로예요"], ["positive", "negative"], "ko")
    >>> labeled
    LabeledText(2 texts, ko)
    >>> labeled.take([1]).labels
    ('negative',)
    """

    texts: tuple[Text, ...]
    labels: tuple[str, ...]
    lang: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "lang", normalize_language(self.lang))
        object.__setattr__(self, "texts", as_texts(self.texts, name=f"texts ({self.lang})"))
        object.__setattr__(self, "labels", _as_labels(self.labels))
        if len(self.texts) != len(self.labels):
            raise DataError(
                f"{len(self.texts)} texts and {len(self.labels)} labels; give one label per text"
            )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.texts)

    def __repr__(self) -> str:
        """Show the number of rows and the language, not the texts."""
        return f"LabeledText({len(self):,} {'pairs' if self.is_pairs else 'texts'}, {self.lang})"

    @property
    def is_pairs(self) -> bool:
        """Whether each row holds a pair of texts."""
        return are_pairs(self.texts)

    def take(self, rows: Iterable[int]) -> Self:
        """Return some rows, in the order given.

        Raises
        ------
        DataError
            If a row number is out of range.

        Examples
        --------
        >>> LabeledText(["좋아요", "별로예요"], ["positive", "negative"], "ko").take([1, 0]).labels
        ('negative', 'positive')
        """
        chosen = as_rows(rows, length=len(self))
        texts = tuple(self.texts[row] for row in chosen)
        return type(self)(texts, tuple(self.labels[row] for row in chosen), self.lang)

    @classmethod
    def read(cls, path: str | Path, lang: str | None = None, split: str | None = None) -> Self:
        """Read labelled text from a table.

        Parameters
        ----------
        path
            A .tsv, .csv, .jsonl or .parquet file (all but the last also as .gz or .xz) with the
            column ``label`` and with ``text``, ``premise`` + ``hypothesis``, ``text_a`` +
            ``text_b`` or, where ``lang`` is given, ``ko`` or ``premise_ko`` + ``hypothesis_ko``.
        lang
            The language code; without one, the result has ``"und"`` (undetermined).
        split
            Read only these rows, where the table has a column ``split``.

        Raises
        ------
        DataError
            If something cannot be read; file, line and remedy are named.

        Examples
        --------
        >>> from langalign.data import bundled_path
        >>> LabeledText.read(bundled_path("sentiment"), lang="ja", split="test").lang
        'ja'
        """
        code = UNDETERMINED if lang is None else normalize_language(lang)
        rows = list(labeled_rows(read_table(Path(path), besides=""), lang, split))
        return cls(tuple(text for _, text, _ in rows), tuple(label for _, _, label in rows), code)


def _as_labels(values: Iterable[object]) -> tuple[str, ...]:
    if isinstance(values, str | bytes):
        raise DataError(f"labels: expected a list of labels, got one string; write [{values!r}]")
    labels = []
    for row, label in enumerate(values):
        if not isinstance(label, str) or not label.strip():
            raise DataError(
                f"labels, row {row}: expected a string that is not empty, got {label!r:.40} "
                f"({type(label).__name__}); write numbers as str(label), drop what has no label"
            )
        labels.append(str(label))
    return tuple(labels)
