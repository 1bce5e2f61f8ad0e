"""Which of two methods is better, each run with several seeds, on the same test rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from langalign.errors import DataError
from langalign.evaluation.cells import Floats, cells_of
from langalign.evaluation.comparison import Comparison, bootstrap_p
from langalign.evaluation.intervals import LEVEL, N_RESAMPLES, percentile_interval
from langalign.evaluation.metrics import Metric, count_metric, metrics_of
from langalign.evaluation.resampling import bootstrap
from langalign.tasks import CLASSIFICATION, Task


def compare_over_seeds(
    y_true: Any,
    first: Any,
    second: Any,
    metric: Metric | None = None,
    *,
    task: Task = CLASSIFICATION,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> Comparison:
    """Compare two methods by their mean score over seeds, row by row.

    Parameters
    ----------
    y_true
        Labels of shape (n,).
    first, second
        Predictions of the two methods, one row per seed, of shapes (n_first, n) and (n_second, n);
        shape (n,) is one seed. They may differ in the number of seeds.
    metric
        One of the kind of task; ``None`` takes the main one (accuracy for classes).
    task
        The kind of task: what the labels are.
    level
        Coverage of the interval and strictness of ``better`` and ``worse``.
    n_resamples, random_state
        How many resamples, and their seed.

    Notes
    -----
    Each resample draws the test rows once for all predictions, so that the comparison is paired,
    and takes the mean over seeds of the first's score minus that of the second. With one seed
    each that is the distribution of :func:`langalign.evaluation.comparison.compare_predictions`.

    Where a method has ``k > 1`` seeds, the result speaks of further seeds too. The variance of
    its scores over seeds is in part due to the test rows, on which the seeds err differently;
    that part is in the resampled rows already (drawing both anew counts it twice, Owen 2007).
    It is estimated as ``k / (k - 1)`` times the mean variance, over resamples, of a seed's
    distance to the mean over seeds, and subtracted. With ``q`` what is left, if anything,
    ``sqrt(q / k)`` times a draw from Student's t with ``k - 1`` degrees of freedom is added to
    each resample. Drawing seeds with replacement (the multi-bootstrap) rejects a true null
    hypothesis too often with the two to five seeds that are usual. Seeds of the two methods are
    taken as unrelated.

    The p-value is twice the smaller share of resamples on either side of zero, counting ties on
    both sides, for accuracy as well: the exact McNemar test knows of one seed only.

    References
    ----------
    Sellam, T. et al. (2022). The MultiBERTs: BERT reproductions for robustness analysis. ICLR.
    arXiv 2106.16163 (the multi-bootstrap).
    Owen, A. B. (2007). The pigeonhole bootstrap. Annals of Applied Statistics 1, 386-411.

    Raises
    ------
    DataError
        If the labels are empty, of different lengths or not labels, or a method has no seed.
    SettingError
        If ``metric``, ``level`` or ``n_resamples`` has no meaning.

    Examples
    --------
    >>> truth = [0, 1] * 50
    >>> weak = [1 - label for label in truth[:40]] + truth[40:]
    >>> result = compare_over_seeds(truth, [truth, truth], [weak, weak, weak])
    >>> round(result.difference, 2), result.better
    (0.4, True)
    """
    runs = _runs(first), _runs(second)
    n_first = len(runs[0])
    cells = cells_of(y_true, *runs[0], *runs[1], task=task)
    metric = metrics_of(task)[0] if metric is None else metric
    score = count_metric(metric, task)

    def scores(counts: Floats) -> Floats:
        columns = range(1, len(cells.codes))
        return np.stack([score(cells, column, counts) for column in columns], axis=1)

    resampled = bootstrap(cells, scores, n_resamples=n_resamples, random_state=random_state)
    whole = scores(cells.counts[None].astype(np.float64))[0]
    # A stream of its own: the draws of rows are then those of a comparison of single seeds.
    rng = np.random.default_rng([random_state, 1])
    ours = _mean_scores(resampled[:, :n_first], whole[:n_first], rng)
    theirs = _mean_scores(resampled[:, n_first:], whole[n_first:], rng)
    # Without the last digits, in which means of equal scores differ: ties count in the p-value.
    differences = np.round(ours - theirs, 12)
    means = float(whole[:n_first].mean()), float(whole[n_first:].mean())
    return Comparison(
        metric=metric,
        first=means[0],
        second=means[1],
        interval=percentile_interval(differences, means[0] - means[1], level),
        level=level,
        p_value=bootstrap_p(differences),
        test="paired bootstrap" + (" over rows and seeds" if len(whole) > 2 else ""),
        n=cells.n,
    )


def _mean_scores(resampled: Floats, whole: Floats, rng: np.random.Generator) -> Floats:
    """Return the resampled mean over seeds, moved by what further seeds may differ."""
    means: Floats = resampled.mean(axis=1)
    k = len(whole)
    if k == 1:
        return means
    due_to_rows = (resampled - means[:, None]).var(axis=0).mean() * k / (k - 1)
    excess = max(0.0, float(whole.var(ddof=1) - due_to_rows))
    moved: Floats = means + float(np.sqrt(excess / k)) * rng.standard_t(k - 1, len(means))
    return moved


def _runs(predictions: Any) -> list[Any]:
    """Return one column of labels per seed."""
    runs = [predictions] if _is_one_run(predictions) else list(predictions)
    if not runs:
        raise DataError("no predictions: expected one row of labels per seed, at least one")
    return runs


def _is_one_run(predictions: Any) -> bool:
    if isinstance(predictions, np.ndarray):
        return predictions.ndim == 1
    items = predictions if isinstance(predictions, Iterable) else []
    first = next(iter(items), None)
    return isinstance(first, str) or (first is not None and np.ndim(first) == 0)
