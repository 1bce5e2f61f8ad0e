"""Metrics of sets of labels and of numbers against scikit-learn and SciPy, and what keeps them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score, f1_score

from langalign.errors import DataError, SettingError
from langalign.evaluation import (
    Interval,
    Scores,
    against_majority,
    bootstrap_interval,
    compare_predictions,
    evaluate_predictions,
    majority_predictions,
    over_seeds,
)
from langalign.evaluation.metrics import metrics_of
from langalign.tasks import TASKS, joined_rows

RNG = np.random.default_rng(0)
TRUTH = RNG.random((300, 5)) < [0.5, 0.3, 0.2, 0.05, 0.01]
FOUND = np.where(RNG.random(TRUTH.shape) < 0.15, ~TRUTH, TRUTH)
NAMES = ["a", "b", "c", "d", "e"]
SETS = joined_rows(TRUTH, NAMES), joined_rows(FOUND, NAMES)
X = RNG.normal(size=300)
NUMBERS = X.round(1), (X + RNG.normal(size=300)).round(1)
BY_TASK = {"multilabel": SETS, "similarity": NUMBERS}


def test_metrics_of_sets_are_scikit_learns():
    scores = evaluate_predictions(*SETS, task="multilabel", n_resamples=10)
    assert scores.metrics == ("macro_f1", "micro_f1", "accuracy")
    for average in ("macro", "micro"):
        expected = f1_score(TRUTH, FOUND, average=average)
        assert scores.value(f"{average}_f1") == pytest.approx(expected)
    assert scores.accuracy == accuracy_score(TRUTH, FOUND)


def test_sets_may_be_spelled_in_any_order_and_be_empty():
    scores = evaluate_predictions(["b|a", "|"], ["a|b", ""], task="multilabel", n_resamples=1)
    assert scores.values == (1.0, 1.0, 1.0)
    nothing = evaluate_predictions(["|", "|"], ["|", "|"], task="multilabel", n_resamples=1)
    assert nothing.values == (1.0, 1.0, 1.0)


def test_metrics_of_numbers_are_scipys():
    scores = evaluate_predictions(*NUMBERS, task="similarity", n_resamples=10)
    assert scores.metrics == ("spearman", "pearson")
    assert scores.value("spearman") == pytest.approx(stats.spearmanr(*NUMBERS).statistic)
    assert scores.value("pearson") == pytest.approx(stats.pearsonr(*NUMBERS).statistic)
    by_text = [column.astype(str) for column in NUMBERS]
    assert evaluate_predictions(*by_text, task="similarity", n_resamples=10) == scores


@pytest.mark.parametrize(
    ("task", "metric"), [(task, metric) for task in BY_TASK for metric in metrics_of(task)]
)
def test_intervals_are_those_of_resampled_rows(task, metric):
    interval = bootstrap_interval(*BY_TASK[task], metric, task=task, random_state=1)
    truth, found = BY_TASK[task]
    values = []
    for _ in range(300):
        drawn = RNG.integers(0, len(truth), len(truth))
        scores = evaluate_predictions(truth[drawn], found[drawn], task=task, n_resamples=1)
        values.append(scores.value(metric))
    assert interval.as_list() == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.025)


@pytest.mark.parametrize("task", TASKS)
def test_scores_and_their_summary_survive_json(task):
    columns = BY_TASK.get(task, (["a", "b"] * 50, ["a", "b", "b", "b"] * 25))
    scores = evaluate_predictions(*columns, task=task, n_resamples=50)
    content = json.loads(json.dumps(scores.as_dict()))
    assert content.get("task", "classification") == task
    assert content["interval"] == scores.interval(scores.main).as_list()
    assert Scores.from_dict(content) == scores
    summary = over_seeds([scores, scores])
    assert summary.as_scores().values == scores.values
    assert summary.spread(scores.main).mean == scores.value(scores.main)
    assert summary.as_dict()[scores.main]["mean"] == scores.value(scores.main)


def test_a_correlation_may_lie_below_zero_over_seeds():
    runs = [Scores((r, r), (Interval(-1.0, r + 0.1),) * 2, 50, "similarity") for r in (-0.9, -0.7)]
    assert over_seeds(runs).spread("spearman").interval.low == -1.0


def test_seeds_of_two_kinds_are_not_summarised():
    runs = [Scores((0.1, 0.1), (Interval(0, 1),) * 2, 50, task) for task in TASKS[::2]]
    with pytest.raises(DataError, match="classification and similarity; expected one task"):
        over_seeds(runs)


@pytest.mark.parametrize("task", BY_TASK)
def test_predictions_of_each_kind_are_compared(task):
    truth, found = BY_TASK[task]
    worse = np.random.default_rng(1).permutation(found)
    result = compare_predictions(truth, found, worse, task=task)
    assert result.metric == metrics_of(task)[0]
    assert result.better
    assert result.test == "paired bootstrap"
    assert not compare_predictions(truth, found, found, task=task).better


def test_sets_are_compared_with_the_most_frequent_set():
    assert against_majority(*SETS, task="multilabel").better
    assert not against_majority(SETS[0], ["|"] * 300, task="multilabel").better


def test_the_most_frequent_set_is_counted_in_any_spelling():
    rows = ["joy"] * 3 + ["joy|anger", "anger|joy", "anger | joy", "anger|joy|joy"]
    assert majority_predictions(rows, task="multilabel") == ["anger|joy"] * 7
    found = against_majority(rows, ["joy"] * 7, "accuracy", task="multilabel")
    assert found.second == 4 / 7


@pytest.mark.parametrize(
    ("task", "metric"), [("classification", "spearman"), ("similarity", "accuracy")]
)
def test_a_metric_of_another_kind_is_refused(task, metric):
    columns = BY_TASK.get(task, (["a", "b"], ["a", "b"]))
    scores = evaluate_predictions(*columns, task=task, n_resamples=1)
    for ask in (
        lambda: scores.value(metric),
        lambda: over_seeds([scores]).spread(metric),
        lambda: bootstrap_interval(*columns, metric, task=task),
    ):
        with pytest.raises(SettingError, match=f"metric='{metric}': expected one of"):
            ask()


def test_what_is_no_number_is_named():
    with pytest.raises(DataError, match="row 1 is 'warm', not a finite number"):
        evaluate_predictions(["1", "warm"], [1, 2], task="similarity")
