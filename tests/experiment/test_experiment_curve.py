"""Learning curves: what is run, what is shared with a comparison, and what follows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from langalign.errors import DataError, SettingError, UnknownNameError
from langalign.evaluation import Interval, Scores
from langalign.experiment.cells import Cell, CellResult
from langalign.experiment.costs import Costs
from langalign.experiment.curve import learning_curves, sentences
from langalign.experiment.measured_curve import CurvePlan, measured_curve, sizes_up_to


def curves(world, out, **changes):
    settings = {"n_seeds": 2, "clean": False, "name": "reviews"}
    encoders = {"source_encoder": world.encoder, "target_encoder": world.encoder}
    return learning_curves(out=out, **(world.data() | encoders | settings | changes))


@pytest.fixture(scope="module")
def done(world, tmp_path_factory):
    """All curves, with a plan and prices."""
    return curves(
        world,
        tmp_path_factory.mktemp("curves"),
        translated=world.data()["native"],
        wanted=0.8,
        costs=Costs(per_pair=0.1, per_label=0.5, per_translation=0.2),
        command="langalign curve --wanted 0.8",
    )


@pytest.mark.parametrize(
    ("n", "fewest", "expected"),
    [
        (1100, 100, (100, 250, 500, 1100)),
        (1000, 100, (100, 250, 500, 1000)),
        (130, 25, (25, 50, 100, 130)),
        (124, 25, (25, 50, 124)),
        (90, 100, (90,)),
    ],
)
def test_sizes_rise_to_all_there_is(n, fewest, expected):
    assert sizes_up_to(n, fewest) == expected


def test_every_curve_that_the_data_allow_is_measured(done):
    found = {name: (each.plan.unit, each.sizes) for name, each in done.curves.items()}
    assert found == {
        "linear": ("pairs", (90,)),
        "native": ("native labels", (25, 50, 100, 130)),
        "linear+native": ("native labels", (25, 50, 100, 130)),
        "translated": ("translations", (100, 130)),
    }


def test_scores_are_those_of_the_cells_over_seeds(done):
    native = done.curves["native"]
    files = [done.record.parent / "cells" / f"native.labels50.seed{seed}.json" for seed in (0, 1)]
    values = [json.loads(file.read_text("utf-8"))["record"]["scores"]["accuracy"] for file in files]
    at = native.sizes.index(50)
    assert native.scores[at].accuracy == pytest.approx(sum(values) / 2)
    assert native.curve.means[at] == pytest.approx(sum(values) / 2)


def test_the_record_holds_what_was_found(done):
    record = json.loads(done.record.read_text("utf-8"))
    assert record["kind"] == "learning curves"
    assert [each["strategy"] for each in record["curves"]] == list(done.curves)
    assert record["advice"] == list(done.advice)
    assert record["plan"]["wanted"] == 0.8
    assert record["worth"]["n_labels"] == 100
    assert record["command"] == "langalign curve --wanted 0.8"


def test_the_page_shows_every_curve_and_the_advice(done):
    page = done.report.read_text("utf-8")
    for name in ("By the number of pairs", "By the number of native labels", "linear+native"):
        assert name in page
    assert done.advice[0].split(":")[0][:20] in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_cells_are_shared_with_a_comparison_in_the_same_folder(world, tmp_path):
    world.run(tmp_path, strategies=["english-only"], n_seeds=1)
    calls = []
    curves(world, tmp_path, n_seeds=1, progress=lambda *call: calls.append(call))
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cells").iterdir()}
    curves(world, tmp_path, n_seeds=1)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cells").iterdir()}
    assert before == after
    assert any(stage == "Comparing strategies" for stage, _, _ in calls)


def test_without_native_labels_there_are_pairs_only(world, tmp_path):
    found = curves(world, tmp_path, native=None, n_seeds=1)
    assert list(found.curves) == ["linear"]
    assert found.worth is None
    assert found.plan is None


def test_prices_are_all_given_or_none(world, tmp_path):
    with pytest.raises(SettingError, match=r"no price was given for native labels"):
        curves(world, tmp_path, costs=Costs(per_pair=0.1))


def test_a_strategy_that_is_none_is_reported_first(world, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'linear'"):
        curves(world, tmp_path, strategy="linaer")
    assert not (tmp_path / "cells").exists()


def test_nothing_measured_is_an_error_with_the_reason(world, tmp_path):
    with pytest.raises(DataError, match="--native"):
        curves(world, tmp_path, native=None, strategy="linear+native")


@pytest.mark.parametrize("strategy", ["native", "translated", "translate-test", "english-only"])
def test_a_strategy_without_pairs_has_no_curve_of_pairs(world, tmp_path, strategy):
    with pytest.raises(SettingError, match=r"learns from no parallel text.* linear"):
        curves(world, tmp_path, strategy=strategy, wanted=0.5)
    assert not (tmp_path / "cells").exists()


def test_two_curves_of_one_strategy_are_both_kept(world, tmp_path):
    found = curves(world, tmp_path, strategy="linear+native", wanted=0.6, n_seeds=1)
    assert {name: each.plan.field for name, each in found.curves.items()} == {
        "linear+native over pairs": "pairs",
        "native": "labels",
        "linear+native over native labels": "labels",
    }
    assert {plan.name for plan in found.plan.plans} == set(found.curves)
    assert found.worth is None


def test_what_is_given_is_owned_and_costs_nothing(done, world):
    plans = {plan.name: plan for plan in done.plan.plans}
    assert set(plans) == set(done.curves)
    for name, plan in plans.items():
        given = done.curves[name].sizes[-1]
        for size, more, cost in (
            (plan.needed.size, plan.to_get, plan.cost),
            (plan.needed.high, plan.to_get_high, plan.cost_high),
        ):
            assert more == (None if size is None else max(0, size - given))
            price = {"pairs": 0.1, "native labels": 0.5, "translations": 0.2}[plan.unit]
            assert cost == (None if more is None else pytest.approx(more * price))
    assert any(plan.to_get == 0 and plan.cost == 0 for plan in plans.values())


def test_correlations_below_zero_have_curves_too(world, tmp_path):
    data = world.data(world.number)
    labels = list(data["test"].labels)
    turned = replace(data["test"], labels=[f"{-float(label):.2f}" for label in labels])
    found = curves(world, tmp_path, **(data | {"test": turned}), n_seeds=2, wanted=0.5)
    assert found.curves["linear"].whole.value("spearman") < 0
    assert found.curves["linear"].curve.predict(90) == 0
    assert found.report.exists()


def made(values, strategy="linear", field="pairs"):
    """Return a measured curve of given scores by size, of one seed each."""
    plan = CurvePlan(strategy, field, tuple(values))
    results = {}
    for cell in plan.cells(1):
        value = values[getattr(cell, field)]
        interval = Interval(value - 0.01, value + 0.01)
        results[cell] = CellResult(record(Scores((value, value), (interval, interval), 500)))
    return measured_curve(plan, results, 1, "accuracy")


def record(scores):
    from langalign.evaluation import RunRecord

    return RunRecord(
        task="reviews",
        languages=("en", "ko"),
        strategy="linear",
        scores=scores,
        seed=0,
        settings={},
        data={},
        encoders={},
        seconds=1.0,
    )


def test_what_twice_as_much_would_bring_follows_from_the_curve():
    rising = made({n: 0.9 - 2 * n**-0.5 for n in (100, 250, 500, 1000, 2500)})
    flat = made(dict.fromkeys((100, 250, 500, 1000, 2500), 0.7), "native", "labels")
    said = sentences({"linear": rising, "native": flat}, None, None)
    assert said[0].startswith("linear: twice as many pairs (5,000) would bring +0.01")
    assert said[1].endswith("more of them is not worth while.")


def test_a_curve_without_a_cell_is_none():
    plan = CurvePlan("translated", "translations", (100, 200))
    results = {cell: CellResult(None, reason="none") for cell in plan.cells(2)}
    assert measured_curve(plan, results, 2, "accuracy") is None
    assert plan.cells(1)[0] == Cell("translated", 0, translations=100)
