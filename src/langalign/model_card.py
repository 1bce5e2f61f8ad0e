"""The README.md of a saved model: what it is, what it was made of, how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langalign.encoders.resolve import describe
from langalign.version import __version__

if TYPE_CHECKING:
    from langalign.model import LangAlign


def model_card(model: LangAlign) -> str:
    """Return the model card of a fitted model as Markdown with a YAML header."""
    classifier = model.classifier_
    target = getattr(model, "target_lang_", model.target_lang) or "und"
    labels = ", ".join(f"`{label}`" for label in classifier.classes_)
    seen = getattr(model, "n_seen_", {})
    lines = [
        "---",
        "library_name: langalign",
        f"language: [{model.source_lang}, {target}]",
        "pipeline_tag: text-classification",
        "---",
        "",
        f"# Text classifier for `{target}`, carried over from `{model.source_lang}`",
        "",
        f"Labels: {labels}. Fitted with LangAlign {__version__} without any `{target}` label, on "
        f"{seen.get('labeled', 0):,} labelled `{model.source_lang}` texts, "
        f"{seen.get('pairs', 0):,} parallel texts and {seen.get('unlabeled', 0):,} unlabelled "
        f"`{target}` texts.",
        "",
        "| part | value |",
        "|---|---|",
        f"| direction | {model.direction} |",
        f"| source encoder | {_encoder_name(model.source_encoder_)} |",
        f"| target encoder | {_encoder_name(model.target_encoder_)} |",
        f"| aligner | `{classifier.aligner_!r}` |",
        f"| head | `{classifier.head_!r}` |",
        f"| threshold | {classifier.threshold_:.3f} |",
        *_agreement_rows(classifier),
        "",
        "## Use",
        "",
        "```python",
        "from langalign import LangAlign",
        "",
        'model = LangAlign.load("this/folder")',
        'model.predict(["..."])',
        "```",
        "",
        "## Limits",
        "",
        f"Accuracy on `{target}` text was not measured when this card was written: agreement "
        "across translation pairs is evidence, not a test. Measure it on labelled texts of your "
        "own (`langalign evaluate`) before you rely on it. Errors of the "
        f"`{model.source_lang}` labels and gaps of the parallel text are carried over.",
    ]
    return "\n".join(lines) + "\n"


def _encoder_name(encoder: Any) -> str:
    if not hasattr(encoder, "encode"):
        return "not saved"
    described = describe(encoder)
    name = described.get("name") or described.get("model") or described.get("path")
    return f"`{name}` ({described['type']})"


def _agreement_rows(classifier: Any) -> list[str]:
    choice = classifier.choice_
    if choice is None:
        return []
    candidate = choice.candidates[choice.chosen]
    return [
        f"| agreement (Cohen's kappa) | {candidate.kappa:.3f} on {choice.n_pairs:,} held-out "
        "pairs on which the source head is confident |"
    ]
