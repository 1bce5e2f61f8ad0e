"""How many native labels a strategy without them is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from langalign.errors import SettingError
from langalign.evaluation.cells import Floats
from langalign.evaluation.intervals import LEVEL, Interval, percentile_interval
from langalign.evaluation.learning_curve import CURVE_LEVEL, LearningCurve
from langalign.evaluation.power_law import values
from langalign.evaluation.size_needed import SizeNeeded

N_LABELS = 100


def level_with(
    curve: LearningCurve,
    score: float,
    interval: Interval | None = None,
    *,
    level: float = CURVE_LEVEL,
    random_state: int = 0,
) -> SizeNeeded:
    """Return how many units of a curve give the same score as another strategy.

    Parameters
    ----------
    curve
        Of native labels, for example.
    score
        Of the other strategy on the same test set.
    interval
        Where that score may lie, at 95 %, as :class:`langalign.evaluation.scores.Scores` has it;
        ``None`` takes the score as certain.
    level
        Coverage of the interval returned.
    random_state
        Seed with which values of the score are met with plausible curves.

    Notes
    -----
    The score's chance is taken as two halves of normal distributions, one for each side of its
    interval, and as unrelated to that of the curve. On a shared test set the two move together,
    so the interval errs on the wide side.

    Raises
    ------
    SettingError
        If ``score`` or ``level`` is not between 0 and 1, or ``interval`` does not hold ``score``.

    Examples
    --------
    >>> from langalign.evaluation import fit_learning_curve
    >>> sizes = [50, 100, 200, 400, 800]
    >>> curve = fit_learning_curve(sizes, [0.9 - 2 * n**-0.5 for n in sizes])
    >>> worth = level_with(curve, 0.74, Interval(0.72, 0.76))
    >>> worth.size, 120 < worth.low < worth.size < worth.high < 210
    (157, True)
    """
    scores = _possible_scores(score, interval, len(curve.draws), random_state)
    return curve.size_for_scores(score, scores, level)


@dataclass(frozen=True, slots=True)
class LabelsWorth:
    """A strategy without native labels against so many native labels.

    Parameters
    ----------
    name
        Of the strategy.
    score
        Its score.
    n_labels
        How many labels it is held against.
    with_labels
        The score that these reach.
    difference
        Interval of ``with_labels - score`` at ``level``.
    worth
        How many labels are level with the strategy.
    """

    name: str
    score: float
    n_labels: int
    with_labels: float
    difference: Interval
    level: float
    worth: SizeNeeded

    @property
    def label_instead(self) -> bool:
        """Whether the labels beat the strategy beyond chance."""
        return self.difference.low > 0

    @property
    def strategy_ahead(self) -> bool:
        """Whether the strategy beats the labels beyond chance."""
        return self.difference.high < 0

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-able record."""
        return {
            "name": self.name,
            "score": self.score,
            "n_labels": self.n_labels,
            "with_labels": self.with_labels,
            "difference": self.difference.as_list(),
            "level": self.level,
            "worth": self.worth.as_dict(),
        }


def against_labels(
    curve: LearningCurve,
    name: str,
    score: float,
    interval: Interval | None = None,
    *,
    n_labels: int = N_LABELS,
    level: float = CURVE_LEVEL,
    random_state: int = 0,
) -> LabelsWorth:
    """Hold a strategy without native labels against the curve of native labels.

    Parameters
    ----------
    curve
        Scores against the number of native labels.
    name, score, interval
        Of the strategy; see :func:`level_with`.
    n_labels
        How many labels it is held against; the curve must answer for as many.
    level, random_state
        As in :func:`level_with`.

    Raises
    ------
    SettingError
        As :func:`level_with` does, or if the curve does not answer for ``n_labels``.

    Examples
    --------
    >>> from langalign.evaluation import fit_learning_curve
    >>> sizes = [50, 100, 200, 400, 800]
    >>> curve = fit_learning_curve(sizes, [0.9 - 2 * n**-0.5 for n in sizes])
    >>> against_labels(curve, "linear", 0.65, Interval(0.63, 0.67)).label_instead
    True
    """
    expected = curve.predict(n_labels)
    scores = _possible_scores(score, interval, len(curve.draws), random_state)
    differences = values(curve.draws, n_labels) - scores
    return LabelsWorth(
        name=name,
        score=score,
        n_labels=n_labels,
        with_labels=expected,
        difference=percentile_interval(differences, expected - score, level),
        level=level,
        worth=curve.size_for_scores(score, scores, level),
    )


def _possible_scores(score: float, interval: Interval | None, n: int, random_state: int) -> Floats:
    """Draw what a score may be, shape (n,)."""
    from scipy.special import ndtri

    if interval is None:
        return np.full(n, score)
    if score not in interval:
        raise SettingError(
            f"score {score:g} lies outside of its interval [{interval.low:g}, {interval.high:g}]"
        )
    normal = np.random.default_rng(random_state).standard_normal(n) / ndtri((1 + LEVEL) / 2)
    halves = np.where(normal < 0, score - interval.low, interval.high - score)
    possible: Floats = np.clip(score + normal * halves, 0.0, 1.0)
    return possible
