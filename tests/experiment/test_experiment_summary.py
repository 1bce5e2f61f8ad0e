from __future__ import annotations

import numpy as np
import pytest

from langalign.errors import DataError
from langalign.evaluation import RunRecord, compare_predictions, evaluate_predictions, over_seeds
from langalign.experiment.cells import Cell, CellResult
from langalign.experiment.summary import summarise

TRUTH = np.array(["good", "bad", "fair"])[np.random.default_rng(0).integers(0, 3, 120)].tolist()


def predictions(share_right, seed):
    """Return predictions of which a share is right."""
    rng = np.random.default_rng(seed)
    wrong = rng.permutation(len(TRUTH))[: round((1 - share_right) * len(TRUTH))]
    return tuple(
        ("bad" if label == "good" else "good") if row in wrong else label
        for row, label in enumerate(TRUTH)
    )


def result(strategy, predicted, seed=0, kappa=None, truth=TRUTH, task="classification"):
    record = RunRecord(
        task="reviews",
        languages=("en", "ko"),
        strategy=strategy,
        scores=evaluate_predictions(truth, predicted, task=task, n_resamples=200),
        seed=seed,
        settings={} if kappa is None else {"kappa": kappa},
        data={},
        encoders={},
        seconds=1.0,
    )
    return CellResult(record, predicted)


def cells(n_seeds=2, **shares):
    """Return results of strategies by the share that each gets right; ``__`` stands for ``-``."""
    kappas = {"linear": 0.6, "procrustes": 0.65, "reverse-linear": 0.7}
    names = {name: name.replace("__", "-") for name in shares}
    return {
        Cell(names[key], seed): result(
            names[key], predictions(share, 10 * i + seed), seed, kappas.get(names[key])
        )
        for i, (key, share) in enumerate(shares.items())
        for seed in range(n_seeds)
    }


@pytest.fixture(scope="module")
def found():
    return summarise(
        cells(
            linear=0.7,
            english__only=0.5,
            native__100=0.8,
            reverse__linear=0.6,
            linear__oracle=0.75,
            native=0.9,
        ),
        TRUTH,
        metric="accuracy",
    )


def test_rows_are_sorted_best_first_by_the_metric_asked_for(found):
    order = ["native", "native-100", "linear-oracle", "linear", "reverse-linear", "english-only"]
    assert [row.strategy for row in found.rows] == order
    constant = tuple(["good"] * len(TRUTH))
    spread = tuple(["good", "fair", "bad"][i % 3] for i in range(len(TRUTH)))
    both = {Cell("linear", 0): result("linear", constant)}
    both[Cell("distill", 0)] = result("distill", spread)
    tops = {name: summarise(both, TRUTH, metric=name).rows[0] for name in ("accuracy", "macro_f1")}
    assert tops["macro_f1"].strategy == "distill"
    best = max(TRUTH.count("good"), sum(map(str.__eq__, TRUTH, spread))) / len(TRUTH)
    assert tops["accuracy"].summary.accuracy.mean == best


def test_best_is_of_those_that_use_no_target_labels(found):
    assert found.best_label_free == "linear"
    assert found.row("linear").against_best is None
    assert found.row("linear").p_adjusted is None
    kinds = {row.strategy: row.kind for row in found.rows}
    assert kinds == {
        "native": "target-labels",
        "native-100": "target-labels",
        "linear-oracle": "oracle",
        "linear": "",
        "reverse-linear": "",
        "english-only": "",
    }
    assert [row.strategy for row in found.rows if row.label_free] == [
        "linear",
        "reverse-linear",
        "english-only",
    ]
    assert found.row("nothing") is None


def test_each_row_is_compared_with_the_best_and_adjusted_upwards(found):
    for row in found.rows:
        if row.strategy == found.best_label_free:
            continue
        best = found.row(found.best_label_free)
        gap = row.summary.accuracy.mean - best.summary.accuracy.mean
        assert row.against_best.difference == pytest.approx(gap)
        assert row.p_adjusted >= row.against_best.p_value
        assert row.level_with_best == (row.p_adjusted >= 0.05)
        assert len(row.records) == len(row.predicted) == row.summary.n_seeds == 2
    assert not found.row("native").level_with_best
    assert found.row("linear").level_with_best


def test_one_strategy_alone_has_nothing_to_be_compared_with():
    found = summarise(cells(linear=0.7), TRUTH, metric="accuracy")
    (row,) = found.rows
    assert (row.against_best, row.p_adjusted, found.best_label_free) == (None, None, "linear")
    assert found.row("linear").summary == over_seeds([each.scores for each in row.records])


def test_with_one_seed_it_is_the_paired_comparison_of_two_predictions():
    given = cells(1, linear=0.7, distill=0.6)
    row = summarise(given, TRUTH, metric="macro_f1").row("distill")
    first, second = (given[Cell(name, 0)].predicted for name in ("distill", "linear"))
    alone = compare_predictions(TRUTH, first, second, "macro_f1")
    assert row.against_best.difference == alone.difference
    assert row.against_best.interval.as_list() == pytest.approx(alone.interval.as_list())
    assert row.p_adjusted == row.against_best.p_value == alone.p_value


def test_the_majority_is_the_most_frequent_test_label(found):
    most = max(TRUTH.count(label) for label in set(TRUTH)) / len(TRUTH)
    assert found.majority.accuracy == most
    numbers = [float(i) for i in range(40)]
    given = {Cell("linear", 0): result("linear", tuple(numbers), 0, None, numbers, "similarity")}
    assert summarise(given, numbers, metric="spearman", task="similarity").majority is None


def test_the_choice_is_the_highest_agreement_whatever_the_test_says(found):
    assert found.chosen == "linear"  # of the forward ones
    order = np.random.default_rng(3).permutation(len(TRUTH))
    permuted = [TRUTH[row] for row in order]
    given = cells(linear=0.7, procrustes=0.6, reverse__linear=0.6, english__only=0.5)
    again = {
        cell: result(
            cell.strategy, each.predicted, cell.seed, each.record.settings.get("kappa"), permuted
        )
        for cell, each in given.items()
    }
    assert summarise(given, TRUTH, metric="accuracy").chosen == "procrustes"  # not the best
    assert summarise(again, permuted, metric="accuracy").chosen == "procrustes"
    only = cells(reverse__linear=0.6, english__only=0.5)
    assert summarise(only, TRUTH, metric="accuracy").chosen == "reverse-linear"
    assert summarise(cells(distill=0.6), TRUTH, metric="accuracy").chosen is None


def test_the_choice_is_auto_where_it_was_run():
    given = cells(linear=0.7, procrustes=0.6, auto=0.5, english__only=0.4)
    agreement = {"linear": 0.5, "procrustes": 0.9, "auto": 0.1, "english-only": None}
    given = {
        cell: result(cell.strategy, each.predicted, cell.seed, agreement[cell.strategy])
        for cell, each in given.items()
    }
    assert summarise(given, TRUTH, metric="accuracy").chosen == "auto"


def test_the_choice_is_compared_with_english_only_row_by_row(found):
    compared = found.chosen_against_plain
    means = [found.row(name).summary.accuracy.mean for name in (found.chosen, "english-only")]
    assert compared.difference == pytest.approx(means[0] - means[1])
    assert compared.n == len(TRUTH)
    alone = summarise(cells(linear=0.7), TRUTH, metric="accuracy")
    assert (alone.chosen, alone.chosen_against_plain) == ("linear", None)


@pytest.mark.parametrize("shares", [(0.7, 0.5), (0.5, 0.7)])
def test_equal_agreement_is_not_decided_by_the_test(shares):
    given = {
        Cell(name, 0): result(name, predictions(share, 1), kappa=0.5)
        for name, share in zip(("procrustes", "linear"), shares, strict=True)
    }
    assert summarise(given, TRUTH, metric="accuracy").chosen == "linear"


def test_agreement_is_the_mean_over_seeds():
    given = {
        Cell("linear", seed): result("linear", predictions(0.6, seed), seed, kappa)
        for seed, kappa in enumerate((0.4, 0.6))
    }
    assert summarise(given, TRUTH, metric="accuracy").row("linear").kappa == pytest.approx(0.5)


def test_what_failed_on_any_seed_is_left_out_whole():
    given = cells(linear=0.7, native__100=0.8)
    given[Cell("native-100", 1)] = CellResult(None, reason="one class only")
    found = summarise(given, TRUTH, metric="accuracy")
    assert found.left_out == {"native-100": "one class only"}
    assert [row.strategy for row in found.rows] == ["linear"]


def test_without_any_label_free_strategy_there_is_nothing_to_compare_with():
    given = cells(native=0.9)
    given[Cell("english-only", 0)] = CellResult(None, reason="two encoders")
    with pytest.raises(DataError, match="left out: english-only: two encoders"):
        summarise(given, TRUTH, metric="accuracy")
