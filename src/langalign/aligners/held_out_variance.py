"""What a map explains of pairs held out, from sums alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from langalign.aligners.pair_statistics import PairStatistics, total
from langalign.aligners.statistics_aligner import StatisticsAligner


def held_out_variance(aligner: StatisticsAligner, statistics: PairStatistics) -> float | None:
    """Return the share of the target's variance explained on pairs that a map has not seen.

    The parts of the statistics are the folds: each half, or third, is explained by a map that is
    fitted to the others. Pairs that are in the data more than once are on both sides; clean first.

    Parameters
    ----------
    aligner
        Unfitted; it is left alone.
    statistics
        Of six parts, as they are made unless other numbers are asked for.

    Returns
    -------
    float or None
        One for a perfect map, zero for the target's mean; ``None`` where there are too few pairs or
        parts to hold any out.

    Examples
    --------
    >>> from langalign.aligners.linear import Linear
    >>> X = np.random.default_rng(0).normal(size=(600, 3))
    >>> round(held_out_variance(Linear(), PairStatistics.of(X, X + 1)), 3)
    1.0
    """
    n_folds = _folds(aligner, len(statistics.parts))
    if n_folds is None or statistics.n < 2 * len(statistics.parts):
        return None
    missed = energy = 0.0
    for number in range(n_folds):
        rest = tuple(part for i, part in enumerate(statistics.parts) if i % n_folds != number)
        others, fold = total(rest), total(statistics.parts[number::n_folds])
        seen = fold.about(others.x_mean, others.y_mean)
        fitted = aligner.fresh().fit_statistics(replace(statistics, parts=rest))
        missed += seen.error(fitted.coef_.astype(np.float64))
        energy += float(np.trace(seen.yy))
    return 1 - missed / energy if energy else None


def _folds(aligner: StatisticsAligner, n_parts: int) -> int | None:
    """Return a number of folds whose rest can still be dealt as the aligner needs it."""
    for n_folds in (2, 3):
        rest = n_parts - n_parts // n_folds
        if n_parts % n_folds == 0 and rest % aligner.n_parts == 0:
            return n_folds
    return None
