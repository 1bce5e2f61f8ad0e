"""The inverse power law of learning: its values, its inverse and its least-squares fit.

A curve is a row ``(a, b, c)`` of ``score(n) = a - b * n**(-c)``: many curves are an array of shape
(r, 3), so that a thousand are evaluated like one.
"""

from __future__ import annotations

import numpy as np

from langalign.evaluation.cells import Floats

EXPONENTS = (0.02, 2.0)
GRID: Floats = np.geomspace(*EXPONENTS, 200)


def values(curves: Floats, n: float) -> Floats:
    """Return the score of each curve at size ``n``, within [0, 1]; shapes (r, 3) -> (r,).

    Examples
    --------
    >>> values(np.array([[0.9, 2.0, 0.5]]), 100)
    array([0.7])
    """
    a, b, c = curves.T
    scores: Floats = np.clip(a - b * n**-c, 0.0, 1.0)
    return scores


def sizes_reaching(curves: Floats, scores: Floats, smallest: float, limit: float) -> Floats:
    """Return the size at which each curve reaches a score, ``inf`` beyond ``limit``.

    Parameters
    ----------
    curves
        Shape (r, 3).
    scores
        One a curve, shape (r,).
    smallest
        The answer where a curve is there already at this size.
    limit
        The size up to which curves are trusted.

    Examples
    --------
    >>> curve = np.array([[0.9, 2.0, 0.5]])
    >>> [sizes_reaching(curve, np.array([s]), 50, 1000).round(6).item() for s in (0.5, 0.8, 0.89)]
    [50.0, 400.0, inf]
    """
    a, b, c = curves.T
    room = np.maximum(a - scores, 1e-12)
    with np.errstate(over="ignore", divide="ignore"):
        sizes = np.where(a > scores, (b / room) ** (1 / c), np.inf)
    sizes = np.where(values(curves, smallest) >= scores, smallest, np.maximum(sizes, smallest))
    return np.where(sizes <= limit * (1 + 1e-9), sizes, np.inf)


def fit_power_law(sizes: Floats, means: Floats, weights: Floats) -> Floats:
    """Return the least-squares curve under ``0 <= a <= 1``, ``b >= 0``, bounded ``c``.

    Parameters
    ----------
    sizes, means, weights
        Shape (n_sizes,), at least two sizes.

    Returns
    -------
    ndarray of shape (3,)
        ``a``, ``b``, ``c``. Where nothing rises, ``b`` is 0 and ``a`` the weighted mean.

    Notes
    -----
    For a given ``c`` the problem is a straight line with bounds, solved in closed form (variable
    projection, Golub and Pereyra 1973). What is left is one dimension: every point of a grid of
    ``c`` is a start, and the best is refined between its neighbours. So no local minimum is
    mistaken for the best.
    """
    from scipy.optimize import minimize_scalar

    def lines(exponents: Floats) -> tuple[Floats, Floats]:
        return _bounded_lines(sizes[None] ** -exponents[:, None], means, weights)

    best = int(np.argmin(lines(GRID)[1]))
    around = np.log(GRID[[max(best - 1, 0), min(best + 1, len(GRID) - 1)]])
    refined = minimize_scalar(
        lambda log_c: lines(np.exp([log_c]))[1][0],
        bounds=around,
        method="bounded",
        options={"xatol": 1e-7},
    )
    exponents = np.array([GRID[best], np.exp(refined.x)])
    fitted, errors = lines(exponents)
    winner = int(np.argmin(errors))
    return np.array([*fitted[winner], exponents[winner]])


def _bounded_lines(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Fit ``y = a - b x`` for each row of x; return (r, 2) of a and b, and the errors (r,)."""
    w = weights / weights.sum()
    x_mean, y_mean = x @ w, y @ w
    deviations = x - x_mean[:, None]
    b = np.maximum(-(deviations * w) @ y / (deviations**2 @ w), 0.0)
    a = y_mean + b * x_mean
    # The best within the bounds lies on the edge a = 1 where the free one lies beyond it; a is
    # never below 0, as scores are not.
    at_edge = np.maximum((x * w) @ (1 - y) / (x**2 @ w), 0.0)
    a, b = np.where(a > 1, 1.0, a), np.where(a > 1, at_edge, b)
    errors = (y - a[:, None] + b[:, None] * x) ** 2 @ w
    return np.stack([a, b], axis=1), errors
