"""What a fit has seen, tried and chosen, for people and as a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.cli.console import plain_table, show, show_table

if TYPE_CHECKING:
    from rich.table import Table

    from langalign.agreement import Candidate, Choice, ExpectedAccuracy
    from langalign.league import League
    from langalign.model import LangAlign
    from langalign.tasks import Task

SHOWN = 5
"""Candidates in the table, the best first; the chosen one is always among them."""


def as_record(model: LangAlign, out: Path) -> dict[str, Any]:
    """Return what the summary shows, and all candidates, as one JSON-able record."""
    classifier = model.classifier_
    return {
        "model": str(out),
        "source_lang": model.source_lang,
        "target_lang": model.target_lang_,
        "direction": model.direction,
        "aligner": repr(classifier.aligner_),
        "head": repr(classifier.head_),
        "at_inference": classifier.at_inference,
        "task": model.task_,
        "classes": model.classes_.tolist(),
        "threshold": classifier.threshold_,
        "temperature": classifier.temperature_,
        "class_factors": (
            None if classifier.class_factors_ is None else classifier.class_factors_.tolist()
        ),
        "shares_without_centring": (
            None
            if classifier.shares_without_centring_ is None
            else classifier.shares_without_centring_.tolist()
        ),
        "seen": model.n_seen_,
        "cleaning": model.cleaning_.as_dict() if model.cleaning_ else None,
        "agreement": classifier.choice_.as_dict() if classifier.choice_ else None,
        "expected_accuracy": (
            classifier.expected_accuracy_.as_dict() if classifier.expected_accuracy_ else None
        ),
    }


def show_summary(model: LangAlign, out: Path) -> None:
    """Print what the fit has seen, tried and chosen, and what to do next."""
    classifier, seen = model.classifier_, model.n_seen_
    if model.cleaning_ is not None:
        show(f"Parallel text: {model.cleaning_.summary()}")
    show(
        f"Learned from {seen['labeled']:,} labelled {model.source_lang} texts, {seen['pairs']:,} "
        f"{model.source_lang}-{model.target_lang_} pairs and {seen['unlabeled']:,} unlabelled "
        f"{model.target_lang_} texts"
    )
    if "sentences" in seen:
        show(
            f"The pairs are pairs of sentences: each of {seen['sentences']:,} parallel sentences "
            "with its nearest neighbour and with a random other (--max-made-pairs)"
        )
    show()
    if classifier.choice_ is not None:
        _show_choice(classifier.choice_)
    show(f"Aligner:   {_rounded(classifier.aligner_)}, {model.direction}")
    show(f"Head:      {_rounded(classifier.head_)}")
    show(f"Inference: {classifier.at_inference}")
    show(_predicted(model))
    if model.task_ == "classification" and len(model.classes_) == 2:
        show(f"Threshold: {classifier.threshold_:.3g} (probability of {str(model.classes_[1])!r})")
    _show_probabilities(model)
    show()
    _show_shares(model)
    if classifier.expected_accuracy_ is not None:
        _show_expected(model, classifier.expected_accuracy_)
    show(f"Saved to {out}")
    show(
        "Agreement is evidence, not a test. Measure the model on labelled "
        f"{model.target_lang_} texts:\n  langalign evaluate {out} FILE"
    )


def _show_expected(model: LangAlign, expected: ExpectedAccuracy) -> None:
    """Say what to expect before any target text is labelled, and on what it rests."""
    show(
        f"Expected accuracy on {model.target_lang_} texts: {expected}, judged without labels. The "
        f"interval is made to hold {expected.level:.0%}; in a language that it was not developed "
        "on it held fewer."
    )
    if expected.low <= expected.majority:
        like = "in the labels" if model.class_shares is None else "you say"
        verb = "is" if expected.accuracy <= expected.majority else "may be"
        show(
            f"That {verb} no better than always answering the most frequent class "
            f"({expected.majority:.2f}, where classes are as frequent as {like})."
        )
    if not expected.n_texts:
        show(
            f"Judged on the pairs alone. Some {model.target_lang_} texts as they will be "
            "classified (--unlabeled FILE) make the interval narrower."
        )
    show()


def _predicted(model: LangAlign) -> str:
    names = ", ".join(map(str, model.classes_))
    by_task: dict[Task, str] = {
        "classification": f"Classes:   {names}",
        "multilabel": f"Labels:    any of {names}",
        "similarity": "Predicts:  a number",
    }
    return by_task[model.task_]


def _show_probabilities(model: LangAlign) -> None:
    """Say what is done with the head's probabilities, where anything is."""
    temperature, factors = model.classifier_.temperature_, model.classifier_.class_factors_
    if temperature != 1:
        surer = "less sure" if temperature > 1 else "surer"
        show(f"Temperature: {temperature:.3g} (probabilities are {surer} than the head's)")
    if factors is not None:
        listed = ", ".join(
            f"{label} x {factor:.3g}" for label, factor in zip(model.classes_, factors, strict=True)
        )
        show(f"Shares:    probabilities are weighed by those given: {listed}")


def _show_shares(model: LangAlign) -> None:
    """Say what centring assumed, where it was used and nothing was said about the classes."""
    without = model.classifier_.shares_without_centring_
    if without is None or model.class_shares is not None:
        return
    shares = ", ".join(
        f"{share:.0%} {label}" for label, share in zip(model.classes_, without, strict=True)
    )
    show(
        "Centred on the unlabelled texts, taking classes to be as frequent there as in the labels. "
        f"Not centred, it would predict {shares} there. Where classes are much rarer or more "
        "frequent there than in the labels, centring does harm: leave --unlabeled out, or give "
        "their shares (--class-shares LABEL=SHARE ...).\n"
    )


def _show_choice(choice: Choice) -> None:
    if choice.taught:
        show(
            f"The head also learns from {choice.taught:,} pairs, of whose label the source "
            "language's own head is sure.\n"
        )
    if choice.league is not None:
        show_league(choice.league)
    tried = len(choice.candidates)
    if tried == 1:
        only = choice.candidates[0]
        show(f"Agreement across translations: {_score(only)}\n")
        return
    pairs = f"{choice.n_pairs:,} held-out pairs"
    show(f"{tried} settings tried; agreement on {pairs} ({choice.measure}):")
    show_table(_table(choice))
    best = max(candidate.score for candidate in choice.candidates if not candidate.refused)
    if choice.candidates[choice.chosen].score < best:
        show("Of those within one standard error of the best, the most regularised is chosen.")
    show()


def show_league(league: League) -> None:
    """Print what each aligner reached, and which was taken."""
    show(f"Aligners tried on held-out pairs ({league.measure}):")
    table = plain_table("", "aligner", "score", "pairs", "seconds")
    for index, place in enumerate(league.places):
        chosen = index == league.chosen
        table.add_row(
            ">" if chosen else " ",
            place.name,
            f"{place.score:.3f} ± {place.standard_error:.3f}",
            f"{place.n_rows:,}",
            f"{place.seconds:.1f}",
            style="bold" if chosen else "",
        )
    show_table(table)
    show(f"{league.verdict}.\n")


def _table(choice: Choice) -> Table:
    order = sorted(
        range(len(choice.candidates)),
        key=lambda index: (bool(choice.candidates[index].refused), -choice.candidates[index].score),
    )
    rows = order[:SHOWN]
    if choice.chosen not in rows:
        rows = [*rows[:-1], choice.chosen]
    table = plain_table("", "aligner", "head", choice.symbol, "note")
    for index in rows:
        candidate, chosen = choice.candidates[index], index == choice.chosen
        table.add_row(
            ">" if chosen else " ",
            _settings(candidate.aligner),
            _settings(candidate.head),
            _score(candidate),
            "chosen" if chosen else candidate.refused,
            style="bold" if chosen else "",
        )
    return table


def _settings(settings: Mapping[str, Any]) -> str:
    shown = (
        f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in settings.items()
    )
    return " ".join(shown) or "as given"


def _rounded(component: Any) -> str:
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.3g}", repr(component))


def _score(candidate: Candidate) -> str:
    return f"{candidate.score:.3f} ± {candidate.standard_error:.3f}"
