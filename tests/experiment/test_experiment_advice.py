from __future__ import annotations

import re

import pytest

from langalign.experiment.advice import advice

BEST = 0.75


def said(made, *others, best="linear", value=BEST, chosen="linear", **options):
    """Return the advice of a summary of the best strategy and others, as one text."""
    rows = [made.row(best, value, best=value, kappa=0.6 if chosen == best else None), *others]
    return " ".join(advice(made.summary(*rows, best=best, chosen=chosen, **options)))


def native(made, size, value, p, kind="target-labels"):
    return made.row(f"native-{size}", value, best=BEST, p=p, kind=kind)


def test_few_labels_that_beat_the_best_are_to_be_had_instead(made):
    text = said(made, native(made, 100, 0.8, 0.001), native(made, 500, 0.9, 0.001))
    assert "100 native labels beat linear (Accuracy 0.800 [0.780, 0.820])" in text
    assert "label 100 native texts instead" in text
    assert "500" not in text


def test_labels_that_cannot_be_distinguished_from_the_best_are_no_advice(made):
    text = said(made, native(made, 100, 0.6, 0.001), native(made, 500, 0.76, 0.6))
    assert (
        "500 native labels and linear cannot be distinguished on 500 texts (Accuracy 0.760" in text
    )
    assert "instead" not in text
    assert "100 native" not in text


def test_labels_that_lose_are_reported_by_their_largest_number(made):
    text = said(made, native(made, 500, 0.7, 0.001), native(made, 100, 0.6, 0.001))
    assert "linear beats 500 native labels (Accuracy 0.700 [0.680, 0.720])" in text
    assert "instead" not in text


def test_a_difference_that_may_be_chance_is_none(made):
    text = said(made, native(made, 100, 0.8, 0.05))
    assert "cannot be distinguished" in text
    assert "beat" not in text


@pytest.mark.parametrize(
    ("english", "p", "relation"),
    [
        (0.74, 0.001, "row by row, linear is better."),
        (0.6, 0.3, "the two cannot be distinguished on 500 texts."),
        (0.9, 0.001, "row by row, linear is worse."),
    ],
)
def test_the_choice_and_english_only_are_compared_row_by_row(made, english, p, relation):
    other = made.row("english-only", english, best=BEST, p=0.001)
    # Of the choice minus English-only, however their intervals lie.
    against = made.row("linear", BEST, best=english, p=p).against_best
    text = said(made, other, against_plain=against)
    assert f"English-only reaches Accuracy {english:.3f}" in text
    assert relation in text
    assert "English-only reaches" not in said(made, other)


def test_the_best_and_what_cannot_be_distinguished_from_it(made):
    rows = [
        made.row("distill", 0.74, best=BEST, p=0.9),
        made.row("procrustes", 0.73, best=BEST, p=0.2),
        made.row("mean-shift", 0.6, best=BEST, p=0.001),
        made.row("native", 0.75, best=BEST, p=0.9, kind="target-labels"),
    ]
    text = said(made, *rows)
    assert "linear scores highest: Accuracy 0.750 [0.730, 0.770]." in text
    assert "It is not better than distill and procrustes beyond chance." in text


def test_one_strategy_is_not_said_to_be_the_highest(made):
    text = said(made)
    assert "linear is the only strategy without labels of the target language" in text
    assert "highest" not in text
    assert "It is not better than" not in text


@pytest.mark.parametrize(
    ("majority", "what"), [(0.74, "always the most frequent label"), (None, "no correlation")]
)
def test_nothing_is_promised_where_guessing_does_as_well(made, majority, what):
    value = 0.75 if majority else 0.01
    text = said(made, value=value, majority=majority)
    assert f"not clearly above {majority or 0:.3f}, which is {what}" in text
    assert "label some target texts" in text
    assert "label some" not in said(made, majority=0.7 if majority else None)


def test_the_choice_is_named_also_where_it_is_not_the_best(made):
    chosen = made.row("reverse-linear", 0.7, best=BEST, p=0.001, kappa=0.8)
    text = said(made, chosen, chosen="reverse-linear")
    assert "without looking at the test, is reverse-linear: Accuracy 0.700" in text
    assert "own choice" not in said(made, chosen=None)


def test_the_way_to_the_ceiling_is_a_share_of_it(made):
    ceiling = made.row("native", 0.9, best=BEST, p=0.001, kind="target-labels")
    text = said(made, ceiling, majority=0.5)
    assert "linear goes 62% of the way from guessing (0.500) to all native labels (0.900)" in text
    assert "%" not in said(made, ceiling, majority=0.8)  # below guessing there is no way
    below = made.row("native", 0.7, best=BEST, p=0.001, kind="target-labels")
    assert "%" not in said(made, below, majority=0.5)


@pytest.mark.parametrize(
    ("p", "relation"), [(0.4, "cannot be distinguished from"), (0.001, "falls behind")]
)
def test_translations_are_compared_with_the_best(made, p, relation):
    rows = [made.row(name, 0.7, best=BEST, p=p) for name in ("translated", "translate-test")]
    text = said(made, *rows)
    assert f"Training on translated texts {relation} linear: Accuracy 0.700" in text
    assert f"Translating every text to be classified {relation} linear" in text
    assert "Training on translated texts" not in said(made, best="translated", chosen=None)


def test_a_mix_stands_beside_its_labels_alone(made):
    mixed = made.row("linear+native-100", 0.78, best=BEST, kind="target-labels")
    text = said(made, native(made, 100, 0.7, 0.001), mixed)
    assert "With 100 native labels at hand" in text
    assert "makes Accuracy 0.780 [0.760, 0.800] of Accuracy 0.700 [0.680, 0.720]" in text
    assert "at hand" not in said(made, mixed)


def test_every_number_is_one_of_the_summary(made, done):
    rows = [
        made.row("linear", BEST, best=BEST, kappa=0.6),
        native(made, 100, 0.6, 0.001),
        native(made, 500, 0.8, 0.001),
        made.row("linear+native-100", 0.81, best=BEST, kind="target-labels"),
        made.row("native", 0.9, best=BEST, p=0.001, kind="target-labels"),
        made.row("english-only", 0.55, best=BEST, p=0.001),
        made.row("translated", 0.7, best=BEST, p=0.001),
    ]
    built = made.summary(*rows, best="linear", chosen="linear")
    for summary, sentences in ((built, advice(built)), (done.summary, done.advice)):
        known = {"100", "500"}
        for each in (*(row.summary.as_scores() for row in summary.rows), summary.majority):
            interval = each.interval("accuracy")
            numbers = (each.value("accuracy"), interval.low, interval.high)
            known |= {f"{value:.3f}" for value in numbers}
            known.add(str(each.n))
        text = " ".join(sentences)
        for row in summary.rows:
            text = text.replace(row.strategy, "")
        found = set(re.findall(r"\d+(?:\.\d+)?(?!\d|%|\.\d)", re.sub(r"\d+%", "", text)))
        assert found <= known
        assert len(found) > 8
