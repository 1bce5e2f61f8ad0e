"""What README.md and the results say is what the records say, on records with known answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_pages.differences import differences
from results_pages.distillation import distillation
from results_pages.encoding import encoding_gain
from results_pages.made_with import made_with
from results_pages.names import ONE, TWO
from results_pages.records import HUNDRED, Records
from results_pages.sentences import headline
from results_pages.tables import summary
from results_pages.word_translation import word_translation

from langalign.evaluation.intervals import Interval
from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import over_seeds

HALF = 0.02


def scores(value):
    interval = Interval(value - HALF, value + HALF)
    return Scores((value, value), (interval, interval), 1000)


def cell(setting, strategy, seed, value):
    return {
        "languages": ["en", "ko"],
        "strategy": strategy,
        "seed": seed,
        "scores": scores(value).as_dict(),
        "settings": {"setting": setting},
    }


def of_reviews(records, rows, **others):
    """Return records in which each row has two runs of one score."""
    found = {("ko", *key): over_seeds([scores(value)] * 2) for key, value in rows.items()}
    cells = [cell(*key, seed, value) for key, value in rows.items() for seed in (0, 1)]
    return replace(records, found=found, cells=cells, **others)


def aligners(**by_seed):
    rows = [
        {
            "lang": "ko",
            "task": "sentiment",
            "n_pairs": 20_000,
            "method": name,
            "score": sum(values) / len(values),
            "interval": [sum(values) / len(values) - HALF, sum(values) / len(values) + HALF],
            "by_seed": values,
        }
        for name, values in by_seed.items()
    ]
    return {"rows": rows, "sizes": {"ko": {"scored": 1000}}}


@pytest.fixture(scope="module")
def read():
    return Records.read()


def test_a_difference_is_unsure_where_intervals_overlap(read):
    # Neither mean lies in the other's interval, yet the intervals share [0.71, 0.72].
    near = of_reviews(read, {(ONE, "linear"): 0.73, HUNDRED: 0.70})
    assert differences(near, (ONE, "linear"), HUNDRED) == "Korean +3.0 (unsure)"
    apart = of_reviews(read, {(ONE, "linear"): 0.75, HUNDRED: 0.70})
    assert differences(apart, (ONE, "linear"), HUNDRED) == "Korean +5.0"


def test_each_bullet_of_the_headline_compares_within_one_setting(read):
    records = of_reviews(
        read,
        {
            (ONE, "linear"): 0.70,
            (ONE, "english-only"): 0.60,
            (TWO, "linear"): 0.80,
            (TWO, "linear, not centred"): 0.74,
            (TWO, "ten-lines"): 0.75,
            HUNDRED: 0.77,
        },
        alignment=aligners(**{"auto": [0.79, 0.77], "ten-lines": [0.74, 0.78]}),
    )
    english, ten, hundred = headline(records).splitlines()
    assert "`mini` on both sides" in english
    assert english.endswith("`linear`: Korean +10.0.")  # draws are counted where one was lost
    assert "`auto` (the default): Korean +2.0 (1 of 2 draws); `linear`: Korean +5.0;" in ten
    assert ten.endswith("`linear` without these texts: Korean -1.0 (0 of 2 draws).")
    assert hundred.endswith("`auto`: Korean +1.0 (unsure); `linear`: Korean +3.0 (unsure).")


def test_auto_stands_in_the_table_with_the_interval_that_other_rows_have(read):
    rows = {(TWO, "linear"): 0.8}
    drawn = of_reviews(read, rows, alignment=aligners(auto=[0.79, 0.77]))
    line = next(line for line in summary(drawn).splitlines() if "auto" in line)
    low, high = over_seeds([scores(0.79), scores(0.77)]).accuracy.interval.as_list()
    assert line.endswith(f"0.780 [{low:.2f}, {high:.2f}] |")
    assert "auto" not in summary(of_reviews(read, rows, alignment={}))


def test_records_of_two_days_are_both_named():
    versions = {"langalign": "1", "python": "3", "numpy": "2", "scikit-learn": "1"}
    days = ("2000-01-02T01:00:00", "2000-01-01", "2000-01-01")
    said = made_with([{"versions": versions, "date": day} for day in days])
    assert said.endswith("records of 2000-01-01 (2) and 2000-01-02 (1)")
    newer = {"versions": versions | {"numpy": "3"}, "date": days[0]}
    assert "NumPy 2 and 3" in made_with([{"versions": versions, "date": days[1]}, newer])


def test_a_distillation_of_one_draw_says_that_it_has_no_intervals(read):
    assert "without intervals" in distillation(read)
    assert {row["seed"] for row in read.distillation["rows"]} == {0}


def test_the_gain_of_onnx_is_apart_from_that_of_8_bits(read):
    rows = [
        {"way": way, "ratio": ratio}
        for way, ratio in (("onnx", 2.1), ("onnx", 2.9), ("onnx-int8", 3.5), ("onnx-int8", 5.4))
    ]
    said = encoding_gain(replace(read, encoding={"speed": {"rows": rows}, "cost": {}}))
    assert "2.1 to 2.9 times" in said
    assert "3.5 to 5.4 times" in said
    assert encoding_gain(replace(read, encoding={"speed": {}, "cost": {}})) == ""


def words(**by_method):
    """Return the record of a language: precision@1 of each method by cosine and by CSLS."""

    def precision(value):
        return {"1": {"value": value, "low": value - HALF, "high": value + HALF}}

    rows = [
        {
            "method": method,
            "scores": {"precision": {"cosine": precision(cosine), "csls": precision(csls)}},
        }
        for method, (cosine, csls) in by_method.items()
    ]
    sizes = {"train": {"words": 9, "pairs": 9}, "gold": {"words": 9}, "words": {"ko": 9}}
    return {"ko": {"rows": rows, **sizes}}


def test_words_say_where_ours_is_behind_and_where_that_is_not_sure(read):
    found = words(LangAlign=(0.20, 0.30), VecMap=(0.21, 0.25), MUSE=(0.30, 0.28))
    cosine, _, csls = word_translation(replace(read, words=found)).splitlines()[-3:]
    assert cosine.endswith("by cosine over VecMap: Korean -1.0 (unsure); over MUSE: Korean -10.0.")
    assert csls.endswith("by CSLS over VecMap: Korean +5.0; over MUSE: Korean +2.0 (unsure).")
