"""Whether a map can be trusted: whether it beats moving the mean on held-out pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

PLENTY_OF_PAIRS = 10
"""Pairs per dimension from which a rotation needs no second opinion."""

Mapped = Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], NDArray[Any]]


def shift_wins(error: float, shift_error: float) -> bool:
    """Return whether moving the mean errs less than a map; or as much, as it trusts the pairs less.

    Examples
    --------
    >>> shift_wins(1.0, 1.0), shift_wins(0.9, 1.0)
    (True, False)
    """
    return bool(shift_error <= error)


def is_no_nearer(mapped: NDArray[Any], shifted: NDArray[Any], Y: NDArray[Any]) -> bool:
    """Return whether a map brings held-out pairs no nearer than moving the mean does.

    Parameters
    ----------
    mapped, shifted
        Their source vectors, mapped and moved, shape (n, d_target) each.
    Y
        Their translations.
    """
    return shift_wins(((mapped - Y) ** 2).sum(), ((shifted - Y) ** 2).sum())


def loses_to_shift(mapped: Mapped, X: NDArray[Any], Y: NDArray[Any]) -> bool:
    """Return whether few pairs bring the other half of them no nearer than moving the mean does.

    Parameters
    ----------
    mapped
        What fits to pairs (its first two arguments) and maps other source vectors (the third).
    X, Y
        All pairs, shapes (n, d_source) and (n, d_target). Between two widths the mean cannot be
        moved alone, and with plenty of pairs a map is trusted.
    """
    if X.shape[1] != Y.shape[1] or len(X) >= PLENTY_OF_PAIRS * X.shape[1]:
        return False
    halves = (X[::2], Y[::2]), (X[1::2], Y[1::2])
    turned = still = 0.0
    for (x, y), (x_other, y_other) in (halves, halves[::-1]):
        turned += float(((mapped(x, y, x_other) - y_other) ** 2).sum())
        still += float(((x_other - x.mean(axis=0) + y.mean(axis=0) - y_other) ** 2).sum())
    return shift_wins(turned, still)
