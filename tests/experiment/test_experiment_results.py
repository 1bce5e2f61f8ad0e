from __future__ import annotations

import json

import pytest

from langalign.evaluation import RunRecord
from langalign.evaluation.record import environment_versions
from langalign.experiment.account import Account
from langalign.experiment.results import as_results
from langalign.experiment.run import Setting

SETTING = Setting(
    task="reviews",
    languages=("en", "ko"),
    data={"test": "0" * 64},
    encoders={"source": "a", "target": "b"},
    max_pairs=500,
    metric="accuracy",
)


@pytest.fixture
def results(made):
    """Return the record of a summary."""

    def record(summary):
        experiment = made.experiment(SETTING, leaks={"native": 2})
        return as_results(
            summary, Account(experiment=experiment, advice=("Do.",), command="langalign")
        )

    return record


def test_all_that_was_found_can_be_written_as_json_and_read_back(done, results):
    record = json.loads(json.dumps(results(done.summary), allow_nan=False))
    assert record["max_pairs"] == 500
    assert record["dropped_because_in_test"] == {"native": 2}
    assert (record["advice"], record["command"]) == (["Do."], "langalign")
    assert record["sizes"] == {"parallel": 90, "labeled": 80, "test": 50, "native": 130}
    assert record["versions"] == environment_versions()
    assert (record["data"], record["encoders"]) == (dict(SETTING.data), dict(SETTING.encoders))
    for row, kept in zip(done.summary.rows, record["rows"], strict=True):
        assert kept["strategy"] == row.strategy
        assert kept["scores"] == row.summary.as_dict()
        assert kept["seconds"] == pytest.approx(sum(each.seconds for each in row.records))
        assert [RunRecord.from_json(json.dumps(run)) for run in kept["runs"]] == list(row.records)
        assert (kept["against_best_label_free"] is None) == (row.against_best is None)
        assert (kept["p_adjusted"], kept["kappa"]) == (row.p_adjusted, row.kappa)


def test_what_there_is_not_is_null(made, results):
    summary = made.summary(made.row("distill", 0.7, best=0.7), best="distill", majority=None)
    record = results(summary)
    assert (record["majority"], record["chosen_by_agreement"]) == (None, None)
    assert record["rows"][0]["against_best_label_free"] is None
