"""The power laws that scores leave possible: draws from the posterior, for intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from langalign.evaluation.cells import Floats
from langalign.evaluation.power_law import GRID
from langalign.evaluation.seed_noise import SMALLEST_VARIANCE, SeedNoise

LARGEST_VARIANCE = 0.25
"""No number within [0, 1] can vary more (Popoviciu's inequality)."""
MISFIT = 2.0
SPARE = 20
NO_RISE = 1e-12
LEAST_RISING = 0.01
"""Share of draws; below it the scores are said to fall."""


def draw_curves(sizes: Floats, noise: SeedNoise, n: int, rng: np.random.Generator) -> Floats | None:
    """Draw curves in the measure in which they agree with the scores.

    Parameters
    ----------
    sizes
        Shape (n_sizes,), rising.
    noise
        The scores, of which at least two sizes.
    n
        How many curves.
    rng
        Source of chance.

    Returns
    -------
    ndarray of shape (n, 3), or None
        ``None`` where the scores fall so clearly that no rising curve agrees with them.

    Notes
    -----
    The prior is flat over the curve's scores at the smallest and at the largest size and over
    ``log c`` within its bounds. Given ``c`` a curve is linear in those two scores, so the
    posterior without further bounds is known in closed form: draw ``c``, then the variance
    (inverse chi-square), then the scores (normal). Draws that tend to more than 1 are rejected;
    draws that fall are moved to the likeliest curve that does not, which keeps the coverage where
    the truth is flat (rejecting them does not). The seeds' common shift is drawn separately and
    added to the whole curve. Where the mean scores lie further from every power law than seeds
    scatter (mean square above 2), the scatter of seeds is not trusted any more, and the variance is
    taken from that distance alone.

    References
    ----------
    Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., ch. 3 and 14. CRC Press.
    Dunson, D. B. and Neelon, B. (2003). Bayesian inference on order-constrained parameters in
    generalized linear models. Biometrics 59, 286-295 (for moving draws into the bounds).
    """
    curves = _Lines(sizes, noise).draw(n, rng)
    return curves if (curves[:, 1] > 0).mean() >= LEAST_RISING else None


def draw_levels(noise: SeedNoise, n: int, rng: np.random.Generator) -> Floats:
    """Draw constant curves, shape (n, 3), for scores at one size or scores that fall.

    The level has Student's t distribution around the mean; where there is one score in all, it
    may be anything.
    """
    n_sizes = len(noise.means)
    mean = float(np.average(noise.means, weights=1 / noise.variances))
    levels = mean + _shifts(noise, n, rng)
    if n_sizes > 1:
        spread = float(noise.means.var(ddof=1)) / n_sizes
        levels += np.sqrt(spread) * rng.standard_t(n_sizes - 1, n)
    elif noise.n_seeds == 1:
        levels = rng.random(n)
    return np.stack([np.clip(levels, 0, 1), np.zeros(n), np.ones(n)], axis=1)


class _Lines:
    """For every exponent of the grid, the normal distribution of the scores at the two ends."""

    def __init__(self, sizes: Floats, noise: SeedNoise) -> None:
        self._noise = noise
        self._ends = sizes[[0, -1]]
        first, last = (end**-GRID for end in self._ends)
        share = (first[:, None] - sizes[None] ** -GRID[:, None]) / (first - last)[:, None]
        design = np.stack([1 - share, share], axis=2)
        weights = 1 / noise.variances
        information = np.einsum("cmi,m,cmj->cij", design, weights, design)
        self._covariance = np.linalg.inv(information)
        self._roots = np.linalg.cholesky(self._covariance)
        self._asymptote = np.stack([-last, first], axis=1) / (first - last)[:, None]
        right = np.einsum("cmi,m,m->ci", design, weights, noise.means)
        self._scores = np.einsum("cij,cj->ci", self._covariance, right)
        fitted = np.einsum("cmi,ci->cm", design, self._scores)
        self._distance = (noise.means - fitted) ** 2 @ weights
        self._set_freedom(len(sizes))

    def _set_freedom(self, n_sizes: int) -> None:
        own, left = self._noise.freedom, n_sizes - 3
        misfit = left > 0 and self._distance.min() / left > MISFIT
        known = 0 if misfit else own
        self._freedom = known + n_sizes - 2
        floor = self._freedom * SMALLEST_VARIANCE / self._noise.typical
        self._squares = np.maximum(known + self._distance, floor)
        log_density = 0.5 * np.linalg.slogdet(self._covariance)[1]
        if self._freedom:
            log_density -= self._freedom / 2 * np.log(self._squares)
        density = np.exp(log_density - log_density.max())
        self._density = density / density.sum()

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw curves within the bounds, shape (n, 3)."""
        at, scores = self._unbounded(SPARE * n, rng)
        above = (scores * self._asymptote[at]).sum(axis=1) > 1
        chosen = np.argsort(above, kind="stable")[:n]
        at, scores = at[chosen], scores[chosen]
        scores = _project(scores, self._covariance[at], self._asymptote[at], 1.0)
        scores = _project(scores, self._covariance[at], np.array([[1.0, -1.0]]), 0.0)
        rises = scores[:, 1] - scores[:, 0] > NO_RISE
        a = np.where(rises, (scores * self._asymptote[at]).sum(axis=1), scores[:, 0])
        b = np.where(rises, (a - scores[:, 0]) * self._ends[0] ** GRID[at], 0.0)
        return np.stack([a, b, GRID[at]], axis=1)

    def _unbounded(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
        """Draw places on the grid and the scores at both ends, shape (n,) and (n, 2)."""
        at = rng.choice(len(GRID), n, p=self._density)
        normal = rng.standard_normal((n, 2)) * np.sqrt(self._variances(at, rng))[:, None]
        scores = self._scores[at] + np.einsum("rij,rj->ri", self._roots[at], normal)
        return at, scores + _shifts(self._noise, n, rng)[:, None]

    def _variances(self, at: NDArray[np.int64], rng: np.random.Generator) -> Floats:
        most = np.full(len(at), LARGEST_VARIANCE / self._noise.typical)
        if not self._freedom:
            return most
        drawn: Floats = self._squares[at] / rng.chisquare(self._freedom, len(at))
        limited: Floats = np.minimum(most, drawn)
        return limited


def _project(scores: Floats, covariance: Floats, across: Floats, bound: float) -> Floats:
    """Move points (r, 2) with ``across @ point > bound`` to the likeliest one on the bound."""
    over = np.maximum((scores * across).sum(axis=1) - bound, 0.0)
    along = np.einsum("rij,rj->ri", covariance, np.broadcast_to(across, scores.shape))
    back: Floats = along * (over / (along * across).sum(axis=1))[:, None]
    return scores - back


def _shifts(noise: SeedNoise, n: int, rng: np.random.Generator) -> Floats:
    """Draw what the mean over seeds may lie off at all sizes together, shape (n,)."""
    if noise.n_seeds < 2:
        return np.zeros(n)
    of_mean = float(np.sqrt(noise.shift / noise.n_seeds))
    shifts: Floats = of_mean * rng.standard_t(noise.n_seeds - 1, n)
    return shifts
