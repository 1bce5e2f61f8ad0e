"""``metrics.json`` of a saved model: what the fit has seen, and what it chose from what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.agreement import Candidate, Choice, ExpectedAccuracy
from langalign.card_facts import CardFacts
from langalign.data.cleaning_report import CleaningReport
from langalign.league import League

if TYPE_CHECKING:
    from langalign.alignment.aligned_classifier import AlignedClassifier
    from langalign.model import LangAlign


def record_of(model: LangAlign) -> dict[str, Any]:
    """Return what a JSON file can hold; texts that cleaning dropped stay out of it."""
    cleaning, choice = model.cleaning_, model.classifier_.choice_
    expected = model.classifier_.expected_accuracy_
    facts = getattr(model, "card_", None)
    return ({"card": facts.as_dict()} if facts else {}) | {
        "seen": model.n_seen_,
        "cleaning": _without_texts(cleaning) if cleaning else None,
        "agreement": choice.as_dict() if choice else None,
        "expected_accuracy": expected.as_dict() if expected else None,
    }


def recall(model: LangAlign, path: Path) -> None:
    """Give a model that is being loaded what :func:`record_of` returned when it was saved."""
    record = json.loads(path.read_text(encoding="utf-8"))
    cleaning, agreement = record["cleaning"], record["agreement"]
    model.n_seen_ = dict(record["seen"])
    if "card" in record:
        model.card_ = CardFacts.from_dict(record["card"])
    model.cleaning_ = CleaningReport(**cleaning, examples={}) if cleaning else None
    model.classifier_.choice_ = _choice(agreement, model.classifier_) if agreement else None
    expected = record.get("expected_accuracy")  # which models saved before there was one lack
    model.classifier_.expected_accuracy_ = (
        ExpectedAccuracy.from_dict(expected) if expected else None
    )


def _without_texts(cleaning: CleaningReport) -> dict[str, Any]:
    return {name: value for name, value in cleaning.as_dict().items() if name != "examples"}


def _choice(record: dict[str, Any], classifier: AlignedClassifier) -> Choice:
    candidates = tuple(
        # What is the score now was called kappa when there were only classes.
        Candidate(**{"score" if key == "kappa" else key: each[key] for key in each})
        for each in record["candidates"]
    )
    league = record.get("league")  # which models saved before there was one lack
    read = {
        "aligner": classifier.aligner,
        "head": classifier.head,
        "candidates": candidates,
        "league": League.from_dict(league) if league else None,
    }
    return Choice(**(record | read))
