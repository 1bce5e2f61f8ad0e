"""The README.md of a saved model: what it is, what it was made of, how to use it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langalign.card_facts import CardFacts
from langalign.encoders.resolve import NOT_SAVED
from langalign.heads import Head
from langalign.inputs.spaces import is_ready
from langalign.tasks import SIMILARITY
from langalign.version import __version__

if TYPE_CHECKING:
    from langalign.alignment.aligned_classifier import AlignedClassifier
    from langalign.model import LangAlign

PIPELINE = "text-classification"


def model_card(model: LangAlign, encoders: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the model card of a fitted model as Markdown with a YAML header.

    Parameters
    ----------
    model
        Fitted; its ``card_``, where it has one, holds licence, data and scores.
    encoders
        Descriptions of the ``source`` and the ``target`` encoder.
    """
    classifier, seen = model.classifier_, model.n_seen_
    facts = getattr(model, "card_", CardFacts())
    target = model.target_lang_ or "und"
    labels = ", ".join(f"`{label}`" for label in classifier.classes_) or "none, it predicts numbers"
    lines = [
        *_header(model, facts),
        f"# Text classifier for `{target}`, carried over from `{model.source_lang}`",
        "",
        f"Labels: {labels}. Fitted with LangAlign {__version__} without any `{target}` label, on "
        f"{seen['labeled']:,} labelled `{model.source_lang}` texts, {seen['pairs']:,} parallel "
        f"texts{_made(seen)} and {seen['unlabeled']:,} unlabelled `{target}` texts.",
        "",
        *_parts(model, encoders),
        "",
        "## Data",
        "",
        *([f"- {_line(each)}" for each in facts.data] or ["Nobody named the data."]),
        "",
        *_score_table(facts),
        "## Use",
        "",
        "```python",
        "from langalign import LangAlign",
        "",
        f'model = LangAlign.from_pretrained("this/model"{_missing(model, encoders["target"])})',
        f"model.predict({_question(model)})",
        "```",
        "",
        "A name on the hub or a folder; loading runs no code that comes with it.",
        "",
        "## Limits",
        "",
        *_limits(model, facts, target),
    ]
    return "\n".join(lines) + "\n"


def _header(model: LangAlign, facts: CardFacts) -> list[str]:
    """Return the YAML that machines read; JSON is YAML, and quotes what needs it."""
    languages = [model.source_lang, model.target_lang_ or "und"]  # a bare ``no`` is false in YAML
    results = [
        {
            "task": {"type": PIPELINE},
            "dataset": {"name": name, "type": "other"},
            "metrics": [
                {"type": metric, "value": value}
                for metric, value in zip(scores.metrics, scores.values, strict=True)
            ],
        }
        for name, scores in facts.scores.items()
    ]
    index = [{"name": "langalign", "results": results}]
    return [
        "---",
        "library_name: langalign",
        f"license: {facts.license or 'unknown'}",
        f"language: {json.dumps(languages)}",
        f"pipeline_tag: {PIPELINE}",
        'tags: ["cross-lingual", "langalign"]',
        *([f"model-index: {json.dumps(index, ensure_ascii=False)}"] if results else []),
        "---",
        "",
    ]


def _parts(model: LangAlign, encoders: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the table of what the model is made of."""
    classifier = model.classifier_
    return [
        "| part | value |",
        "|---|---|",
        f"| direction | {model.direction} |",
        f"| source encoder | {_encoder(encoders['source'], model.source_fingerprint_)} |",
        f"| target encoder | {_encoder(encoders['target'], model.target_fingerprint_)} |",
        f"| source fingerprint | `{model.source_fingerprint_}` |",
        f"| target fingerprint | `{model.target_fingerprint_}` |",
        f"| aligner | `{classifier.aligner_!r}` |",
        f"| head | `{classifier.head_!r}` |",
        f"| at inference | {_in_cell(classifier.at_inference)} |",
        f"| task | {classifier.task_} |",
        *([] if model.task_ == SIMILARITY else [f"| threshold | {classifier.threshold_:.3f} |"]),
        *_probability_rows(classifier),
        *_agreement_rows(classifier),
        *_expected_rows(classifier),
        *_example_rows(model),
    ]


def _score_table(facts: CardFacts) -> list[str]:
    if not facts.scores:
        return []
    rows = [
        f"| {_line(name)} | {scores.n:,} | {metric} | {value:.3f} | "
        f"{interval.low:.3f} to {interval.high:.3f} |"
        for name, scores in facts.scores.items()
        for metric, value, interval in zip(
            scores.metrics, scores.values, scores.intervals, strict=True
        )
    ]
    head = ["| test set | texts | metric | value | 95 % interval |", "|---|---|---|---|---|"]
    return ["## Results", "", *head, *rows, ""]


def _limits(model: LangAlign, facts: CardFacts, target: str) -> list[str]:
    unmeasured = (
        f"Accuracy on `{target}` text was not measured when this card was written: agreement "
        "across translation pairs is evidence, not a test. "
    )
    return [
        f"{'' if facts.scores else unmeasured}Measure it on labelled texts of your own "
        "(`langalign evaluate`) before you rely on it. Errors of the "
        f"`{model.source_lang}` labels and gaps of the parallel text are carried over."
    ]


def _line(text: str) -> str:
    """Return free text as what stands on one line, also in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _made(seen: Mapping[str, int]) -> str:
    return f" (pairs made of {seen['sentences']:,} sentences)" if "sentences" in seen else ""


def _encoder(description: Mapping[str, Any], fingerprint: str) -> str:
    if is_ready(fingerprint):
        return f"none: ready vectors of width {fingerprint.partition(':')[2]}"
    name = description.get("name") or description.get("model") or description["path"]
    return f"`{name}` ({description['type']})"


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def _missing(model: LangAlign, target: Mapping[str, Any]) -> str:
    """Return the arguments without which the folder cannot be loaded and used."""
    head = "" if isinstance(model.classifier_.head_, Head) else ", head=classifier"
    saved = is_ready(model.target_fingerprint_) or target["type"] not in NOT_SAVED
    return head + ("" if saved else ", target_encoder=encoder")


def _question(model: LangAlign) -> str:
    if is_ready(model.target_fingerprint_):
        return "vectors"
    return '[("...", "...")]' if model.takes_pairs_ else '["..."]'


def _probability_rows(classifier: AlignedClassifier) -> list[str]:
    """Say what is done with the head's probabilities, where anything is."""
    rows = []
    if classifier.temperature_ != 1:
        rows.append(f"| temperature | {classifier.temperature_:.3f} |")
    if classifier.class_factors_ is not None:
        factors = zip(classifier.classes_, classifier.class_factors_, strict=True)
        listed = ", ".join(f"`{label}` x {factor:.3g}" for label, factor in factors)
        rows.append(f"| probabilities weighed by class shares | {listed} |")
    return rows


def _expected_rows(classifier: AlignedClassifier) -> list[str]:
    expected = classifier.expected_accuracy_
    return [f"| expected accuracy, judged without labels | {expected} |"] if expected else []


def _example_rows(model: LangAlign) -> list[str]:
    if model.examples_ is None:
        return []
    return [f"| labelled texts in this folder (`examples/`) | {len(model.examples_):,} |"]


def _agreement_rows(classifier: Any) -> list[str]:
    choice = classifier.choice_
    if choice is None:
        return []
    candidate = choice.candidates[choice.chosen]
    counted = "" if classifier.task_ == SIMILARITY else " on which the source head is confident"
    return [
        f"| agreement ({choice.measure}) | {candidate.score:.3f} on {choice.n_pairs:,} held-out "
        f"pairs{counted} |"
    ]
