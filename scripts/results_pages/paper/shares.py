"""The share of the way from the majority class to the ceiling, with an interval."""

from __future__ import annotations

from math import hypot

from langalign.evaluation.intervals import Interval
from results_pages.paper.records import GUESS, Comparison, Score


def share(score: Score, guess: Score, ceiling: Score) -> Score:
    """Return ``s = (score - guess) / (ceiling - guess)`` with a 95 % interval.

    Notes
    -----
    The delta method: the derivatives of ``s`` by score, ceiling and guess are ``1 / w``, ``-s / w``
    and ``(s - 1) / w`` with ``w = ceiling - guess``. Each times the distance to the end of its
    interval that lowers (raises) ``s``; these distances are added in squares, as if independent.
    """
    way = ceiling.value - guess.value
    value = (score.value - guess.value) / way
    slopes = ((score, 1.0), (ceiling, -value), (guess, value - 1))
    below = hypot(*(slope * _distance(each, -slope) for each, slope in slopes)) / way
    above = hypot(*(slope * _distance(each, slope) for each, slope in slopes)) / way
    return Score(value, Interval(value - below, value + above))


def _distance(score: Score, sign: float) -> float:
    """Return how far the upper end of an interval is, where the sign is positive, or the lower."""
    return score.interval.high - score.value if sign > 0 else score.value - score.interval.low


def share_of(compared: Comparison) -> Score | None:
    """Return the share of LangAlign's choice, where the ceiling is clearly above guessing."""
    choice, ceiling = compared.choice, compared.ceiling
    if choice is None or ceiling is None or not compared.beats_guessing(ceiling):
        return None
    return share(choice, compared.scores[GUESS], ceiling)


def percent(score: Score | None) -> str:
    """Return a share as text: ``78% [70%, 86%]``."""
    if score is None:
        return "no share"
    # Rounded first, and a zero added: no "-0%".
    value, low, high = (round(x, 2) + 0 for x in (score.value, *score.interval.as_list()))
    return f"{value:.0%} [{low:.0%}, {high:.0%}]"
