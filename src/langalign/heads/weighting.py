"""Classes that count alike, however few labels they have."""

from __future__ import annotations

from typing import Any

from langalign.errors import SettingError
from langalign.heads.base import Head


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


def require_weighting(class_weight: str | None) -> None:
    """Raise :class:`SettingError` unless classes can be weighted so."""
    if class_weight not in (None, "balanced"):
        raise SettingError(f"class_weight={class_weight!r}: expected 'balanced' or None")
