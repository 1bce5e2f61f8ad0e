"""A curve of scores against training size: what more data brings, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np

from langalign.errors import DataError, SettingError
from langalign.evaluation.cells import Floats
from langalign.evaluation.intervals import Interval, percentile_interval
from langalign.evaluation.power_law import sizes_reaching, values
from langalign.evaluation.size_needed import SizeNeeded

Kind = Literal["power law", "few sizes", "one size", "falling"]
CURVE_LEVEL = 0.9
REACH = {"power law": 4.0, "few sizes": 2.0, "one size": 1.0, "falling": 2.0}
WORTHWHILE = 0.01


@dataclass(frozen=True, slots=True)
class Gain:
    """What doubling the largest size would add to the score."""

    gain: float
    interval: Interval
    level: float

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {"gain": self.gain, "interval": self.interval.as_list(), "level": self.level}


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """``score(n) = a - b * n**(-c)`` and the other curves that the same scores leave possible.

    Made by :func:`langalign.evaluation.curve_fitting.fit_learning_curve`.

    Parameters
    ----------
    sizes
        Training sizes measured, rising.
    means
        Mean score over seeds at each.
    a, b, c
        The fitted curve: the score that it tends to, how far below it starts, how fast it closes.
    kind
        ``"power law"``; ``"few sizes"`` (two or three: the shape is assumed, not seen); ``"one
        size"`` and ``"falling"`` (scores that fall so clearly that no rising curve agrees with
        them): a constant at the mean.
    draws
        Plausible curves, shape (n_draws, 3), one ``a, b, c`` a row.
    """

    sizes: tuple[float, ...]
    means: tuple[float, ...]
    a: float
    b: float
    c: float
    kind: Kind
    draws: Floats

    @property
    def limit(self) -> float:
        """Return the largest size that the curve answers for.

        Four times the largest size measured; twice it where there were two or three sizes, and
        that size itself where it was the only one.
        """
        return REACH[self.kind] * self.sizes[-1]

    def predict(self, n: float) -> float:
        """Return the score expected at a training size.

        Raises
        ------
        SettingError
            If ``n`` is below the smallest size measured or above ``limit``.
        """
        self._require_within(n)
        return float(values(self._fitted(), n)[0])

    def interval(self, n: float, level: float = CURVE_LEVEL) -> Interval:
        """Return where the mean score over seeds lies at a training size.

        Raises
        ------
        SettingError
            If ``n`` is outside of what the curve answers for, or ``level`` is no share.
        """
        return percentile_interval(values(self.draws, n), self.predict(n), level)

    def size_for(self, score: float, level: float = CURVE_LEVEL) -> SizeNeeded:
        """Return the training size that reaches a score.

        A score that is reached at the smallest size measured already gives that size.

        Raises
        ------
        SettingError
            If ``score`` is not between 0 and 1, or ``level`` is no share.
        """
        return self.size_for_scores(score, np.full(len(self.draws), score), level)

    def size_for_scores(self, score: float, scores: Floats, level: float) -> SizeNeeded:
        """Do the work of :meth:`size_for` for a score that is itself uncertain.

        Parameters
        ----------
        score
            The best guess.
        scores
            What it may be, one value a plausible curve, shape (n_draws,).
        level
            Coverage of the interval.
        """
        if not 0 <= score <= 1:
            raise SettingError(f"a wanted score of {score}: expected a number between 0 and 1")
        at = self.sizes[0], self.limit
        return SizeNeeded.of_draws(
            score,
            estimate=float(sizes_reaching(self._fitted(), np.array([score]), *at)[0]),
            sizes=sizes_reaching(self.draws, scores, *at),
            level=level,
            largest=self.sizes[-1],
        )

    def doubling(self, level: float = CURVE_LEVEL) -> Gain:
        """Return what doubling the largest size measured would add.

        Raises
        ------
        DataError
            If one size only was measured.
        SettingError
            If ``level`` is no share.
        """
        if self.kind == "one size":
            raise DataError(
                f"scores at the size {self.sizes[0]:g} only say nothing of twice as much; "
                "measure half and a quarter of it as well"
            )
        now, then = self.sizes[-1], 2 * self.sizes[-1]
        gains = values(self.draws, then) - values(self.draws, now)
        gain = self.predict(then) - self.predict(now)
        return Gain(gain, percentile_interval(gains, gain, level), level)

    @property
    def saturated(self) -> bool:
        """Whether doubling the data adds less than 0.01, the whole 90 % interval of it."""
        return self.kind != "one size" and self.doubling().interval.high < WORTHWHILE

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "sizes": list(self.sizes),
            "means": list(self.means),
            "curve": [self.a, self.b, self.c],
            "kind": self.kind,
            "limit": self.limit,
            "draws": self.draws.tolist(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Undo :meth:`as_dict`.

        Raises
        ------
        DataError
            If something is missing or of the wrong kind.
        """
        try:
            if record["kind"] not in get_args(Kind):
                raise ValueError(record["kind"])
            a, b, c = map(float, record["curve"])
            return cls(
                sizes=tuple(map(float, record["sizes"])),
                means=tuple(map(float, record["means"])),
                a=a,
                b=b,
                c=c,
                kind=record["kind"],
                draws=np.array(record["draws"], dtype=np.float64).reshape(-1, 3),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"not a learning curve ({error!r}); expected what LearningCurve.as_dict gives"
            ) from error

    def _fitted(self) -> Floats:
        return np.array([[self.a, self.b, self.c]])

    def _require_within(self, n: float) -> None:
        if not self.sizes[0] <= n <= self.limit:
            raise SettingError(
                f"a size of {n:g}: this curve was measured from {self.sizes[0]:g} to "
                f"{self.sizes[-1]:g} and answers up to {self.limit:g}; measure nearer to {n:g}"
            )
