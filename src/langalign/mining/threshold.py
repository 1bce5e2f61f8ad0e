"""Which pairs to keep: the threshold of best F1, or of a wanted precision."""

from __future__ import annotations

import numpy as np

from langalign.errors import SettingError
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
    """
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
