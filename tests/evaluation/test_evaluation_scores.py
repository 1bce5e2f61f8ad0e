from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from langalign.errors import DataError
from langalign.evaluation import (
    Interval,
    RunRecord,
    Scores,
    bootstrap_interval,
    environment_versions,
    evaluate_predictions,
    over_seeds,
    wilson_interval,
)

TRUTH = ["a", "b"] * 50
PREDICTED = ["a", "b"] * 40 + ["b", "a"] * 10


def run(accuracy, half=0.03, n=500):
    interval = Interval(accuracy - half, accuracy + half)
    return Scores((accuracy, accuracy), (interval, interval), n)


def record(**changes):
    fields = {
        "task": "sentiment",
        "languages": ("en", "ko"),
        "strategy": "linear",
        "scores": evaluate_predictions(TRUTH, PREDICTED),
        "seed": 3,
        "settings": {"alpha": 1.0, "note": "한국어"},
        "data": {"test.tsv": "ab" * 32},
        "encoders": {"source": "mini-1"},
        "seconds": 1.5,
    }
    return RunRecord(**(fields | changes))


def test_scores_and_their_intervals_belong_together():
    scores = evaluate_predictions(TRUTH, PREDICTED, random_state=4)
    assert (scores.accuracy, scores.n) == (0.8, 100)
    expected = bootstrap_interval(TRUTH, PREDICTED, "macro_f1", random_state=4)
    assert scores.macro_f1_interval == expected == scores.interval("macro_f1")
    assert scores.value("accuracy") == 0.8


def test_few_rows_without_an_error_are_no_certainty():
    low, high = evaluate_predictions(["a", "b"], ["a", "b"]).accuracy_interval.as_list()
    assert high == 1
    assert low == wilson_interval(2, 2).low == pytest.approx(0.342, abs=0.001)
    scores = evaluate_predictions(["a", "a|b", "|"], ["a", "a", "|"], task="multilabel")
    assert scores.accuracy_interval == wilson_interval(2, 3)


def test_scores_survive_json():
    scores = evaluate_predictions(np.array(TRUTH), np.array(PREDICTED))
    content = json.loads(json.dumps(scores.as_dict()))
    assert set(content) == {"accuracy", "macro_f1", "n", "interval", "macro_f1_interval"}
    assert Scores.from_dict(content) == scores


@pytest.mark.parametrize("damage", [{"accuracy": "high"}, {"interval": [1]}, {"interval": None}])
def test_damaged_scores_are_refused(damage):
    with pytest.raises(DataError, match="not a record of scores"):
        Scores.from_dict(run(0.7).as_dict() | damage)


def test_over_seeds_by_hand():
    summary = over_seeds([run(0.70), run(0.72), run(0.80)])
    spread = summary.accuracy
    assert spread.mean == pytest.approx(0.74)
    assert spread.std == pytest.approx(np.std([0.70, 0.72, 0.80], ddof=1))
    assert (spread.min, spread.max, summary.n_seeds, summary.n) == (0.70, 0.80, 3, 500)
    by_seed = 4.302653 * spread.std * np.sqrt(4 / 3)
    assert spread.interval.low == pytest.approx(0.74 - np.hypot(0.03, by_seed))
    assert json.loads(json.dumps(summary.as_dict()))["accuracy"]["mean"] == spread.mean
    assert summary.as_scores().accuracy_interval == spread.interval


def test_equal_seeds_leave_the_sampling_of_test_rows():
    for runs in ([run(0.7)], [run(0.7)] * 5):
        interval = over_seeds(runs).accuracy.interval
        assert interval.as_list() == pytest.approx([0.67, 0.73])


def test_over_seeds_stays_a_share():
    interval = over_seeds([run(0.5), run(1.0)]).accuracy.interval
    assert interval == Interval(0.0, 1.0)


@pytest.mark.parametrize("runs", [[], [run(0.7, n=10), run(0.7, n=20)]])
def test_over_seeds_needs_the_same_rows(runs):
    with pytest.raises(DataError, match="same test rows"):
        over_seeds(runs)


def test_interval_over_seeds_covers_a_further_run():
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(120):
        y = rng.integers(0, 2, 300)
        true_scores = np.clip(rng.normal(0.75, 0.02, 4), 0, 1)
        seeds = [
            evaluate_predictions(y, np.where(rng.random(300) < p, y, 1 - y), n_resamples=200)
            for p in true_scores[:3]
        ]
        hits.append(true_scores[3] in over_seeds(seeds).accuracy.interval)
    assert np.mean(hits) >= 0.93


def test_record_survives_json_and_says_what_made_it():
    made = record()
    text = made.to_json()
    assert RunRecord.from_json(text) == made
    assert text == RunRecord.from_json(text).to_json()
    assert "한국어" in text
    assert made.versions == environment_versions()
    assert made.date.endswith("+00:00")


def test_record_refuses_what_is_no_checksum_or_no_json():
    with pytest.raises(DataError, match="SHA-256"):
        record(data={"test.tsv": "unknown"})
    with pytest.raises(DataError, match="settings may hold"):
        record(settings={"alpha": float("nan")}).to_json()
    with pytest.raises(DataError, match="settings may hold"):
        record(settings={"alpha": object()}).to_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": 1}', "3"])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(DataError, match="not a run record"):
        RunRecord.from_json(text)


def test_record_of_a_newer_format_is_refused():
    newer = record().to_json().replace('"format_version": 1', '"format_version": 9')
    with pytest.raises(DataError, match="format 9"):
        RunRecord.from_json(newer)


def test_importing_loads_nothing_heavy():
    heavy = "{'sklearn', 'scipy', 'matplotlib', 'jinja2', 'rich', 'torch'}"
    code = (
        "import sys, langalign.evaluation, langalign.report;"
        f"loaded = {heavy} & set(sys.modules); assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
