"""Translations near each other: symmetric InfoNCE within a batch of parallel text."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from langalign.data.text import Text, parts_of
from langalign.training.info_nce import equal_rows, info_nce, numbered
from langalign.tuning.held_out import Rows
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.base import Objective


class ContrastiveObjective(Objective):
    """A text's translation against the other texts of the batch.

    The loss is :func:`langalign.training.info_nce.info_nce`.

    Texts that equal the row's own, in either language, are no negatives.

    Parameters
    ----------
    source, target
        The n texts of both languages, row-parallel.
    training, held_out
        Row numbers to train on and to stop by.
    temperature
        What similarities are divided by.
    """

    def __init__(
        self,
        source: Sequence[Text],
        target: Sequence[Text],
        *,
        training: Rows,
        held_out: Rows,
        temperature: float,
    ) -> None:
        lengths = [sum(map(len, parts_of(text))) for text in source]
        super().__init__(training, held_out, lengths)
        self.source, self.target, self.temperature = source, target, temperature
        self.source_ids, self.target_ids = numbered(source), numbered(target)

    def loss(self, lm: LanguageModel, rows: Rows) -> torch.Tensor:
        """Return the mean loss of these rows against each other."""
        u = lm([self.source[row] for row in rows])
        v = lm([self.target[row] for row in rows])
        same = equal_rows(self.source_ids[rows], self.target_ids[rows])
        return info_nce(u, v, temperature=self.temperature, same=same)
