"""The language model and its objectives as one network: the sum of the losses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from langalign.errors import SettingError
from langalign.tuning.language_model import LanguageModel
from langalign.tuning.objectives.base import Objective

HEAD_SPEED = 10
"""A head learns so many times as fast as the language model below it."""


class Total(torch.nn.Module):
    """A language model with one or more objectives.

    An epoch is a pass over the objective with most rows; of the others each batch holds as many
    rows, and theirs come round more than once.

    Parameters
    ----------
    lm
        The language model.
    objectives
        What is minimised, summed.
    """

    def __init__(self, lm: LanguageModel, objectives: Sequence[Objective]) -> None:
        super().__init__()
        self.lm = lm
        self.objectives = torch.nn.ModuleList(objectives).to(lm.device)

    @property
    def n_rows(self) -> int:
        """Rows of an epoch."""
        return len(self._largest.training_rows)

    @property
    def lengths(self) -> torch.Tensor:
        """Characters of each of these rows, shape (n_rows,)."""
        return torch.from_numpy(self._largest.lengths[self._largest.training_rows])

    def step(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the loss of a batch."""
        numbers = rows.numpy()
        losses = []
        for objective in self.each():
            training = objective.training_rows
            losses.append(objective.loss(self.lm, training[numbers % len(training)]))
        return torch.stack(losses).sum()

    def held_out_loss(self, batch_size: int) -> float:
        """Return the loss of the held-out rows.

        Raises
        ------
        SettingError
            If it is no longer a number.
        """
        loss = sum(each.held_out_loss(self.lm, batch_size) for each in self.each())
        if not np.isfinite(loss):
            raise SettingError(
                f"the held-out loss is {loss}: training has diverged; lower learning_rate"
            )
        return loss

    def groups(self, learning_rate: float) -> list[dict[str, object]]:
        """Return the trained parameters with their learning rates."""
        parts = [(self.lm, learning_rate), (self.objectives, learning_rate * HEAD_SPEED)]
        groups: list[dict[str, object]] = []
        for module, rate in parts:
            trained = [each for each in module.parameters() if each.requires_grad]
            if trained:
                groups.append({"params": trained, "lr": rate})
        return groups

    @property
    def _largest(self) -> Objective:
        return max(self.each(), key=lambda objective: len(objective.training_rows))

    def each(self) -> list[Objective]:
        """Return the objectives."""
        return [each for each in self.objectives if isinstance(each, Objective)]
