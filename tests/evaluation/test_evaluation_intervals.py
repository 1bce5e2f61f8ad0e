from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from langalign.errors import SettingError
from langalign.evaluation import accuracy, bootstrap_interval, macro_f1
from langalign.evaluation.cells import cells_of
from langalign.evaluation.metrics import count_metric
from langalign.evaluation.resampling import bootstrap

METRICS = {"accuracy": accuracy, "macro_f1": macro_f1}


def simulated(n, right, rng, n_classes=3):
    y = rng.choice(n_classes, n, p=np.arange(1, n_classes + 1) / sum(range(1, n_classes + 1)))
    wrong = (y + rng.integers(1, n_classes, n)) % n_classes
    return y, np.where(rng.random(n) < right, y, wrong)


@pytest.mark.parametrize("metric", METRICS)
def test_same_distribution_as_the_row_bootstrap(metric):
    rng = np.random.default_rng(1)
    y, predicted = simulated(60, 0.7, rng)
    score, cells = count_metric(metric), cells_of(y, predicted)
    ours = bootstrap(cells, lambda c: score(cells, 1, c), n_resamples=1500, random_state=0)
    rows = rng.integers(0, len(y), (1500, len(y)))
    theirs = [METRICS[metric](y[sample], predicted[sample]) for sample in rows]
    assert ks_2samp(ours, theirs).pvalue > 0.01
    assert ours.std() == pytest.approx(np.std(theirs), rel=0.08)


@pytest.mark.parametrize("metric", METRICS)
@settings(deadline=None, max_examples=40)
@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_holds_the_point_estimate(metric, pairs):
    y, predicted = zip(*pairs, strict=True)
    interval = bootstrap_interval(y, predicted, metric, n_resamples=200)
    assert METRICS[metric](y, predicted) in interval
    assert 0 <= interval.low <= interval.high <= 1


@pytest.mark.parametrize("metric", METRICS)
def test_shrinks_with_the_root_of_n(metric):
    rng = np.random.default_rng(0)
    widths = [bootstrap_interval(*simulated(n, 0.7, rng), metric).width for n in (200, 3200)]
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.2)


@pytest.mark.parametrize("metric", METRICS)
def test_covers_the_true_score_about_as_often_as_promised(metric):
    rng = np.random.default_rng(0)
    true_score = METRICS[metric](*simulated(200_000, 0.7, rng))
    hits = [
        true_score in bootstrap_interval(*simulated(200, 0.7, rng), metric, n_resamples=400)
        for _ in range(300)
    ]
    assert 0.90 <= np.mean(hits) <= 0.98


def test_wider_at_a_higher_level():
    y, predicted = simulated(200, 0.7, np.random.default_rng(0))
    widths = [bootstrap_interval(y, predicted, level=level).width for level in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)


def test_same_seed_same_interval_and_global_state_untouched():
    y, predicted = simulated(100, 0.7, np.random.default_rng(0))
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (
        bootstrap_interval(y, predicted, "macro_f1", random_state=seed) for seed in (5, 5, 6)
    )
    assert first == again != other
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_blocks_do_not_change_the_draws(monkeypatch):
    y, predicted = simulated(100, 0.7, np.random.default_rng(0))
    whole = bootstrap_interval(y, predicted)
    monkeypatch.setattr("langalign.evaluation.resampling.BLOCK", 50)
    assert bootstrap_interval(y, predicted) == whole


@pytest.mark.parametrize("setting", [{"level": 1.0}, {"n_resamples": 0}, {"metric": "f2"}])
def test_settings_without_meaning_are_refused(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        bootstrap_interval([0, 1], [0, 1], **setting)
