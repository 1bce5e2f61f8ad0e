"""The pairs that fit worst: usually wrong or very free translations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.diagnostics.pair_margins import pair_margins
from langalign.errors import SettingError
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class WorstPair:
    """A doubtful pair.

    Parameters
    ----------
    row
        Its number among the pairs given, counted from 0.
    margin
        See :func:`langalign.diagnostics.pair_margins`; below 0 both texts lie further from each
        other than from their neighbourhood.
    """

    row: int
    margin: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def worst_pairs(
    source: Vectors,
    target: Vectors,
    n: int,
    *,
    groups: NDArray[Any],
    rows: NDArray[Any],
    random_state: int = 0,
) -> tuple[WorstPair, ...]:
    """Return the ``n`` pairs of lowest margin, the worst first.

    Parameters
    ----------
    source, target
        Vectors of the pairs, (m, d_source) and (m, d_target).
    n
        How many; 0 measures nothing.
    groups, rows
        Group and row number of each pair, shape (m,).
    random_state
        Seed of folds and neighbourhood.

    Raises
    ------
    SettingError
        If ``n`` is negative.
    DataError
        If the pairs cannot be split.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    >>> Y = -X
    >>> Y[7] = X[7]
    >>> [pair.row for pair in worst_pairs(X, Y, 1, groups=np.arange(200), rows=np.arange(200))]
    [7]
    """
    if n < 0:
        raise SettingError(f"{n} worst pairs: expected 0 or more")
    if n == 0:
        return ()
    margins = pair_margins(source, target, groups, random_state=random_state)
    order = np.argsort(margins, kind="stable")[:n]
    return tuple(WorstPair(int(rows[at]), float(margins[at])) for at in order)
