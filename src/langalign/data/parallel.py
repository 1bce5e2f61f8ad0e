"""Parallel text: rows in two languages, row i of one translating row i of the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from langalign.data.languages import normalize_language
from langalign.data.parallel_reading import parallel_rows
from langalign.data.text import Text, are_pairs, as_rows, as_texts
from langalign.errors import DataError


@dataclass(frozen=True, slots=True, repr=False)
class ParallelText:
    """Texts in two languages, row-parallel.

    Parameters
    ----------
    source, target
        The n texts of each language, strings or (all of them) pairs of strings.
    source_lang, target_lang
        Their language codes.

    Raises
    ------
    DataError
        If the sides differ in length or kind, something is not a text (its row is named), or a
        language code is malformed.

    Examples
    --------
    >>> parallel = ParallelText(["Hello", "Thanks"], ["안녕", "고마워"], "en", "ko")
    >>> parallel
    ParallelText(2 texts, en -> ko)
    >>> parallel.take([1]).target
    ('고마워',)
    """

    source: tuple[Text, ...]
    target: tuple[Text, ...]
    source_lang: str
    target_lang: str

    def __post_init__(self) -> None:
        for name in ("source_lang", "target_lang"):
            object.__setattr__(self, name, normalize_language(getattr(self, name)))
        for name, lang in (("source", self.source_lang), ("target", self.target_lang)):
            texts = as_texts(getattr(self, name), name=f"{name} ({lang})")
            object.__setattr__(self, name, texts)
        _require_parallel(self)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.source)

    def __repr__(self) -> str:
        """Show the number of rows and the languages, not the texts."""
        kind = "pairs of texts" if self.is_pairs else "texts"
        return f"ParallelText({len(self):,} {kind}, {self.source_lang} -> {self.target_lang})"

    @property
    def is_pairs(self) -> bool:
        """Whether each row holds a pair of texts in each language."""
        return are_pairs(self.source)

    def take(self, rows: Iterable[int]) -> Self:
        """Return some rows, in the order given.

        Raises
        ------
        DataError
            If a row number is out of range.

        Examples
        --------
        >>> ParallelText(["Hello", "Thanks"], ["안녕", "고마워"], "en", "ko").take([1, 0]).source
        ('Thanks', 'Hello')
        """
        chosen = as_rows(rows, length=len(self))
        return type(self)(
            tuple(self.source[row] for row in chosen),
            tuple(self.target[row] for row in chosen),
            self.source_lang,
            self.target_lang,
        )

    @classmethod
    def read(
        cls,
        *paths: str | Path,
        source_lang: str,
        target_lang: str,
        split: str | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Self:
        """Read parallel text from files; several are joined.

        Parameters
        ----------
        paths
            Tables (.tsv, .csv, .jsonl, .parquet) with the columns ``en`` + ``ko`` (the language
            codes), ``premise_en``, ``hypothesis_en``, ``premise_ko`` + ``hypothesis_ko``,
            ``source`` + ``target`` or ``english`` + ``non_english``; .tmx; two plain files
            ``x.en`` and ``x.ko``, or their common name ``x``. All but .parquet also as .gz or .xz.
        source_lang, target_lang
            Language codes.
        split
            Read only these rows of tables that have a column ``split``.
        where
            Read only rows with these values, by column; for tables only.

        Raises
        ------
        DataError
            If something cannot be read; file, line and remedy are named.

        Examples
        --------
        >>> from langalign.data import bundled_path
        >>> ParallelText.read(
        ...     bundled_path("nli"), source_lang="en", target_lang="ko", split="test"
        ... ).is_pairs
        True
        """
        languages = normalize_language(source_lang), normalize_language(target_lang)
        rows = list(parallel_rows([Path(path) for path in paths], languages, split, where or {}))
        source, target = zip(*rows, strict=True) if rows else ((), ())
        return cls(source, target, *languages)


def _require_parallel(text: ParallelText) -> None:
    if text.source_lang == text.target_lang:
        raise DataError(
            f"source and target are both {text.source_lang!r}; give two different languages"
        )
    if len(text.source) != len(text.target):
        raise DataError(
            f"source has {len(text.source)} texts and target has {len(text.target)}; "
            "row i of one must be the translation of row i of the other"
        )
    if are_pairs(text.source) != are_pairs(text.target):
        raise DataError(
            "one side holds pairs and the other single texts; give the same kind on both sides"
        )
