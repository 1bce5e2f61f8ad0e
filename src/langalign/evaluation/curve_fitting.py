"""From scores against training size to a learning curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from langalign.errors import DataError, SettingError
from langalign.evaluation.cells import Floats
from langalign.evaluation.learning_curve import Kind, LearningCurve
from langalign.evaluation.plausible_curves import draw_curves, draw_levels
from langalign.evaluation.power_law import fit_power_law
from langalign.evaluation.seed_noise import SeedNoise, seed_noise

N_CURVES = 200


def fit_learning_curve(
    sizes: ArrayLike,
    scores: ArrayLike,
    *,
    random_state: int = 0,
    n_resamples: int = N_CURVES,
) -> LearningCurve:
    """Fit an inverse power law to scores against training size.

    Parameters
    ----------
    sizes
        Training sizes, shape (n_sizes,), each once, in any order.
    scores
        Accuracy or macro-F1 of the same test set, between 0 and 1: one row per seed, shape
        (n_seeds, n_sizes), NaN where a seed has no such size; (n_sizes,) is one seed.
    random_state
        Seed of the plausible curves.
    n_resamples
        How many plausible curves are drawn.

    Notes
    -----
    ``score(n) = a - b * n**(-c)`` with ``0 <= a <= 1``, ``b >= 0``, ``0.02 <= c <= 2``, by least
    squares, the mean at each size weighted by one over its variance. Intervals are percentiles of
    plausible curves, drawn as :mod:`langalign.evaluation.plausible_curves` says. They take in the
    scatter of seeds, few seeds, and curves that fit equally well and part beyond the data; they
    do not take in that the test set is a sample, nor that learning may follow another law: a
    jump, or a plateau that ends, is not foreseen. Resampling seeds and residuals instead (the
    bootstrap) gave 90 % intervals that were far too narrow at three to five seeds.

    References
    ----------
    Cortes, C. et al. (1994). Learning curves: asymptotic values and rate of convergence. NIPS 6,
    327-334.
    Figueroa, R. L. et al. (2012). Predicting sample size required for classification performance.
    BMC Medical Informatics and Decision Making 12, 8.
    Hestness, J. et al. (2017). Deep learning scaling is predictable, empirically.
    arXiv 1712.00409.
    Viering, T. and Loog, M. (2021). The shape of learning curves: a review. arXiv 2103.10948.

    Raises
    ------
    DataError
        If shapes do not fit, a size is not positive or stands twice, a score is not between 0
        and 1, or a seed or a size has no score.
    SettingError
        If ``n_resamples`` is below 1.

    Examples
    --------
    >>> sizes = [50, 100, 200, 400, 800]
    >>> curve = fit_learning_curve(sizes, [0.9 - 2 * n**-0.5 for n in sizes])
    >>> round(curve.a, 3), round(curve.predict(1600), 3), curve.size_for(0.8).size
    (0.9, 0.85, 400)
    """
    n, table = _checked(sizes, scores)
    if n_resamples < 1:
        raise SettingError(f"n_resamples={n_resamples}: expected at least 1")
    noise = seed_noise(table)
    rng = np.random.default_rng(random_state)
    draws = draw_curves(n, noise, n_resamples, rng) if len(n) > 1 else None
    fitted = fit_power_law(n, noise.means, 1 / noise.variances) if draws is not None else None
    a, b, c = _level(noise) if fitted is None else fitted.tolist()
    return LearningCurve(
        sizes=tuple(n.tolist()),
        means=tuple(noise.means.tolist()),
        a=a,
        b=b,
        c=c,
        kind=_kind(len(n), rising=draws is not None),
        draws=draw_levels(noise, n_resamples, rng) if draws is None else draws,
    )


def _kind(n_sizes: int, *, rising: bool) -> Kind:
    if n_sizes == 1:
        return "one size"
    if not rising:
        return "falling"
    return "few sizes" if n_sizes <= 3 else "power law"


def _level(noise: SeedNoise) -> tuple[float, float, float]:
    return float(np.average(noise.means, weights=1 / noise.variances)), 0.0, 1.0


def _checked(sizes: ArrayLike, scores: ArrayLike) -> tuple[Floats, Floats]:
    n = np.asarray(sizes, dtype=np.float64)
    table = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    if n.ndim != 1 or not len(n) or table.ndim != 2 or table.shape[1] != len(n):
        raise DataError(
            f"sizes of shape {n.shape} and scores of shape {table.shape}: expected (n_sizes,) and "
            "(n_seeds, n_sizes), one row of scores a seed"
        )
    if not (np.isfinite(n) & (n > 0)).all() or len(np.unique(n)) < len(n):
        raise DataError(
            f"training sizes {n.tolist()}: expected positive numbers, each once; give the scores "
            "of further seeds as further rows"
        )
    known = ~np.isnan(table)
    if not known.any(axis=0).all() or not known.any(axis=1).all():
        raise DataError("a row or a column of scores holds nothing but NaN; leave it out")
    if not ((table[known] >= 0) & (table[known] <= 1)).all():
        raise DataError("scores: expected numbers between 0 and 1, or NaN where there is none")
    order = np.argsort(n)
    return n[order], table[:, order]
