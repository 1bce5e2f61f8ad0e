"""Which pairs to keep: the threshold of best F1, or of a wanted precision."""

from __future__ import annotations

import numpy as np

from langalign.errors import DataError, SettingError
from langalign.mining.expectation import Expectations


def choose_threshold(expectations: Expectations, *, precision: float | None = None) -> int:
    """Return the place of the threshold of best F1, or of a wanted precision.

    Parameters
    ----------
    expectations
        Of all thresholds.
    precision
        The expected precision that is wanted: of the thresholds that reach it, the lowest.

    Raises
    ------
    SettingError
        If no threshold reaches the precision.
    DataError
        If there is no threshold: nothing was found.
    """
    if not len(expectations.thresholds):
        raise DataError(
            "no threshold can be chosen: no text of one file found a partner in the other, and no "
            "held-out pair was found. Use better encoders, more parallel text or larger files, or "
            "give a threshold"
        )
    if precision is None:
        return int(np.flatnonzero(expectations.f1 == expectations.f1.max())[-1])
    reached = np.flatnonzero((expectations.precision >= precision) & (expectations.mined > 0))
    if not len(reached):
        place = int(expectations.precision.argmax())
        raise SettingError(
            f"precision={precision:g}: no threshold is expected to reach it. The best is "
            f"{expectations.precision[place]:.2f}, at a recall of {expectations.recall[place]:.2f}."
            " Ask for less, or use better encoders or more parallel text"
        )
    return int(reached[0])
