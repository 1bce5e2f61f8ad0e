"""How far scores scatter from seed to seed, at each training size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from langalign.evaluation.cells import Floats

PRIOR_FREEDOM = 3.0
SMALLEST_VARIANCE = 1e-6
"""Of one score: a thousandth. Seeds that agree to the last digit are no more certain than that."""


@dataclass(frozen=True, slots=True, eq=False)
class SeedNoise:
    """Mean and scatter of scores of several seeds at several sizes.

    Parameters
    ----------
    means
        Mean score at each size, shape (n_sizes,).
    variances
        Of ``means``, shape (n_sizes,); in unknown units where ``freedom`` is 0.
    typical
        Variance of one score, in the same units.
    freedom
        Degrees of freedom behind ``variances``.
    shift
        Variance, of one seed, of what moves its scores at all sizes together.
    n_seeds
        Rows of scores.
    """

    means: Floats
    variances: Floats
    typical: float
    freedom: int
    shift: float
    n_seeds: int


def seed_noise(scores: Floats) -> SeedNoise:
    """Part the scatter of scores, shape (n_seeds, n_sizes) with NaN for gaps, into its sources.

    Notes
    -----
    ``score = f(size) + shift(seed) + noise(seed, size)``. Two or three seeds say little of the
    variance at one size, so each is drawn towards the variance over all sizes as if that were
    known with 3 degrees of freedom (the moderated variance of Smyth 2004).

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments. Statistical Applications in Genetics 3(1), 3.

    Examples
    --------
    >>> noise = seed_noise(np.array([[0.6, 0.7], [0.8, 0.9]]))  # one seed is better throughout
    >>> noise.means.round(2), round(noise.shift, 3)
    (array([0.7, 0.8]), 0.02)
    """
    n_seeds, n_sizes = scores.shape
    counts = np.isfinite(scores).sum(axis=0)
    means = np.nanmean(scores, axis=0)
    residuals = scores - means
    seed_means = np.nanmean(residuals, axis=1)
    squares = np.nan_to_num((residuals - seed_means[:, None]) ** 2)
    freedom = max(0, int(counts.sum()) - n_sizes - n_seeds + 1)
    typical = float(max(squares.sum() / freedom, SMALLEST_VARIANCE)) if freedom else 0.0
    return SeedNoise(
        means=means,
        variances=_moderated(squares.sum(axis=0), counts, freedom, typical) / counts,
        typical=typical if freedom else 1.0,
        freedom=freedom,
        shift=_shift(seed_means, typical, counts.sum() / n_seeds),
        n_seeds=n_seeds,
    )


def _moderated(squares: Floats, counts: Floats, freedom: int, typical: float) -> Floats:
    if not freedom:
        return np.ones_like(squares)
    own = np.maximum(counts - 1, 0) * freedom / np.maximum(counts - 1, 0).sum()
    moderated: Floats = (PRIOR_FREEDOM * typical + squares) / (PRIOR_FREEDOM + own)
    return moderated


def _shift(seed_means: Floats, typical: float, sizes_a_seed: float) -> float:
    if len(seed_means) < 2:
        return 0.0
    between = float((seed_means**2).sum()) / (len(seed_means) - 1)
    return max(0.0, between - typical / float(sizes_a_seed))
