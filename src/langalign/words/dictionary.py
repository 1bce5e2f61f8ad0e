"""Bilingual dictionaries: pairs of words, any number of translations per word."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from langalign.data.files import read_lines
from langalign.errors import DataError, DataWarning
from langalign.words.word_vectors import WordVectors

if TYPE_CHECKING:
    from typing import Self

MOST_BAD = 0.1
"""Above this share of lines without two fields a file is not what it was taken for."""


@dataclass(frozen=True, slots=True)
class BilingualDictionary:
    """Pairs of a source word and a translation, none twice.

    Examples
    --------
    >>> BilingualDictionary((("dog", "개"), ("dog", "강아지"))).translations()
    {'dog': ('개', '강아지')}
    """

    pairs: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    def translations(self) -> dict[str, tuple[str, ...]]:
        """Return all translations of each source word, in the order of the dictionary."""
        found: dict[str, list[str]] = {}
        for source, target in self.pairs:
            found.setdefault(source, []).append(target)
        return {source: tuple(targets) for source, targets in found.items()}

    def within(self, source: WordVectors, target: WordVectors) -> Self:
        """Return the pairs of which both words have a vector.

        Raises
        ------
        DataError
            If there are none.
        """
        kept = tuple(pair for pair in self.pairs if pair[0] in source and pair[1] in target)
        if not kept:
            raise DataError(self._why_none(source, target))
        return type(self)(kept)

    def _why_none(self, source: WordVectors, target: WordVectors) -> str:
        left = sum(word in source for word, _ in self.pairs)
        right = sum(word in target for _, word in self.pairs)
        swapped = sum(b in source and a in target for a, b in self.pairs)
        hint = (
            "its columns are swapped: source word first"
            if swapped
            else "is it of these languages, and are words written alike (lower case)?"
        )
        return (
            f"no pair of the dictionary has vectors on both sides: of {len(self.pairs):,} pairs "
            f"the source words of {left:,} and the translations of {right:,} are known; {hint}"
        )


def read_dictionary(path: str | Path) -> BilingualDictionary:
    r"""Read a dictionary in MUSE's form: two columns, one pair per line.

    Parameters
    ----------
    path
        UTF-8, plain or ending in .gz or .xz. Columns are separated by a tab, or by white space
        in lines without a tab.

    Raises
    ------
    DataError
        If the file cannot be read, is not UTF-8, or more than a tenth of its lines do not have two
        columns.

    Warns
    -----
    DataWarning
        With counts, if lines were left out.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "en-ko.txt")
    ...     _ = path.write_text("dog 개\ndog 강아지\nice cream\t아이스크림\n", encoding="utf-8")
    ...     read_dictionary(path).pairs[1:]
    (('dog', '강아지'), ('ice cream', '아이스크림'))
    """
    path = Path(path)
    pairs: dict[tuple[str, str], None] = {}
    bad: list[int] = []
    for number, line in read_lines(path):
        fields = [field.strip() for field in (line.split("\t") if "\t" in line else line.split())]
        if len(fields) == 2 and all(fields):
            pairs[fields[0], fields[1]] = None
        elif any(fields):
            bad.append(number)
    if not pairs or len(bad) > MOST_BAD * (len(bad) + len(pairs)):
        raise DataError(
            f"{path}: {len(bad):,} lines do not have two columns"
            f"{f' (first: line {bad[0]})' if bad else ''}, {len(pairs):,} do; expected a source "
            "word and a translation per line, with a tab or a blank between them"
        )
    if bad:
        warnings.warn(
            f"{path}: {len(bad):,} lines left out that do not have two columns "
            f"(first: line {bad[0]})",
            DataWarning,
            stacklevel=2,
        )
    return BilingualDictionary(tuple(pairs))
