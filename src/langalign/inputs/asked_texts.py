"""Checks of the texts that a fitted model is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langalign.data.labeled import LabeledText
from langalign.data.text import are_pairs, as_texts
from langalign.errors import DataError
from langalign.tasks import Task, labels_in


def asked_texts(given: Any, *, takes_pairs: bool) -> Any:
    """Return texts as a tuple.

    Raises
    ------
    DataError
        If they are no texts, or none, or not of the kind, single or pairs, that the model was
        trained on.

    Examples
    --------
    >>> asked_texts(["good", "bad"], takes_pairs=False)
    ('good', 'bad')
    """
    texts = as_texts(given, name="texts")
    if not texts:
        raise DataError("texts: no texts were given")
    if are_pairs(texts) != takes_pairs:
        kinds = ("single texts", "pairs of texts")
        wanted, found = kinds[takes_pairs], kinds[not takes_pairs]
        raise DataError(f"this model was trained on {wanted}; got {found}")
    return texts


def require_known_labels(labeled: Any, classes: Iterable[Any], task: Task) -> None:
    """Check that a model with these classes can be scored on labelled texts.

    Raises
    ------
    DataError
        If it is no :class:`~langalign.data.LabeledText`, or a label never occurred in training.
    """
    if not isinstance(labeled, LabeledText):
        raise DataError(
            f"expected a LabeledText, got {type(labeled).__name__}; make one of texts and "
            "labels: LabeledText(texts, labels, lang)"
        )
    known = {str(label) for label in classes}
    for row, joined in enumerate(labeled.labels):
        for label in set(labels_in(joined, task)) - known:
            raise DataError(
                f"label {label!r} (first in data row {row + 1}) never occurred in training, "
                f"which had: {', '.join(sorted(known))}. Rename the labels, or drop these rows."
            )
