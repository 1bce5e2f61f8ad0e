"""From data to objectives: rows held out, a head to begin with, pairs split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from langalign.data.groups import text_groups
from langalign.data.labeled import LabeledText
from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.heads.logistic import LogisticHead
from langalign.tuning.dense import head_network
from langalign.tuning.held_out import Rows, split_groups, split_labeled
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.base import Objective
from langalign.tuning.objectives.contrastive import ContrastiveObjective
from langalign.tuning.objectives.task import TaskObjective
from langalign.tuning.settings import TuningSettings


def encoder_objectives(
    data: Mapping[str, LabeledText | ParallelText],
    lm: LanguageModel,
    pair_mode: str,
    settings: TuningSettings,
    random_state: int,
) -> list[Objective]:
    """Return the objective of each kind of data: labelled texts, parallel text."""
    made: list[Objective] = []
    for given in data.values():
        if isinstance(given, LabeledText):
            made.append(_task_with_new_head(given, lm, pair_mode, settings, random_state))
        else:
            made.append(_contrastive_objective(given, pair_mode, settings, random_state))
    return made


def task_objective(
    labeled: LabeledText,
    codes: Rows,
    pair_mode: str,
    settings: TuningSettings,
    random_state: int,
    *,
    between: torch.nn.Module | None = None,
    head: torch.nn.Module | None = None,
) -> TaskObjective:
    """Return the task's objective, some rows held out; see :class:`TaskObjective`."""
    training, held_out = split_labeled(
        labeled.texts, codes, settings.validation_fraction, random_state
    )
    return TaskObjective(
        labeled.texts,
        codes,
        training=training,
        held_out=held_out,
        siamese=pair_mode == "siamese",
        between=between,
        head=head,
    )


def _task_with_new_head(
    labeled: LabeledText,
    lm: LanguageModel,
    pair_mode: str,
    settings: TuningSettings,
    random_state: int,
) -> TaskObjective:
    """Return the task's objective; its head starts at its best for the vectors as they are."""
    _, codes = np.unique(np.asarray(labeled.labels), return_inverse=True)
    objective = task_objective(labeled, codes, pair_mode, settings, random_state)
    features, classes = objective.training_features(lm, settings.batch_size)
    objective.head = head_network(LogisticHead().fit(features, classes))
    return objective


def _contrastive_objective(
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
