"""How many of the mined pairs are right, estimated from what became of the probes.

A text of the files resembles a planted pair where its translation is in the other file, else a
planted text without one. The share of planted pairs found above a threshold is the recall R, that
of the single planted texts which got a partner is F. Among n texts with P translations are found:

    mined = P R + wrong,    wrong = P W + (n - P) F

with W the share of planted texts with another partner. Solved for P, which is not known, it gives
how many pairs the files hold ("adjusted count"); then precision is P R / mined.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from langalign.evaluation.intervals import LEVEL, percentile_interval
from langalign.head_room.measured import Measured
from langalign.mining.outcome import Floats, Outcome

N_RESAMPLES = 1000
GRID = 400
LEAST_DIFFERENCE = 0.02
"""Of R and F; below, dividing by it means nothing."""


@dataclass(frozen=True)
class Expectations:
    """Expected figures at each of some thresholds.

    Parameters
    ----------
    outcome
        What became of the probes.
    wanted
        Thresholds to evaluate beside those that occur as scores.
    counted_at
        The threshold from which the number of pairs is derived; ``None`` takes the one at which it
        is known best, which these probes then make look too good.

    References
    ----------
    Forman, G. (2008). Quantifying counts and costs via classification. Data Mining and Knowledge
    Discovery 17, 164-206: the adjusted count.

    Examples
    --------
    >>> from langalign.mining.outcome import Sizes
    >>> found, alone = np.full(50, 2.0), np.full(25, 1.0)
    >>> none = np.full(50, -np.inf)
    >>> outcome = Outcome(Sizes(9, 9, 50, 25, 25), found[:9], found, none, none, alone, alone)
    >>> expected = Expectations(outcome)
    >>> expected.thresholds.tolist(), expected.precision.round(2).tolist()
    ([2.0], [1.0])
    """

    outcome: Outcome
    wanted: tuple[float, ...] = ()
    counted_at: float | None = None

    @cached_property
    def thresholds(self) -> Floats:
        """Scores to choose from, rising: those of pairs that can be right."""
        scores = np.concatenate([self.outcome.mined, self.outcome.right])
        scores = scores[np.isfinite(scores)]
        if not len(scores):
            return np.unique(np.array(self.wanted, dtype=np.float64))
        grid = np.quantile(scores, np.linspace(0, 1, GRID), method="lower")
        return np.unique(np.append(grid, self.wanted))

    @cached_property
    def mined(self) -> Floats:
        """Pairs of the files at each threshold."""
        return _counts(self.outcome.mined, self.thresholds)

    @cached_property
    def recall(self) -> Floats:
        """Share of planted pairs found at each threshold."""
        return _counts(self.outcome.right, self.thresholds) / len(self.outcome.right)

    @cached_property
    def false(self) -> tuple[Floats, Floats]:
        """Share of texts alone with a partner, of each side; none of n counts as half a text."""
        sides = self.outcome.source_alone, self.outcome.target_alone
        source, target = (
            (_counts(side, self.thresholds) + 0.5) / (len(side) + 1) for side in sides
        )
        return source, target

    @cached_property
    def separation(self) -> Floats:
        """By how much more often planted pairs are found than texts alone, at each threshold."""
        source, target = self.false
        return self.recall - (source + target) / 2

    @cached_property
    def astray(self) -> Floats:
        """Share of planted texts with a wrong partner, in the mean of both sides."""
        sides = np.concatenate([self.outcome.wrong_source, self.outcome.wrong_target])
        return _counts(sides, self.thresholds) / len(sides)

    @cached_property
    def basis(self) -> int:
        """The place of the threshold from which the number of pairs is derived."""
        if self.counted_at is not None:
            return self.place(self.counted_at)
        sizes = self.outcome.sizes
        counts, difference = self._solved()
        variance = sum(
            (n / 2) ** 2 * share * (1 - share) / (alone + 1)
            for n, share, alone in zip(
                (sizes.n_source, sizes.n_target),
                self.false,
                (sizes.source_alone, sizes.target_alone),
                strict=True,
            )
        )
        # Laplace's share: a recall of 0 or 1 on few pairs is not known for sure either.
        recall = (self.recall * sizes.n_planted + 1) / (sizes.n_planted + 2)
        variance = variance + counts**2 * recall * (1 - recall) / sizes.n_planted
        known = difference > LEAST_DIFFERENCE
        errors = np.where(known, np.sqrt(variance) / np.where(known, difference, 1), np.inf)
        return int(errors.argmin())

    @cached_property
    def n_pairs(self) -> float:
        """How many pairs the files hold."""
        return float(self._solved()[0][self.basis])

    @cached_property
    def precision(self) -> Floats:
        """Share of the mined pairs that are right, at each threshold."""
        right = np.minimum(self.n_pairs * self.recall, self.mined)
        return right / np.maximum(self.mined, 1)

    @cached_property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall, at each threshold."""
        return f1_of(self.precision, self.recall)

    def place(self, threshold: float) -> int:
        """Return the place of a threshold that is one of these, or of the next higher one."""
        found = int(np.searchsorted(self.thresholds, threshold))
        return min(found, len(self.thresholds) - 1)

    def _solved(self) -> tuple[Floats, Floats]:
        """Return the number of pairs as each threshold has it, and what was divided by."""
        sizes = self.outcome.sizes
        source, target = self.false
        difference = self.recall + self.astray - (source + target) / 2
        wrong = (sizes.n_source * source + sizes.n_target * target) / 2
        counts = (self.mined - wrong) / np.maximum(difference, LEAST_DIFFERENCE)
        return np.clip(counts, 0, min(sizes.n_source, sizes.n_target)), difference


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect of the pairs above one threshold, with 95 % intervals.

    Parameters
    ----------
    precision
        Share of the mined pairs that are translations.
    recall
        Share of the files' translations that were mined.
    f1
        Of both.
    n_pairs
        How many translations the files hold.
    separation
        By how much more often a planted pair is found than a text alone gets a partner, at the
        threshold where that is most: 0 is chance, 1 is perfect.
    n_planted, n_alone
        Probes behind all this.
    """

    precision: Measured
    recall: Measured
    f1: Measured
    n_pairs: Measured
    separation: Measured
    n_planted: int
    n_alone: int


def expected_at(expectations: Expectations, place: int, *, random_state: int) -> Expected:
    """Return the figures of one threshold with intervals.

    Planted pairs are resampled, and the shares of texts alone drawn from their posterior under
    Jeffreys' prior, so that none of n seen does not count as none at all.

    Parameters
    ----------
    expectations
        Of all thresholds.
    place
        Which of them.
    random_state
        Seed of the draws.
    """
    outcome, sizes = expectations.outcome, expectations.outcome.sizes
    rng = np.random.default_rng(random_state)
    thresholds, basis = expectations.thresholds, expectations.basis
    best = int(expectations.separation.argmax())
    draws = rng.multinomial(
        sizes.n_planted, np.full(sizes.n_planted, 1 / sizes.n_planted), size=N_RESAMPLES
    )
    found = np.column_stack([outcome.right >= thresholds[at] for at in (place, basis, best)])
    astray = (outcome.wrong_source >= thresholds[basis]).astype(float)
    astray += outcome.wrong_target >= thresholds[basis]
    shares = draws @ np.column_stack([found, astray / 2]) / sizes.n_planted
    recall, recall_basis, recall_best, astray_basis = shares.T
    source, target = (_posterior(side, thresholds[basis], rng) for side in _alone(outcome))
    difference = np.maximum(recall_basis + astray_basis - (source + target) / 2, LEAST_DIFFERENCE)
    wrong = (sizes.n_source * source + sizes.n_target * target) / 2
    most = min(sizes.n_source, sizes.n_target)
    n_pairs = np.clip((expectations.mined[basis] - wrong) / difference, 0, most)
    mined = expectations.mined[place]
    precision = np.minimum(n_pairs * recall, mined) / max(mined, 1)
    false = sum(_posterior(side, thresholds[best], rng) for side in _alone(outcome)) / 2
    return Expected(
        precision=_measured(precision, expectations.precision[place]),
        recall=_measured(recall, expectations.recall[place]),
        f1=_measured(f1_of(precision, recall), expectations.f1[place]),
        n_pairs=_measured(n_pairs, expectations.n_pairs),
        separation=_measured(recall_best - false, expectations.separation[best]),
        n_planted=sizes.n_planted,
        n_alone=sizes.source_alone + sizes.target_alone,
    )


def f1_of(precision: Floats, recall: Floats) -> Floats:
    """Return the harmonic mean of precision and recall; 0 where both are."""
    total = precision + recall
    return 2 * precision * recall / np.where(total > 0, total, 1)


def _alone(outcome: Outcome) -> tuple[Floats, Floats]:
    return outcome.source_alone, outcome.target_alone


def _posterior(scores: Floats, threshold: float, rng: np.random.Generator) -> Floats:
    above = int((scores >= threshold).sum())
    return rng.beta(above + 0.5, len(scores) - above + 0.5, size=N_RESAMPLES)


def _measured(draws: Floats, value: float) -> Measured:
    interval = percentile_interval(draws, float(value), LEVEL)
    return Measured(float(value), interval.low, interval.high)


def _counts(scores: Floats, thresholds: Floats) -> Floats:
    """Return how many scores reach each threshold."""
    return len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left").astype(float)
