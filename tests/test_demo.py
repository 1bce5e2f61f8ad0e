"""The demonstration, on one language and few strategies: what it writes, the same each time."""

from __future__ import annotations

import json
import re

import pytest

from langalign import demo
from langalign.data import bundled
from langalign.evaluation import Scores

KOREAN, SENTIMENT = {"ko": "Korean"}, {"sentiment": "Sentiment of reviews"}


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(demo, "LANGUAGES", KOREAN)
    monkeypatch.setattr(demo, "TASKS", SENTIMENT)
    monkeypatch.setattr(demo, "STRATEGIES", ("english-only", "linear"))


def test_it_writes_a_report_and_a_record_and_the_same_ones_again(small, tmp_path):
    steps = []
    outcome = demo.run_demo(tmp_path / "a", progress=lambda *step: steps.append(step))
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "report.html",
        "results.json",
    ]
    assert outcome.report == tmp_path / "a" / "report.html"
    assert [row.strategy for row in outcome.rows] == ["english-only", "linear"]
    assert {row.group for row in outcome.rows} == {"Korean sentiment"}
    assert steps == [
        ("sentiment ko: english-only", 0, 2),
        ("sentiment ko: linear", 1, 2),
        ("writing the report", 2, 2),
    ]
    assert outcome.skipped == ()
    assert outcome.seconds > 0

    test = bundled.sentiment("ko", "test")
    assert [example.text for example in outcome.examples] == list(test.texts[:4])
    assert [example.truth for example in outcome.examples] == list(test.labels[:4])
    assert all(0.5 <= example.probability <= 1 for example in outcome.examples)

    records = json.loads(outcome.record.read_text(encoding="utf-8"))
    for record, row in zip(records, outcome.rows, strict=True):
        assert (record["task"], record["languages"]) == ("sentiment", ["en", "ko"])
        assert record["strategy"] == row.strategy
        assert Scores.from_dict(record["scores"]) == row.scores
        assert row.scores.n == len(test)

    page = outcome.report.read_text(encoding="utf-8")
    assert "<html" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for words in ("Sentiment of reviews", "english-only", "Korean: threshold", test.texts[0]):
        assert words in page

    again = demo.run_demo(tmp_path / "b")
    assert timeless(again.record) == timeless(outcome.record)
    assert timeless(again.report) == timeless(outcome.report)


def timeless(path):
    """Return a file's content without dates and durations."""
    text = re.sub(r'"seconds": [\d.]+', "", path.read_text(encoding="utf-8"))
    return re.sub(r"\d{4}-\d\d-\d\d(T[\d:.+]+)?", "", text)


def test_every_strategy_of_the_demonstration_has_a_note():
    assert set(demo.STRATEGIES) == set(demo.NOTES)
    assert set(demo.NEEDS_TORCH) < set(demo.STRATEGIES)
    assert set(demo.STRATEGIES) <= set(demo.strategies.names())


@pytest.mark.parametrize("lang", demo.LANGUAGES)
def test_the_parallel_sentences_are_single_texts_of_the_training_split(lang):
    pairs = demo.parallel_sentences(lang)
    assert not pairs.is_pairs
    rows = list(zip(pairs.source, pairs.target, strict=True))
    assert len(set(rows)) == len(rows)
    tested = {text for task in ("test", "dev") for text in bundled.sentiment(lang, task).texts}
    tested |= {part for pair in bundled.nli(lang, "test").texts for part in pair}
    assert not tested & set(pairs.target)
