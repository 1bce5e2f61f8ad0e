"""On real clusters of two worker processes, one killed in mid-run: the same result."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from langalign.aligners.linear import Linear
from langalign.aligners.statistics_folder import load_statistics
from langalign.encoders.resolve import resolve


def require_same_map(statistics, X, Y):
    """Compare with the map of all pairs in one place."""
    assert statistics.n == len(X)
    merged, whole = Linear().fit_statistics(statistics), Linear().fit(X, Y)
    np.testing.assert_allclose(merged.coef_, whole.coef_, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(merged.intercept_, whole.intercept_, rtol=1e-6, atol=1e-6)


@pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra dask")
def test_dask_loses_a_worker_and_nothing_else(on_cluster, shards, tmp_path):
    names, X, Y = shards
    assert on_cluster("run_dask.py", tmp_path, *names) == "done\n"
    assert (tmp_path / "tomb").exists()
    require_same_map(load_statistics(tmp_path / "sums"), X, Y)


@pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra ray")
def test_ray_loses_an_actor_and_nothing_else(on_cluster, tmp_path):
    assert on_cluster("run_ray.py", tmp_path).endswith("done\n")
    assert (tmp_path / "tomb").exists()
    texts = [f"text number {number}" for number in range(40)]
    mini = resolve("mini")
    X, Y = mini.encode(texts), mini.encode([text + "!" for text in texts])
    require_same_map(load_statistics(tmp_path / "sums"), X, Y)
