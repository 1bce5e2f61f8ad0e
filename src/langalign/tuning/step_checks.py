"""Checks before any step begins: a run that takes hours must not end in a mistyped name."""

from __future__ import annotations

from langalign.aligners import aligners
from langalign.aligners.auto import Auto
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.encoders.transformer import TransformerEncoder
from langalign.errors import DataError, SettingError
from langalign.heads import heads
from langalign.heads.default import default_head, settled_task
from langalign.model import LangAlign
from langalign.tuning.encoder_tuning import OBJECTIVES, trainable

EMBEDDING = ("off", *OBJECTIVES)
TASK = ("head", "full")


def require_choices(embedding: str, task: str) -> None:
    """Raise :class:`SettingError` unless the steps' names are known."""
    for name, value, known in (("embedding", embedding, EMBEDDING), ("task", task, TASK)):
        if value not in known:
            raise SettingError(f"{name}={value!r}: expected one of {', '.join(known)}")


def require_data(labeled: LabeledText, parallel: ParallelText) -> None:
    """Raise :class:`DataError` unless the data are of the kinds that are asked for."""
    for name, data, kind in (
        ("labeled", labeled, LabeledText),
        ("parallel", parallel, ParallelText),
    ):
        if not isinstance(data, kind):
            raise DataError(f"{name}: expected a {kind.__name__}, got {type(data).__name__}")


def one_encoder(model: LangAlign) -> TransformerEncoder:
    """Return the transformer that is both encoders of an unfitted model."""
    source, target = trainable(model.source_encoder), trainable(model.target_encoder)
    if repr(source) != repr(target):
        raise SettingError(
            f"source and target encoder differ ({source!r}, {target!r}): the three steps are for "
            "one language model that reads both languages; with two, use LangAlign.fit"
        )
    return source


def require_tunable(model: LangAlign, labeled: LabeledText) -> None:
    """Refuse before any work language models and heads that cannot be tuned together."""
    from langalign.tuning.dense import require_layers

    if model.direction != "forward":
        raise SettingError(
            f"direction={model.direction!r}: task='full' needs direction='forward'; or tune the "
            "head alone (task='head')"
        )
    head = model.head
    if head is None:
        head = default_head(settled_task(model.task, None, labeled.labels))
    for given, registry in ((model.aligner, aligners), (head, heads)):
        kind = registry.get(given) if isinstance(given, str) else type(given)
        if kind is not Auto:  # what it takes is checked once it is known
            require_layers(kind)
