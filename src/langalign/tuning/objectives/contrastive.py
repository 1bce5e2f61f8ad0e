"""Translations near each other: symmetric InfoNCE within a batch of parallel text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from langalign.data.text import Text, parts_of
from langalign.tuning.held_out import Rows
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.base import Objective


class ContrastiveObjective(Objective):
    r"""Symmetric InfoNCE: a text's translation against the other texts of the batch.

    .. math:: L = -\frac{1}{2m} \sum_i \left(
              \log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ij}/\tau}}
              + \log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ji}/\tau}} \right)

    with the cosine similarity :math:`s_{ij}` of source text i and target text j. Texts that equal
    the row's own, in either language, are no negatives.

    Parameters
    ----------
    source, target
        The n texts of both languages, row-parallel.
    training, held_out
        Row numbers to train on and to stop by.
    temperature
        :math:`\tau`.

    References
    ----------
    van den Oord, A., Li, Y. and Vinyals, O. (2018). Representation learning with contrastive
    predictive coding. arXiv 1807.03748.
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
        self.source_ids, self.target_ids = _ids(source), _ids(target)

    def loss(self, lm: LanguageModel, rows: Rows) -> torch.Tensor:
        """Return the mean loss of these rows against each other."""
        u = torch.nn.functional.normalize(lm([self.source[row] for row in rows]), dim=1)
        v = torch.nn.functional.normalize(lm([self.target[row] for row in rows]), dim=1)
        scores = (u @ v.T / self.temperature).masked_fill(self._same(rows).to(u.device), -torch.inf)
        own = torch.arange(len(rows), device=scores.device)
        cross_entropy = torch.nn.functional.cross_entropy
        return (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2

    def _same(self, rows: Rows) -> torch.Tensor:
        """Return where row i and column j share a text and are not one row, shape (m, m)."""
        source, target = self.source_ids[rows], self.target_ids[rows]
        same = (source[:, None] == source) | (target[:, None] == target)
        np.fill_diagonal(same, val=False)
        return torch.from_numpy(same)


def _ids(texts: Sequence[Text]) -> Rows:
    numbers: dict[Text, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts])
