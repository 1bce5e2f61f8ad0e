"""From data to objectives: rows held out, a head to begin with, pairs split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from langalign.data.groups import text_groups
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.heads.logistic import LogisticHead
from langalign.tuning.dense import head_network
from langalign.tuning.held_out import split_groups, split_labeled
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.contrastive import ContrastiveObjective
from langalign.tuning.objectives.task import TaskObjective
from langalign.tuning.settings import TuningSettings


def task_objective(
    labeled: LabeledText,
    lm: LanguageModel,
    pair_mode: str,
    settings: TuningSettings,
    random_state: int,
) -> TaskObjective:
    """Return the task's objective; its head starts at its best for the vectors as they are."""
    _, codes = np.unique(np.asarray(labeled.labels), return_inverse=True)
    training, held_out = split_labeled(
        labeled.texts, codes, settings.validation_fraction, random_state
    )
    objective = TaskObjective(
        labeled.texts,
        codes,
        training=training,
        held_out=held_out,
        siamese=pair_mode == "siamese",
    )
    features, classes = objective.training_features(lm, settings.batch_size)
    objective.head = head_network(LogisticHead().fit(features, classes))
    return objective


def contrastive_objective(
    parallel: ParallelText, pair_mode: str, settings: TuningSettings, random_state: int
) -> ContrastiveObjective:
    """Return the contrastive objective; siamese pairs of texts are split."""
    if parallel.is_pairs and pair_mode == "siamese":
        parallel = ParallelText(
            _apart(parallel.source),
            _apart(parallel.target),
            parallel.source_lang,
            parallel.target_lang,
        )
    training, held_out = split_groups(
        text_groups(parallel), settings.validation_fraction, random_state
    )
    return ContrastiveObjective(
        parallel.source,
        parallel.target,
        training=training,
        held_out=held_out,
        temperature=settings.temperature,
    )


def _apart(texts: Sequence[Text]) -> tuple[str, ...]:
    return tuple(part for text in texts for part in text)
