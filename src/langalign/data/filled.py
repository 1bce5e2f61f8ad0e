"""Rows that hold a text: of an empty one nothing can be learned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from langalign.data.labeled import LabeledText
from langalign.data.text import Text, is_blank, parts_of
from langalign.errors import DataError, DataWarning


def filled_rows(texts: Sequence[Text]) -> list[int]:
    r"""Return the numbers of the rows that are not empty; a pair is, if either text of it is.

    As for :func:`~langalign.data.clean`, white space and invisible characters are nothing.

    Examples
    --------
    >>> filled_rows(["Well made.", "", " \u200b", "It broke."])
    [0, 3]
    """
    return [row for row, text in enumerate(texts) if not any(map(is_blank, parts_of(text)))]


def learned_rows(texts: Sequence[Text], *, name: str) -> list[int]:
    """Return the numbers of the rows to learn labels from, with a warning where some are empty.

    Raises
    ------
    DataError
        If all are.

    Warns
    -----
    DataWarning
        If some are, with how many.

    Examples
    --------
    >>> learned_rows(["Well made.", "It broke."], name="labelled texts")
    [0, 1]
    """
    rows = filled_rows(texts)
    n_empty = len(texts) - len(rows)
    if n_empty and not rows:
        raise DataError(f"{name}: all {n_empty:,} are empty; check the column of texts")
    if n_empty:
        first = next((place for place, row in enumerate(rows) if place != row), len(rows))
        warnings.warn(
            f"{name}: {n_empty:,} of {len(texts):,} are empty and are dropped, the first in data "
            f"row {first + 1:,}; complete them if texts were lost on the way",
            DataWarning,
            stacklevel=4,
        )
    return rows


def learned_texts(labeled: LabeledText, *, name: str) -> LabeledText:
    """Return the :func:`learned_rows` of labelled text; itself where no text is empty.

    Examples
    --------
    >>> learned_texts(LabeledText(["Well made."], ["good"], "en"), name="labelled texts")
    LabeledText(1 texts, en)
    """
    rows = learned_rows(labeled.texts, name=name)
    return labeled if len(rows) == len(labeled) else labeled.take(rows)
