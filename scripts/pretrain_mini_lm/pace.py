"""How long a run is, and the learning rate along it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from langalign.errors import SettingError


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a run: so many steps, or so many minutes of training on whatever machine.

    Parameters
    ----------
    steps
        Wins where it is given: the run is then the same on a slower machine.
    minutes
        Of training alone, over all parts of a run that was stopped.
    """

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        given = self.minutes if self.steps is None else self.steps
        if given is None or given <= 0:
            raise SettingError(
                f"steps={self.steps}, minutes={self.minutes}: give one of them, above 0"
            )

    def share(self, step: int, seconds: float) -> float:
        """Return how much of the run is over, from 0 to 1."""
        if self.steps is not None:
            return min(step / self.steps, 1.0)
        assert self.minutes is not None, "checked when it was made"
        return min(seconds / (self.minutes * 60), 1.0)


def learning_rate(share: float, *, peak: float, warm_up: float) -> float:
    r"""Return the learning rate of a one-cycle schedule: up in a straight line, down by a cosine.

    .. math::

        \eta(s) = \eta_{peak} \begin{cases} s / w & s < w \\
        \tfrac12 (1 + \cos \pi \tfrac{s - w}{1 - w}) & s \ge w \end{cases}

    Parameters
    ----------
    share
        How much of the run is over, s. By time as well as by steps: a card of unknown speed then
        also ends at a learning rate of 0.
    peak, warm_up
        The highest rate, and where it is reached.
    """
    if share < warm_up:
        return peak * share / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up)))
