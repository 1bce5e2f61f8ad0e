"""What an objective is: a loss of some rows' texts, through the language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from langalign.tuning.held_out import Rows
from langalign.tuning.language_model import LanguageModel


class Objective(torch.nn.Module):
    """Base of all objectives.

    Parameters
    ----------
    training, held_out
        Row numbers to train on and to stop by.
    lengths
        Characters of each row, shape (n,).
    """

    def __init__(self, training: Rows, held_out: Rows, lengths: Sequence[int]) -> None:
        super().__init__()
        self.training_rows, self.held_out_rows = training, held_out
        self.lengths = np.asarray(lengths, dtype=np.int64)

    def loss(self, lm: LanguageModel, rows: Rows) -> torch.Tensor:
        """Return the mean loss of these rows."""
        raise NotImplementedError

    def held_out_loss(self, lm: LanguageModel, batch_size: int) -> float:
        """Return the mean loss of the held-out rows."""
        total = sum(
            float(self.loss(lm, rows)) * len(rows)
            for rows in self.in_batches(self.held_out_rows, batch_size)
        )
        return total / len(self.held_out_rows)

    def in_batches(self, rows: Rows, batch_size: int) -> Iterator[Rows]:
        """Yield rows of like length together, always in the same batches."""
        order = rows[np.argsort(self.lengths[rows], kind="stable")]
        for start in range(0, len(order), batch_size):
            yield order[start : start + batch_size]
