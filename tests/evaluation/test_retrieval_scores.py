"""Scores of retrieval: known answers, and intervals that cover what they should."""

from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import VectorError
from langalign.evaluation.retrieval_scores import evaluate_retrieval


def test_known_answers():
    keys = np.eye(20)
    keys[[0, 1]] = keys[[1, 0]]
    scores = evaluate_retrieval(np.eye(20) + 0.01 * np.eye(20)[::-1], keys)
    assert scores.values["precision@1"] == 0.9
    assert scores.values["xsim"] == pytest.approx(0.1)
    assert scores.values["precision@5"] == 1
    assert scores.values["mrr"] == pytest.approx((18 + 2 / 3) / 20)
    assert scores.n == 20


def test_intervals_are_those_of_the_row_bootstrap():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    scores = evaluate_retrieval(X, X + rng.normal(size=X.shape))
    share = scores.values["precision@1"]
    low, high = scores.intervals["precision@1"].as_list()
    error = np.sqrt(share * (1 - share) / 300)
    assert low == pytest.approx(share - 1.96 * error, abs=0.01)
    assert high == pytest.approx(share + 1.96 * error, abs=0.01)
    assert share < scores.values["mrr"] < scores.values["precision@10"]
    assert scores.values["mrr"] in scores.intervals["mrr"]
    assert set(scores.as_dict()["intervals"]) == set(scores.values)


def test_a_share_without_an_error_is_no_more_certain_than_its_queries():
    scores = evaluate_retrieval(np.eye(20), np.eye(20))
    for name, certain in (("precision@1", 1.0), ("xsim", 0.0)):
        assert scores.values[name] == certain
        interval = scores.intervals[name]
        # Wilson's: z^2 / (n + z^2) = 0.161 for 20 queries.
        assert certain in interval
        assert interval.width == pytest.approx(1.96**2 / (20 + 1.96**2), abs=1e-3)


def test_sides_of_different_length():
    with pytest.raises(VectorError, match="3 rows"):
        evaluate_retrieval(np.eye(3), np.eye(3)[:2])
