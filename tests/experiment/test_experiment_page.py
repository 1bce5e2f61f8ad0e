from __future__ import annotations

import re
from dataclasses import replace

import pytest

from langalign.aligners.auto import FOR_HEADS
from langalign.data import LabeledText
from langalign.experiment.account import Account
from langalign.experiment.page import comparison_report, report_rows
from langalign.experiment.run import Setting
from langalign.report import render_report
from langalign.report.table import terminal_table


@pytest.fixture(scope="module")
def page(done):
    return done.report.read_text("utf-8")


def test_the_page_names_every_strategy_and_what_follows(done, page):
    for row in done.summary.rows:
        assert f'<th scope="row">{row.strategy}' in page
    for sentence in done.advice:
        assert sentence.replace("'", "&#39;") in page
    assert "translated: this strategy learns from translated texts" in page
    assert "langalign compare --out &#39;here &amp; there&#39;" in page
    for title in ("Every strategy", "Left out", "Confusions", "Both languages", "Texts right and"):
        assert title in page
    n_alphas = page.count(": aligner, alpha</th>")
    assert n_alphas == page.count(": head, C</th>") == 2  # one per seed
    assert "Cohen&#39;s kappa" in page


def test_the_page_asks_nobody_for_anything(page):
    assert not re.search(r"<script|<link|<iframe|@import|url\(", page)
    sources = re.findall(r'(?:src|srcset|href)="([^"]*)"', page)
    assert sources
    assert all(source.startswith(("data:image/svg+xml;base64,", "#")) for source in sources)


def test_examples_say_their_language_and_translation(done, page, world):
    assert '<div lang="ko">' in page
    assert '<div lang="en">' in page
    assert '<p class="translation">word' in page
    test = world.data()["test"]
    shown = re.findall(r'<div lang="ko">\s*<p class="text">(.*?)</p>', page)
    predicted = done.summary.row(done.summary.chosen).predicted[0]
    right = [one == other for one, other in zip(test.labels, predicted, strict=True)]
    expected = [
        [text for text, hit in zip(test.texts, right, strict=True) if hit == wanted][:6]
        for wanted in (True, False)
    ]
    assert shown == expected[0] + expected[1]


@pytest.fixture
def reported(made):
    """Return the page of a comparison's results, made again from its texts."""

    def page(outcome):
        setting = Setting(
            task="reviews", languages=("en", "ko"), data={}, encoders={}, metric="accuracy"
        )
        account = Account(experiment=made.experiment(setting), advice=outcome.advice, command="")
        return render_report(comparison_report(outcome.summary, account))

    return page


def test_the_same_results_are_the_same_page(done, reported):
    assert reported(done) == reported(done)


def test_texts_and_labels_are_escaped(world, tmp_path):
    given = world.data()
    evil = {"good": "<b>good</b>", "bad": "bad & 'worse'"}

    def turned(rows, texts=None):
        labels = [evil[label] for label in rows.labels]
        return LabeledText(rows.texts if texts is None else texts, labels, rows.lang)

    texts = [text.replace(" ", " <img/src=x> ", 1) for text in given["test"].texts]
    outcome = world.run(
        tmp_path,
        parallel=given["parallel"],
        labeled=turned(given["labeled"]),
        test=turned(given["test"], texts),
        native=None,
        name="<i>task</i>",
        strategies=["linear"],
    )
    page = outcome.report.read_text("utf-8")
    assert "<img/src" not in page
    assert "&lt;img/src=x&gt;" in page
    assert "&lt;b&gt;good&lt;/b&gt;" in page
    assert "<i>task" not in page


def test_numbers_are_shown_by_the_size_of_their_error(world, tmp_path):
    given = world.data(world.number)
    outcome = world.run(tmp_path, **given, strategies=["english-only", "linear"])
    page = outcome.report.read_text("utf-8")
    assert "smallest errors" in page
    assert "✓ right" not in page
    assert "Confusions" not in page
    found = re.search(r'<div lang="ko">.*?</h4>|<div lang="ko">.*', page, re.DOTALL).group()
    pairs = re.findall(r"predicted <b>(.*?)</b>(?:, truth <b>(.*?)</b>)?", found)[:12]
    errors = [abs(float(guess) - float(truth or guess)) for guess, truth in pairs]
    assert errors[:6] == pytest.approx(sorted(errors[:6]), abs=0.02)
    assert errors[6:] == pytest.approx(sorted(errors[6:], reverse=True), abs=0.02)
    assert max(errors[:6]) < min(errors[6:])
    # Both strengths have one name; each has its line.
    assert page.count(": aligner, alpha</th>") == page.count(": head, alpha</th>") == 1
    assert "Spearman&#39;s rho" in page


def test_sets_of_labels_are_right_in_any_spelling(world, tmp_path):
    given = world.data(world.some_labels)
    spelled = tuple(
        "great|fine" if label == "fine|great" else label for label in given["test"].labels
    )
    given["test"] = replace(given["test"], labels=spelled)
    outcome = world.run(tmp_path, **given, strategies=["english-only", "linear"])
    page = outcome.report.read_text("utf-8")
    assert "great|fine" not in page
    for guess, truth in re.findall(r"predicted <b>(.*?)</b>, truth <b>(.*?)</b>", page):
        assert guess != truth


def test_the_pages_of_one_strategy_and_of_fixed_settings_are_whole(world, tmp_path):
    page = world.run(tmp_path / "one", strategies=["english-only"]).report.read_text("utf-8")
    assert "only strategy" in page
    assert "Settings chosen by agreement" not in page
    few = world.run(tmp_path / "few", strategies=["linear"], max_pairs=20)
    assert few.summary.chosen is None
    assert "linear" in few.report.read_text("utf-8")


def test_settings_that_are_no_numbers_are_shown_as_they_are(done, reported):
    chosen = done.summary.row(done.summary.chosen)
    settings = {"aligner": {"hidden": [64, 32], "activation": "relu"}, "head": {}}
    settings |= {"kappa": 0.5, "measure": "Cohen's kappa"}
    records = tuple(replace(record, settings=settings) for record in chosen.records)
    rows = tuple(
        replace(row, records=records) if row is chosen else row for row in done.summary.rows
    )
    page = reported(replace(done, summary=replace(done.summary, rows=rows)))
    assert "[64, 32]" in page
    assert "relu" in page


def test_the_page_names_the_aligner_that_was_taken(done, reported, world, tmp_path):
    page = world.run(tmp_path, strategies=["auto", "english-only"], n_seeds=2).report.read_text(
        "utf-8"
    )
    names = re.findall(r"auto, seed (\d): aligner</th>\s*<td[^>]*>(.*?)</td>", page)
    assert [seed for seed, _ in names] == ["0", "1"]
    assert {name for _, name in names} <= set(FOR_HEADS)
    # Records of before do not say it.
    rows = tuple(
        replace(
            row,
            records=tuple(
                replace(
                    record,
                    settings={k: v for k, v in record.settings.items() if k != "aligner_name"},
                )
                for record in row.records
            ),
        )
        for row in done.summary.rows
    )
    old = reported(replace(done, summary=replace(done.summary, rows=rows)))
    assert ": aligner</th>" not in old
    assert ": aligner, alpha</th>" in old


def test_rows_say_difference_time_and_agreement(done):
    rows = {row.strategy: row for row in report_rows(done.summary, "reviews (ko)")}
    best = done.summary.best_label_free
    assert rows[best].against_best == "best without target labels"
    other = done.summary.row("english-only")
    assert rows["english-only"].against_best == (
        f"{other.against_best.difference:+.3f}, p = {other.p_adjusted:.3f}"
    )
    assert re.fullmatch(r"\d+\.\d s", rows["english-only"].note)
    assert re.fullmatch(r"\d+\.\d s; agreement -?\d\.\d\d", rows["linear"].note)
    assert rows["linear-oracle"].kind == "oracle"
    assert terminal_table(list(rows.values()), metric="accuracy")
