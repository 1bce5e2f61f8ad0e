"""The task itself: cross-entropy of a head on the pooled vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from langalign.data.text import Text, parts_of
from langalign.tuning.held_out import Rows
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.base import Objective
from langalign.vectors import Vectors


class TaskObjective(Objective):
    """Cross-entropy of ``head(features(between(vector)))`` on labelled texts.

    Parameters
    ----------
    texts
        n texts or pairs of texts.
    codes
        Class numbers, shape (n,).
    training, held_out
        Row numbers to train on and to stop by.
    siamese
        Whether the two texts of a pair are encoded separately, and the head sees
        ``[u, v, |u - v|, u * v]``.
    between
        What each text's vector goes through before the head; it is not trained.
    head
        From features to class scores; set before the first loss.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        codes: Rows,
        *,
        training: Rows,
        held_out: Rows,
        siamese: bool,
        between: torch.nn.Module | None = None,
        head: torch.nn.Module | None = None,
    ) -> None:
        lengths = [sum(map(len, parts_of(text))) for text in texts]
        super().__init__(training, held_out, lengths)
        self.texts, self.codes, self.siamese = texts, torch.from_numpy(codes), siamese
        self.between = between if between is not None else torch.nn.Identity()
        self.head = head if head is not None else torch.nn.Identity()

    def loss(self, lm: LanguageModel, rows: Rows) -> torch.Tensor:
        """Return the mean cross-entropy of these rows."""
        scores = self.head(self.features(lm, rows))
        return torch.nn.functional.cross_entropy(scores, self.codes[rows].to(lm.device))

    def features(self, lm: LanguageModel, rows: Rows) -> torch.Tensor:
        """Return what the head sees of these rows, shape (m, d) or (m, 4 d)."""
        texts = [self.texts[row] for row in rows]
        if not self.siamese or isinstance(texts[0], str):
            mapped: torch.Tensor = self.between(lm(texts))
            return mapped
        # Premises and hypotheses differ in length: apart they are padded less.
        u = self.between(lm([text[0] for text in texts]))
        v = self.between(lm([text[1] for text in texts]))
        return torch.cat([u, v, (u - v).abs(), u * v], dim=1)

    def training_features(self, lm: LanguageModel, batch_size: int) -> tuple[Vectors, Rows]:
        """Return the training rows' features as the model stands, and their classes."""
        parts, rows = [], []
        with torch.no_grad():
            for batch in self.in_batches(self.training_rows, batch_size):
                parts.append(self.features(lm, batch).cpu().numpy())
                rows.append(batch)
        return np.concatenate(parts), self.codes.numpy()[np.concatenate(rows)]
