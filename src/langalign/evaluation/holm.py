"""P-values of several comparisons that are read together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from langalign.errors import DataError


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values so that reading all of them stays as strict as reading one.

    Parameters
    ----------
    p_values
        One a comparison, in any order.

    Returns
    -------
    list of float
        In the same order. Calling those below 0.05 significant errs anywhere among them with a
        chance of at most 0.05, however the comparisons depend on each other.

    Notes
    -----
    Of ``m`` p-values in rising order, the i-th becomes ``max_{j <= i} (m - j + 1) p_j``, at the
    most 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.

    Raises
    ------
    DataError
        If a p-value is not between 0 and 1.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise DataError(f"p-values {p.tolist()}: expected a list of numbers between 0 and 1")
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(value) for value in adjusted]
