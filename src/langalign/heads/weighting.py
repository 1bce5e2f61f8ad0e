"""How much the rows of a class count in training: alike for all classes, or by a weight a class."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from langalign.errors import SettingError
from langalign.heads.base import Head, Labels
from langalign.tasks import MULTILABEL


def weighted_head(head: Any, class_weight: str | None) -> Any:
    """Return an unfitted head that weighs classes; itself where ``class_weight`` is ``None``.

    Parameters
    ----------
    head
        As a user gave it; it is not changed.
    class_weight
        ``None`` or ``"balanced"``: a row counts in inverse proportion to the rows of its class.

    Raises
    ------
    SettingError
        If there is no such weighting, or the head knows none.

    Examples
    --------
    >>> from langalign.heads.logistic import LogisticHead
    >>> weighted_head(LogisticHead(C=2.0), "balanced")
    LogisticHead(C=2.0, class_weight='balanced')
    """
    require_weighting(class_weight)
    if class_weight is None:
        return head
    if not isinstance(head, Head) or hasattr(head, "n_features_in_"):
        raise SettingError(
            "class_weight is for heads that are still to be trained; this one is fitted already. "
            "Leave class_weight out, or train it with weights"
        )
    if "class_weight" not in head.get_params(deep=False):
        raise SettingError(
            f"class_weight={class_weight!r}: {type(head).__name__} cannot weigh classes; take "
            "head='logistic' or 'multilabel', or leave class_weight out"
        )
    return head.fresh(class_weight=class_weight)


def require_weighting(class_weight: object) -> None:
    """Raise :class:`SettingError` unless classes can be weighted so."""
    if class_weight not in (None, "balanced"):
        raise SettingError(f"class_weight={class_weight!r}: expected 'balanced' or None")


def require_class_weights(class_weight: Mapping[Any, Any], classes: Labels) -> None:
    """Check a weight a class, of which a missing one is 1.

    Where all classes have one, there may be more, as for classes that a fold of the rows lacks.

    Raises
    ------
    SettingError
        If a weight is no number from 0 on, fewer than two classes weigh anything, or a weight is
        of no class.

    Examples
    --------
    >>> require_class_weights({"x": 2.0}, np.array(["a", "b"]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    langalign.errors.SettingError: class_weight={'x': 2.0}: there is no class 'x'; ...
    """
    known = classes.tolist()
    for label, weight in class_weight.items():
        if not isinstance(weight, Real) or not 0 <= float(weight) < np.inf:
            raise SettingError(
                f"class_weight={class_weight!r}: the weight of {label!r} must be a number from 0 on"
            )
    unknown = [label for label in class_weight if label not in known]
    if unknown and not set(known) <= set(class_weight):
        raise SettingError(
            f"class_weight={class_weight!r}: there is no class {unknown[0]!r}; the labels have "
            f"{', '.join(map(repr, known[:10]))}"
        )
    if sum(class_weight.get(label, 1.0) > 0 for label in known) < 2:
        raise SettingError(
            f"class_weight={class_weight!r}: at least two classes must weigh more than 0"
        )


def weighing_all(head: Head, y: Labels) -> Head:
    """Return an unfitted head that has a weight for every class, if it has for any.

    It can then be fitted on rows among which a class that it weighs is missing.

    Raises
    ------
    SettingError
        As :func:`require_class_weights`.

    Examples
    --------
    >>> from langalign.heads.logistic import LogisticHead
    >>> weighing_all(LogisticHead(class_weight={"b": 9.0}), np.array(["a", "b"]))
    LogisticHead(class_weight={'a': 1.0, 'b': 9.0})
    """
    given = getattr(head, "class_weight", None)
    if not isinstance(given, Mapping) or head.task == MULTILABEL:  # which refuses it
        return head
    classes = np.unique(y)
    require_class_weights(given, classes)
    return head.fresh(class_weight=dict.fromkeys(classes.tolist(), 1.0) | dict(given))
