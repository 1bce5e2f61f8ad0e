"""Correlations against SciPy's, plain and of rows that occur several times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from langalign.correlation import pearson, spearman

PAIRS = {"pearson": (pearson, stats.pearsonr), "spearman": (spearman, stats.spearmanr)}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(PAIRS)), st.integers(3, 40), st.integers(2, 9), st.integers(0, 999))
def test_correlation_is_scipys_also_with_ties_and_weights(name, n, distinct, seed):
    ours, theirs = PAIRS[name]
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, distinct, n).astype(float), rng.normal(size=n).round(1)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=5)
    for row, found in zip(counts, ours(x, y, counts.astype(float)), strict=True):
        repeated = np.repeat(x, row), np.repeat(y, row)
        flat = min(len(set(side)) for side in repeated) == 1
        assert found == pytest.approx(0.0 if flat else theirs(*repeated).statistic, abs=1e-9)
    assert ours(x, y) == pytest.approx(ours(x, y, np.ones((1, n))))


@pytest.mark.parametrize("name", sorted(PAIRS))
@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9])
def test_a_constant_correlates_with_nothing(name, constant):
    assert PAIRS[name][0](np.full(7, constant), np.arange(7.0)).tolist() == [0.0]


def test_units_and_origins_do_not_count():
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    for found in (pearson(1e-6 * x + 3, 1e6 * y - 1), pearson(x, y)):
        assert found == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-9)
    assert spearman(np.exp(x), y**3) == pytest.approx(spearman(x, y))
