"""One method, several seeds, one test set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from langalign.errors import DataError
from langalign.evaluation.intervals import LEVEL, Interval
from langalign.evaluation.metrics import Metric
from langalign.evaluation.scores import Scores


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over seeds.

    Parameters
    ----------
    mean, std, min, max
        Over seeds; ``std`` with ``n_seeds - 1`` in the denominator, zero for one seed.
    interval
        Where the score of one further seed may lie on all texts of this kind; see
        :func:`over_seeds`.
    """

    mean: float
    std: float
    min: float
    max: float
    interval: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return asdict(self) | {"interval": self.interval.as_list()}


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """Accuracy and macro-F1 over seeds, on ``n`` test rows."""

    accuracy: Spread
    macro_f1: Spread
    n_seeds: int
    n: int

    def as_scores(self) -> Scores:
        """Return the means with their intervals, to stand in a table beside single runs."""
        return Scores(
            accuracy=self.accuracy.mean,
            accuracy_interval=self.accuracy.interval,
            macro_f1=self.macro_f1.mean,
            macro_f1_interval=self.macro_f1.interval,
            n=self.n,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "accuracy": self.accuracy.as_dict(),
            "macro_f1": self.macro_f1.as_dict(),
            "n_seeds": self.n_seeds,
            "n": self.n,
        }


def over_seeds(scores: Sequence[Scores]) -> SeedSummary:
    """Summarise runs that differ in their seed only, scored on the same test rows.

    Notes
    -----
    The interval covers two sources of chance. The test rows: all seeds share them, so averaging
    over seeds does not lessen this part; it is the mean distance ``u`` from each run's score to
    the end of its own bootstrap interval. The seed: the prediction interval of one further
    run, ``v = t * std * sqrt(1 + 1 / k)`` with Student's t at ``k - 1`` degrees of freedom. The
    two are independent and add in squares, each end on its own:
    ``mean - sqrt(u_low**2 + v**2)``, ``mean + sqrt(u_high**2 + v**2)``, within [0, 1]. One seed
    says nothing of seeds: the interval is then that of the test rows alone.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702 (for adding distances in squares).

    Raises
    ------
    DataError
        If there are no scores, or they are of different numbers of rows.

    Examples
    --------
    >>> runs = [Scores(a, Interval(a - 0.03, a + 0.03), a, Interval(a, a), 500)
    ...         for a in (0.74, 0.75, 0.76)]
    >>> summary = over_seeds(runs)
    >>> round(summary.accuracy.mean, 3), round(summary.accuracy.std, 3), summary.n_seeds
    (0.75, 0.01, 3)
    >>> [round(end, 3) for end in summary.accuracy.interval.as_list()]
    [0.692, 0.808]
    """
    sizes = sorted({run.n for run in scores})
    if len(sizes) != 1:
        found = f"of {' and '.join(map(str, sizes))} rows" if sizes else "none"
        raise DataError(f"scores over seeds: {found}; expected runs scored on the same test rows")
    return SeedSummary(
        accuracy=_spread(scores, "accuracy"),
        macro_f1=_spread(scores, "macro_f1"),
        n_seeds=len(scores),
        n=sizes[0],
    )


def _spread(scores: Sequence[Scores], metric: Metric) -> Spread:
    values = np.array([run.value(metric) for run in scores])
    ends = np.array([run.interval(metric).as_list() for run in scores])
    mean = float(values.mean())
    std = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    by_seed = _student_t(len(values)) * std * float(np.sqrt(1 + 1 / len(values)))
    below, above = np.hypot(np.abs(ends - values[:, None]).mean(axis=0), by_seed)
    return Spread(
        mean=mean,
        std=std,
        min=float(values.min()),
        max=float(values.max()),
        interval=Interval(max(0.0, mean - float(below)), min(1.0, mean + float(above))),
    )


def _student_t(n_seeds: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n_seeds - 1, (1 + LEVEL) / 2)) if n_seeds > 1 else 0.0
