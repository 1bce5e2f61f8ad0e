"""The page of the paper's experiment says what its records say, on records with known answers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pages import ROOT
from results_pages.blocks import BLOCKS
from results_pages.marks import MARK, filled
from results_pages.paper.blocks import PAPER_BLOCKS
from results_pages.paper.choice import choice, inference_ceiling
from results_pages.paper.claims import against, against_english, claims, no_better_than_guessing
from results_pages.paper.labels import labels_needed, mixes
from results_pages.paper.networks import network_counts
from results_pages.paper.picture import paper_pictures
from results_pages.paper.records import NOT_MEASURED, Paper, Score
from results_pages.paper.shares import share, share_of
from results_pages.paper.tables import strategies
from results_pages.records import Records

from langalign.evaluation.intervals import Interval
from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import over_seeds

HALF = 0.02
PAGE = (ROOT / "docs" / "paper.md").read_text("utf-8")


def row(strategy, value):
    interval = Interval(value - HALF, value + HALF)
    scores = Scores((value, value), (interval, interval), 1000)
    oracle = strategy.endswith("-oracle")
    run = {"seed": 0, "scores": scores.as_dict(), "seconds": 2.0}
    return {
        "strategy": strategy,
        "kind": "oracle" if oracle else "target-labels" if "native" in strategy else "",
        "scores": over_seeds([scores]).as_dict(),
        "seconds": 2.0,
        "runs": [run],
    }


def record(task="sentiment-ko", setting="mini", majority=0.5, chosen="linear", **values):
    scores = {name.replace("_", "-"): value for name, value in values.items()}
    guess = Scores((majority, majority), (Interval(majority, majority),) * 2, 1000)
    return {
        "metric": "accuracy",
        "task": task,
        "languages": ["en", task[-2:]],
        "setting": setting,
        "majority": guess.as_dict(),
        "chosen_by_agreement": chosen,
        "rows": [row(name, value) for name, value in scores.items()],
        "left_out": {"translated": "no translations"},
        "sizes": {"parallel": 100, "labeled": 80},
        "dropped_because_in_test": {"labeled": 3},
        "max_pairs": 100,
        "versions": {"langalign": "1", "python": "3", "numpy": "2", "scikit-learn": "1"},
        "date": "2000-01-01T00:00:00+00:00",
    }


@pytest.fixture(scope="module")
def read():
    return Records.read()


def records_of(read, *records):
    return replace(read, paper=Paper.of(records))


def test_a_share_lies_in_an_interval_that_all_three_scores_widen():
    exact = [Score(value, Interval(value, value)) for value in (0.7, 0.5, 0.9)]
    assert share(*exact).value == pytest.approx(0.5)
    assert share(*exact).interval.width == 0
    wide = [Score(value, Interval(value - 0.03, value + 0.01)) for value in (0.7, 0.5, 0.9)]
    found = share(*wide).interval
    # s = (c - g) / (n - g): ds/dc = 1 / 0.4, ds/dn = ds/dg = -0.5 / 0.4.
    assert found.low == pytest.approx(0.5 - (0.03**2 + 2 * 0.005**2) ** 0.5 / 0.4)
    assert found.high == pytest.approx(0.5 + (0.01**2 + 2 * 0.015**2) ** 0.5 / 0.4)


def test_no_share_is_given_of_a_ceiling_that_is_not_above_guessing():
    paper = Paper.of([record(linear=0.51, native=0.515), record("nli-ko", linear=0.6, native=0.7)])
    low, high = paper.comparisons
    assert share_of(low) is None
    assert share_of(high).value == pytest.approx(0.5)


def test_the_ceiling_of_emotion_is_translated_data():
    only = Paper.of([record("emotion-ko", linear=0.6, translated=0.7, native=0.9)]).comparisons[0]
    assert only.ceiling.value == pytest.approx(0.7)


def test_claims_count_losses_ties_and_wins(read):
    paper = Paper.of(
        [
            record("sentiment-ko", linear=0.6, english_only=0.7, native=0.8),
            record("sentiment-zh", linear=0.7, english_only=0.69, native=0.71),
            record("sentiment-ja", linear=0.51, english_only=0.4, native=0.4),
        ]
    )
    tally = against_english(paper)
    assert (tally.below, tally.level, tally.above) == (
        ["Korean sentiment"],
        ["Chinese sentiment"],
        ["Japanese sentiment"],
    )
    assert no_better_than_guessing(paper) == ["Japanese sentiment"]
    # A rival that is no better than guessing is no rival.
    native, left_out = against(paper, "native")
    assert (native.below, native.level) == (["Korean sentiment"], ["Chinese sentiment"])
    assert left_out == ["Japanese sentiment"]
    text = claims(replace(read, paper=paper))
    assert "clearly below English-only in 1 of 3 (Korean sentiment)" in text
    assert "all native labels it holds: clearly below in 1 of 2 cells, equal in 1" in text
    assert "training on translations: this is not measured" in text


def test_macro_f1_alone_does_not_lift_a_choice_above_guessing(read):
    found = record("nli-ko", majority=0.4, linear=0.45, native=0.6)
    found["metric"] = "macro_f1"
    found["majority"]["macro_f1"] = 0.17
    found["majority"]["macro_f1_interval"] = [0.17, 0.17]
    assert no_better_than_guessing(Paper.of([found])) == []
    for each in found["rows"]:
        each["scores"]["accuracy"]["interval"] = [0.39, 0.41]
    assert no_better_than_guessing(Paper.of([found])) == ["Korean inference"]
    assert "in 0 of 1 languages" in inference_ceiling(records_of(read, found))


def test_english_only_of_one_encoder_stands_beside_two():
    two = record(setting="MiniLM -> mini", linear=0.7)
    paper = Paper.of([record(linear=0.6, english_only=0.55), two])
    assert [paper.english_only(each).value for each in paper.comparisons] == [0.55, 0.55]
    assert Paper.of([two]).english_only(Paper.of([two]).comparisons[0]) is None


def test_tables_keep_the_order_mark_what_is_no_result_and_drop_nothing(read):
    found = record(**{"native": 0.8, "new-one": 0.61, "linear-oracle": 0.75, "linear": 0.7})
    lines = strategies("sentiment")(records_of(read, found)).splitlines()
    names = [line.split(" | ")[1] for line in lines if "0." in line]
    assert names == ["majority class", "`linear`", "`native`", "`linear-oracle`", "`new-one`"]
    assert "**0.700 [0.68, 0.72]**" in lines[5]
    assert "*0.750 [0.73, 0.77]*" in lines[7]


def test_inference_tells_shares_only_where_native_training_works(read):
    text = inference_ceiling(
        records_of(
            read, record("nli-ko", linear=0.6, native=0.7), record("nli-zh", linear=0.5, native=0.5)
        )
    )
    assert "in 1 of 2 languages (Korean)" in text
    table = text.partition("share of that margin")[2]
    assert "Korean | 50%" in table
    assert "Chinese" not in table


def test_the_choice_says_which_aligners_auto_took_where_the_records_do(read):
    found = record(auto=0.7, english_only=0.5, native=0.8, chosen="auto")
    assert "| Korean | `auto` | 0.700" in choice("sentiment")(records_of(read, found))
    (auto,) = (each for each in found["rows"] if each["strategy"] == "auto")
    took = ("procrustes", "mean-shift", "procrustes")
    auto["runs"] = [auto["runs"][0] | {"settings": {"aligner_name": name}} for name in took]
    text = choice("sentiment")(records_of(read, found))
    assert "| `auto`: `procrustes` in 2, `mean-shift` in 1 | 0.700" in text
    same = record(**{"reverse-linear": 0.7}, english_only=0.5, chosen="reverse-linear")
    same["rows"][0]["runs"][0]["settings"] = {"aligner_name": "linear"}
    assert "| `reverse-linear` | 0.700" in choice("sentiment")(records_of(read, same))


def test_labels_needed_leniently_and_by_the_mean(read):
    found = record(linear=0.7, native_100=0.67, native_500=0.72, native=0.8)
    assert labels_needed(records_of(read, found)).endswith("| 100 | 500 |")
    found = record(linear=0.9, native_100=0.67, native=0.8)
    assert labels_needed(records_of(read, found)).count("more than there are") == 2


def test_mixes_count_draws(read):
    found = record(native_100=0.6, **{"linear+native-100": 0.65})
    assert "+5.0 (1 of 1 draws)" in mixes(records_of(read, found))


def test_networks_are_counted_against_the_closed_form(read):
    text = network_counts(records_of(read, record(linear=0.7, fc=0.6, ae=0.69)))
    assert "`fc` is behind `linear` in 1 of 1 cells, clearly in 1; clearly ahead in 0." in text
    assert "`ae` is behind `linear` in 1 of 1 cells, clearly in 0; clearly ahead in 0." in text


@pytest.mark.parametrize(
    "records",
    [(), (record(),), (record(chosen=None, native=0.8), record("nli-ja", linear=0.6))],
    ids=["no record", "nothing but guessing", "nothing chosen"],
)
def test_the_page_stands_on_any_part_of_the_records(read, records):
    found = records_of(read, *records)
    text = filled(PAGE, found)
    assert NOT_MEASURED in text
    assert "None" not in text
    assert filled(text, found) == text
    assert bool(paper_pictures(found)) == ("](paper.svg)" in text)


def test_every_place_of_the_experiment_stands_on_a_page():
    pages = PAGE + (ROOT / "README.md").read_text("utf-8")
    assert set(PAPER_BLOCKS) <= {name for _, name, _ in MARK.findall(pages)}
    assert len(re.findall("<!-- results: ", PAGE)) == len(MARK.findall(PAGE))
    assert set(PAPER_BLOCKS) <= set(BLOCKS)
