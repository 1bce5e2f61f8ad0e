"""Whole comparisons: what is written, going on after a stop, kinds of task, settings."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from langalign.aligners import aligners
from langalign.data import LabeledText, bundled
from langalign.errors import (
    DataError,
    DataWarning,
    PersistenceError,
    SettingError,
    UnknownNameError,
)
from langalign.experiment.compare import USUAL_ALIGNERS, strategy_names
from langalign.strategies import strategies


def lasting(record):
    """Return a record without what differs from run to run."""
    if isinstance(record, dict):
        return {
            name: lasting(value)
            for name, value in record.items()
            if name not in ("date", "seconds")
        }
    return [lasting(each) for each in record] if isinstance(record, list) else record


def results_of(folder):
    return json.loads((folder / "results.json").read_text("utf-8"))


def test_a_run_that_was_killed_goes_on_and_ends_the_same(world, tmp_path):
    def kill_at(number):
        def progress(stage, done, total):
            if (stage, done) == ("Comparing strategies", number):
                raise KeyboardInterrupt

        return progress

    world.run(tmp_path / "whole", n_seeds=2)
    with pytest.raises(KeyboardInterrupt):
        world.run(tmp_path / "cut", n_seeds=2, progress=kill_at(5))
    cells = tmp_path / "cut" / "cells"
    assert not (tmp_path / "cut" / "results.json").exists()
    finished = {path: path.read_bytes() for path in cells.glob("*.seed*.json")}
    assert len(finished) == 5
    for path in finished:
        os.utime(path, ns=(0, 0))

    world.run(tmp_path / "cut", n_seeds=2)

    assert len(list(cells.glob("*.seed*.json"))) == 8
    for path, content in finished.items():  # not written again, so not run again
        assert (path.stat().st_mtime_ns, path.read_bytes()) == (0, content)
    assert lasting(results_of(tmp_path / "cut")) == lasting(results_of(tmp_path / "whole"))


def test_a_result_that_is_there_is_believed(world, tmp_path):
    world.run(tmp_path, strategies=["english-only", "linear"])
    path = tmp_path / "cells" / "linear.seed0.json"
    cell = json.loads(path.read_text("utf-8"))
    cell["record"]["settings"]["kappa"] = -0.25
    path.write_text(json.dumps(cell), encoding="utf-8")
    outcome = world.run(tmp_path, strategies=["linear", "distill"])
    assert outcome.summary.row("linear").kappa == -0.25
    assert {row.strategy for row in outcome.summary.rows} == {"linear", "distill"}


def test_a_damaged_result_says_what_to_do(world, tmp_path):
    world.run(tmp_path, strategies=["english-only"])
    path = tmp_path / "cells" / "english-only.seed0.json"
    path.write_text(path.read_text("utf-8")[:100], encoding="utf-8")
    with pytest.raises(PersistenceError, match="delete it to run it again"):
        world.run(tmp_path, strategies=["english-only"])


def test_another_comparison_in_the_folder_is_refused_naming_what_differs(world, tmp_path):
    given = world.data()
    world.run(tmp_path, strategies=["english-only"])
    others = {
        "data test": {"test": given["test"].take(range(40))},
        "data native": {"native": None},
        "max_pairs": {"max_pairs": 50},
        "pair_mode": {"pair_mode": "cross"},
        "metric, task": {"task": "multilabel"},
        "metric": {"metric": "macro_f1"},
    }
    for named, changes in others.items():
        with pytest.raises(SettingError, match=rf"differs in {named}\)"):
            world.run(tmp_path, strategies=["english-only"], **changes)
    # Other strategies and seeds are the same comparison.
    world.run(tmp_path, strategies=["linear"], n_seeds=2, name="films")


def test_what_is_written_is_what_is_returned(done):
    record = json.loads(done.record.read_text("utf-8"))
    assert record["kind"] == "comparison"
    assert record["languages"] == ["en", "ko"]
    assert record["advice"] == list(done.advice)
    assert record["best_label_free"] == done.summary.best_label_free
    assert record["chosen_by_agreement"] == done.summary.chosen
    assert record["left_out"].keys() == {"translated"}
    assert record["command"] == "langalign compare --out 'here & there'"
    assert [row["strategy"] for row in record["rows"]] == [
        row.strategy for row in done.summary.rows
    ]
    means = [row["scores"]["accuracy"]["mean"] for row in record["rows"]]
    assert means == sorted(means, reverse=True)
    assert all(len(row["runs"]) == 2 for row in record["rows"])
    assert {row["strategy"]: row["kind"] for row in record["rows"] if row["kind"]} == {
        "native": "target-labels",
        "native-100": "target-labels",
        "linear-oracle": "oracle",
    }
    assert set(record["data"]) == {"parallel", "labeled", "test", "native", "test_translated"}


def test_rows_that_stand_in_the_test_are_dropped_and_reported(world, tmp_path):
    given = world.data()
    repeated = LabeledText(
        [*given["native"].texts, given["test"].texts[7].upper()],
        [*given["native"].labels, given["test"].labels[7]],
        "ko",
    )
    one = world.run(tmp_path / "one", strategies=["linear", "native"], native=repeated)
    other = world.run(tmp_path / "other", strategies=["linear", "native"])
    record = results_of(tmp_path / "one")
    assert record["dropped_because_in_test"] == {"native": 1}
    assert "Rows dropped because they stand in the test: 1 of native" in one.report.read_text()
    assert record["data"] == results_of(tmp_path / "other")["data"]
    assert one.summary == replace(
        other.summary,
        rows=tuple(
            replace(row, records=mine.records)
            for row, mine in zip(other.summary.rows, one.summary.rows, strict=True)
        ),
    )


def test_texts_in_another_script_than_their_language_are_reported(world, tmp_path):
    pairs = bundled.parallel("sentiment", "en", "ko", "train").take(range(40))
    changes = {"strategies": ["english-only"], "clean": True, "parallel": pairs}
    with pytest.warns(DataWarning) as caught:
        world.run(tmp_path, **changes)
    said = [str(warning.message) for warning in caught]
    assert [line.partition(" looked at")[0] for line in said] == [
        "test: 50 of 50",
        "native: 130 of 130",
    ]


def test_the_choice_does_not_look_at_the_test_labels(world, tmp_path):
    test = world.data()["test"]
    names = ["linear", "reverse-linear", "mean-shift", "procrustes"]
    chosen = set()
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(test)).tolist()
        shuffled = replace(test, labels=tuple(test.labels[row] for row in order))
        outcome = world.run(tmp_path / str(seed), strategies=names, test=shuffled)
        kappas = {row.strategy: row.kappa for row in outcome.summary.rows}
        assert kappas[outcome.summary.chosen] == max(kappas.values())
        chosen.add((outcome.summary.chosen, *sorted(kappas.items())))
    assert len(chosen) == 1


def test_seeds_draw_pairs_where_there_is_a_limit(world, tmp_path):
    outcome = world.run(tmp_path, strategies=["linear"], n_seeds=2, max_pairs=40)
    row = outcome.summary.row("linear")
    assert [record.settings["pairs"] for record in row.records] == [40, 40]
    assert row.records[0].settings["aligner"] != row.records[1].settings["aligner"] or (
        row.predicted[0] != row.predicted[1]
    )


@pytest.mark.parametrize("kind", ["multilabel", "similarity"])
def test_other_kinds_of_task_go_the_whole_way(world, tmp_path, kind):
    label = {"multilabel": world.some_labels, "similarity": world.number}[kind]
    given = world.data(label)
    names = [*world.FAST, "linear-oracle", "distill", "linear+native-100", "native"]
    outcome = world.run(tmp_path, **given, strategies=names)
    main = {"multilabel": "macro_f1", "similarity": "spearman"}[kind]
    assert outcome.summary.metric == main
    assert len(outcome.summary.rows) == len(names)
    assert (outcome.summary.majority is None) == (kind == "similarity")
    scores = {row.strategy: row.summary.as_scores().value(main) for row in outcome.summary.rows}
    assert scores["linear"] > scores["english-only"] + 0.1
    assert scores["linear-oracle"] >= scores["linear"]


def test_pairs_of_texts_and_a_language_of_its_own(tmp_path, world):
    test = bundled.nli("ja", "test")
    outcome = world.run(
        tmp_path,
        parallel=bundled.parallel("nli", "en", "ja", "train").take(range(60)),
        labeled=bundled.nli("en", "train").take(range(90)),
        test=test.take(range(40)),
        native=None,
        strategies=["english-only", "linear"],
        source_encoder="mini",
        target_encoder="mini",
        cache=False,
    )
    assert {row.strategy for row in outcome.summary.rows} == {"english-only", "linear"}
    with pytest.raises(SettingError, match="reads single texts only"):
        world.run(
            tmp_path / "cross",
            parallel=bundled.parallel("nli", "en", "ja", "train").take(range(60)),
            labeled=bundled.nli("en", "train").take(range(90)),
            test=test,
            native=None,
            pair_mode="cross",
            source_encoder="mini",
            target_encoder="mini",
        )
    assert not (tmp_path / "cross").exists()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"n_seeds": 0}, SettingError, "n_seeds=0"),
        ({"metric": "spearman"}, SettingError, "metric='spearman': expected one of 'accuracy'"),
        ({"strategies": ["linaer"]}, UnknownNameError, "Did you mean 'linear'"),
        ({"strategies": ["native-oracle"]}, UnknownNameError, "only aligned strategies have one"),
        ({"task": "regression"}, SettingError, "task='regression'"),
        ({"pair_mode": "both"}, SettingError, "pair_mode='both'"),
        ({"test_translated": ["one"]}, DataError, "row i must be the translation of row i"),
        ({"strategies": ["native"]}, DataError, "no strategy without target labels was run"),
    ],
)
def test_mistakes_are_reported(world, tmp_path, changes, error, message):
    with pytest.raises(error, match=message):
        world.run(tmp_path / "out", **changes)
    assert not (tmp_path / "out" / "results.json").exists()


def test_the_usual_strategies_and_two_oracles_are_run_where_none_is_named():
    *usual, forward, reverse = strategy_names(None)
    assert (forward, reverse) == ("linear-oracle", "reverse-linear-oracle")
    unusual = {name for name in strategies.names() if name not in usual}
    assert {name.removeprefix("reverse-") for name in unusual} <= set(aligners.names())
    assert {"auto", "reverse-ae", "native-100", "distill", "translated"} <= set(usual)
    assert not unusual & {name for one in USUAL_ALIGNERS for name in (one, f"reverse-{one}")}
    assert strategy_names(["linear", "english-only", "linear"]) == ["linear", "english-only"]


def test_what_is_slow_is_run_last(world, tmp_path):
    order = []

    def progress(stage, done, total):
        order.append({path.name.split(".")[0] for path in (tmp_path / "cells").glob("*.seed*")})
        if any("fc" in names for names in order[-1]):
            raise KeyboardInterrupt

    pytest.importorskip("torch")
    with pytest.raises(KeyboardInterrupt):
        world.run(tmp_path, strategies=["fc", "linear", "distill"], progress=progress)
    assert order[-1] == {"fc", "linear", "distill"}


WITHOUT_TORCH = """
import sys
from langalign.data import bundled
from langalign.experiment.compare import USUAL_ALIGNERS, compare

outcome = compare(
    parallel=bundled.parallel("sentiment", "en", "ko", "train").take(range(60)),
    labeled=bundled.sentiment("en", "train").take(range(60)),
    test=bundled.sentiment("ko", "test").take(range(20)),
    strategies=["english-only", "fc", "reverse-ae"],
    n_seeds=1,
    out=sys.argv[1],
)
print(*outcome.summary.left_out.items(), sep="\\n")
"""


def test_networks_are_left_out_where_torch_is_not_installed(run_python, tmp_path):
    lines = run_python(WITHOUT_TORCH, tmp_path, hidden=("torch",)).splitlines()
    assert ["fc" in line or "reverse-ae" in line for line in lines] == [True, True]
    assert all("pip install 'langalign[torch]'" in line for line in lines)
    assert [path.name for path in (tmp_path / "cells").glob("*.seed*")] == [
        "english-only.seed0.json"
    ]


def test_a_saved_model_is_no_place_for_results(world, tmp_path):
    (tmp_path / "config.json").write_text('{"format_version": 1, "kind": "model"}', "utf-8")
    with pytest.raises(PersistenceError, match="holds a saved model"):
        world.run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]
