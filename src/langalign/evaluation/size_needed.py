"""How much training data a score requires, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from langalign.errors import SettingError
from langalign.evaluation.cells import Floats


@dataclass(frozen=True, slots=True)
class SizeNeeded:
    """The training size at which a learning curve reaches a score.

    Parameters
    ----------
    score
        The score asked for.
    size
        The size that reaches it; ``None`` where the curve does not, as far as it answers.
    low, high
        Interval of the size at ``level``; ``None`` means beyond what the curve answers for.
    chance
        Share of the plausible curves that reach the score.
    far
        Whether ``size`` is more than twice the largest size measured: then it rests on the shape
        of the curve more than on scores.
    """

    score: float
    size: int | None
    low: int | None
    high: int | None
    level: float
    chance: float
    far: bool

    @classmethod
    def of_draws(
        cls, score: float, *, estimate: float, sizes: Floats, level: float, largest: float
    ) -> Self:
        """Summarise the sizes of plausible curves, shape (n_draws,), ``inf`` for never.

        Raises
        ------
        SettingError
            If ``level`` is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise SettingError(f"level={level}: expected a number between 0 and 1, such as 0.9")
        ends = np.quantile(sizes, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
        return cls(
            score=score,
            size=_whole(estimate),
            low=_whole(min(ends[0], estimate)),
            high=_whole(max(ends[1], estimate)),
            level=level,
            chance=float(np.isfinite(sizes).mean()),
            far=bool(np.isfinite(estimate) and estimate > 2 * largest),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self)


def _whole(size: float) -> int | None:
    """Round up, but for the last digits that arithmetic leaves."""
    return int(np.ceil(size * (1 - 1e-6))) if np.isfinite(size) else None
