"""No answer where one would not be sure enough."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from langalign.errors import SettingError


def abstained(labels: NDArray[Any], confidence: ArrayLike, below: float) -> NDArray[np.object_]:
    """Return labels, and ``None`` where the confidence is below a limit.

    Parameters
    ----------
    labels, confidence
        Shape (n,); confidence between 0 and 1.
    below
        The least confidence that is answered, between 0 and 1.

    Raises
    ------
    SettingError
        If ``below`` is not between 0 and 1.

    Examples
    --------
    >>> abstained(np.array(["good", "bad"]), [0.9, 0.6], 0.8).tolist()
    ['good', None]
    """
    require_limit(below)
    answers = labels.astype(object)
    answers[np.asarray(confidence) < below] = None
    return answers


def require_limit(below: float) -> None:
    """Raise :class:`SettingError` unless a limit is between 0 and 1."""
    if not 0 <= below <= 1:
        raise SettingError(
            f"abstain_below={below!r}: expected a probability between 0 and 1, such as 0.8"
        )
