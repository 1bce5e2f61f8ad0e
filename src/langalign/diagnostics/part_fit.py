"""What a map explains of each part of the pairs: of each source, domain or length."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langalign.errors import DataError
from langalign.vectors import Vectors


@dataclass(frozen=True, slots=True)
class PartFit:
    """A part of the pairs and what the map explains of it.

    Parameters
    ----------
    name
        Of the part.
    n
        Its pairs.
    explained_variance
        Share of the target's squared distance from the mean of all pairs; of a part far from the
        mean it is higher.
    """

    name: str
    n: int
    explained_variance: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def fit_by_part(mapped: Vectors, target: Vectors, parts: NDArray[Any]) -> tuple[PartFit, ...]:
    """Return what a map explains of each part, the worst part first.

    Parameters
    ----------
    mapped, target
        Held-out rows around the target's mean, both (m, d); see
        :func:`~langalign.diagnostics.crosswise.mapped_crosswise`.
    parts
        Name of each row's part, shape (m,).

    Raises
    ------
    DataError
        If there is not one name a row.

    Examples
    --------
    >>> target = np.eye(4, dtype=np.float32)
    >>> mapped = target * np.array([[1], [1], [0], [0]], dtype=np.float32)
    >>> for part in fit_by_part(mapped, target, np.array(["news", "news", "chat", "chat"])):
    ...     print(part.name, part.n, part.explained_variance)
    chat 2 0.0
    news 2 1.0
    """
    names = np.asarray(parts).astype(str)
    if names.shape != (len(target),):
        raise DataError(f"parts of shape {names.shape}: expected one per pair, ({len(target)},)")
    error, total = ((target - mapped) ** 2).sum(axis=1), (target**2).sum(axis=1)

    def fit_of(name: str) -> PartFit:
        rows = names == name
        whole = float(total[rows].sum())
        explained = 1 - float(error[rows].sum()) / whole if whole > 0 else 0.0
        return PartFit(name, int(rows.sum()), explained)

    fits = (fit_of(name) for name in dict.fromkeys(names.tolist()))
    return tuple(sorted(fits, key=lambda part: part.explained_variance))
