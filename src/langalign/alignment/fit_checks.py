"""What a fit on arrays is given: checked, before anything is learned from it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.errors import DataError, FitWarning, SettingError
from langalign.heads.base import Head, Labels
from langalign.heads.labels import read_labels
from langalign.heads.traits import classes_of, is_fitted, task_of
from langalign.tasks import CLASSIFICATION, Task
from langalign.vectors import Vectors, as_vectors, require_same_rows

DIRECTIONS = ("forward", "reverse")
FEWEST_TO_JUDGE = 20
"""Labelled rows among which many different labels are a sign of another column."""
FEWEST_TO_CENTRE = 20
"""Unlabelled texts whose mean is trusted.

Measured with linear and procrustes on dev texts of real reviews, eight draws each. Korean: with 20
texts accuracy gains 0.03 on the mean and loses 0.01 at the worst; with 10 it loses up to 0.08, with
one 0.05 on the mean. Japanese (linear): one text may lose 0.05, ten or more never did.
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Vectors and labels of one fit.

    Parameters
    ----------
    X, y
        Labelled source vectors and labels, or ``None``.
    source, target
        Vectors of the pairs' two sides.
    unlabeled
        Vectors of target texts like those to be classified; ``None`` where there are none, or too
        few to centre on.
    """

    X: Vectors | None
    y: Labels | None
    source: Vectors
    target: Vectors
    unlabeled: Vectors | None


def require_settings(
    aligner: Any, head: Any, direction: str, *, calibrate: bool, select: bool
) -> None:
    """Raise :class:`SettingError` unless these can be put together."""
    if direction not in DIRECTIONS:
        raise SettingError(f"direction={direction!r}: expected 'forward' or 'reverse'")
    if not isinstance(aligner, Aligner):
        raise SettingError(
            f"aligner={aligner!r}: expected an aligner such as Linear(); by name: "
            "aligners.get('linear')()"
        )
    if not isinstance(head, Head) and not is_fitted(head):
        raise SettingError(
            f"head={head!r}: expected a native head such as LogisticHead(), or in reverse "
            "a classifier that is already fitted (scikit-learn's clone unfits it, unless it is "
            "given as sklearn.frozen.FrozenEstimator(head))"
        )
    if is_fitted(head) and direction == "forward":
        raise SettingError(
            "a head that is already fitted can only be used with direction='reverse'; "
            "forward trains a head on aligned source vectors"
        )
    if calibrate and not select:
        raise SettingError(
            "calibrate=True needs the held-out pairs that settings are chosen by; set select=True, "
            "or leave calibrate out"
        )
    if calibrate and not hasattr(head, "predict_proba"):
        raise SettingError(
            f"calibrate=True is for probabilities, and {type(head).__name__} gives none; leave it "
            "out, or take a classifier that has predict_proba"
        )


def checked_rows(head: Any, X: Any, y: Any, pairs: tuple[Any, Any], unlabeled: Any) -> Rows:
    """Return what a fit was given as vectors and labels.

    Raises
    ------
    DataError
        If labels, pairs or widths do not fit together.
    """
    if pairs is None or len(pairs) != 2:
        raise DataError("pairs: expected two arrays, the source side and the target side")
    source = as_vectors(pairs[0], name="source side of the pairs", pairs=True)
    target = as_vectors(pairs[1], name="target side of the pairs", pairs=True)
    require_same_rows(source, target, names=("the source side", "the target side"))
    fitted = is_fitted(head)
    if X is None and not fitted:
        raise DataError(
            "no labelled source data: give some, or a fitted head in reverse (scikit-learn's clone "
            "unfits it, unless it is given as sklearn.frozen.FrozenEstimator(head))"
        )
    if X is not None:
        X = as_vectors(X, name="labelled vectors", dim=source.shape[-1], pairs=True)
    if not fitted or (X is not None and y is not None):
        y = labels_of(X, y, task_of(head))
        _warn_of_many_classes(y, task_of(head))
    elif y is not None:
        y = read_labels(y, task_of(head))
    if fitted:
        _require_usable(head, X, source.shape[-1])
    if unlabeled is not None:
        unlabeled = _checked_unlabeled(unlabeled, X, target.shape[-1])
    return Rows(X, y, source, target, unlabeled)


def _require_usable(head: Any, X: Vectors | None, width: int) -> None:
    """Raise :class:`DataError` where a fitted head cannot read the source vectors, or decide."""
    if task_of(head) == CLASSIFICATION and len(classes_of(head)) < 2:
        raise DataError(
            f"the head {head!r:.60} knows one class only, {classes_of(head).tolist()}; give one "
            "that was trained on examples of at least two classes"
        )
    singles, pairs = (width,), (4 * width,)  # as features() makes them
    readable = singles + pairs if X is None else singles if X.ndim == 2 else pairs
    trained = getattr(head, "n_features_in_", None)
    if trained is not None and trained not in readable:
        raise DataError(
            f"the head {head!r:.60} was trained on vectors of width {trained}, and gets source "
            f"vectors of {' or '.join(map(str, readable))}; give the source encoder that it was "
            "trained on"
        )


def _checked_unlabeled(unlabeled: Any, X: Vectors | None, dim: int) -> Vectors | None:
    """Return unlabelled rows as vectors; ``None``, with a warning, where they are too few."""
    vectors = as_vectors(unlabeled, name="unlabelled vectors", dim=dim, pairs=True)
    if X is not None and X.ndim != vectors.ndim:
        kinds = {2: "single texts, (n, d)", 3: "pairs of texts, (n, 2, d)"}
        raise DataError(
            f"the labelled rows are {kinds[X.ndim]}, the unlabelled ones "
            f"{kinds[vectors.ndim]}; both must be of the kind that is to be classified"
        )
    if X is None:
        warnings.warn(
            "the unlabelled target texts are not used: centring needs source texts of the "
            "task as well",
            FitWarning,
            stacklevel=5,
        )
    elif len(vectors) < FEWEST_TO_CENTRE:
        warnings.warn(
            f"the unlabelled target texts are not used: {len(vectors)} do not show where "
            f"such texts lie; give {FEWEST_TO_CENTRE} at least, better some hundred",
            FitWarning,
            stacklevel=5,
        )
        return None
    return vectors


def _warn_of_many_classes(y: Labels, task: Task) -> None:
    n_classes = len(np.unique(y)) if task == CLASSIFICATION else 0
    if len(y) > FEWEST_TO_JUDGE and n_classes > len(y) / 2:
        warnings.warn(
            f"{n_classes} different labels among {len(y)} labelled texts: most have one example, "
            "which teaches little. Is this the column of labels? Numbers are for head='ridge'",
            FitWarning,
            stacklevel=5,
        )


def labels_of(X: NDArray[Any], y: Any, task: Task) -> Labels:
    """Return labels as a kind of task reads them, one per row of ``X``.

    Raises
    ------
    DataError
        If there are none, or not one per row.
    """
    if y is None:
        raise DataError("no labels were given for the labelled vectors")
    labels = read_labels(y, task)
    if len(X) != len(labels):
        raise DataError(f"{len(X)} labelled vectors and {len(labels)} labels were given")
    return labels


def checked_shares(
    class_shares: Mapping[Any, float] | None, head: Any, y: Labels | None, *, centred: bool
) -> dict[Any, float] | None:
    """Return how frequent classes are among the texts to be classified, summing to 1.

    Raises
    ------
    SettingError
        If they are not shares of the classes, or it is not known how frequent these were in
        training.
    """
    if class_shares is None:
        return None
    if task_of(head) != CLASSIFICATION:
        raise SettingError(
            "class_shares is for classes that exclude each other, not for sets of labels or "
            "numbers; leave it out"
        )
    if y is None:
        raise SettingError(
            "class_shares is weighed against how frequent classes were in training: give the "
            "labelled source texts that the head was trained on, or leave class_shares out"
        )
    if not centred and not hasattr(head, "predict_proba"):
        raise SettingError(
            f"class_shares moves probabilities, and {type(head).__name__} gives none; take a "
            "classifier that has predict_proba, or give unlabelled texts, which are then centred"
        )
    classes = np.unique(y).tolist()
    try:
        shares = {label: float(share) for label, share in dict(class_shares).items()}
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"class_shares={class_shares!r}: expected a share of each class by its name, such as "
            f"{dict.fromkeys(classes, round(1 / len(classes), 2))}"
        ) from error
    total = sum(shares.values())
    are_shares = all(share >= 0 for share in shares.values()) and abs(total - 1) <= 0.01
    if set(shares) != set(classes) or not are_shares:
        raise SettingError(
            f"class_shares={shares!r}: expected a share of each class ({classes}), none below "
            "0, that sum to 1"
        )
    return {label: share / total for label, share in shares.items()}
