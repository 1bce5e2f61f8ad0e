"""The residual map, trained to find each text's translation among others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import aligners
from langalign.aligners.residual import Residual
from langalign.errors import SettingError
from langalign.vectors import Vectors

if TYPE_CHECKING:
    import torch

    from langalign.aligners.perceptron import Objective


@aligners.register("contrastive")
@dataclass(kw_only=True, eq=False, repr=False)
class Contrastive(Residual):
    r"""A linear map plus dense layers, trained by InfoNCE: a text's translation against others.

    The loss is that of :func:`~langalign.training.info_nce.info_nce`, over the pairs of a batch and
    by the cosine around the target's mean, plus ``mse_weight`` times the mean squared error. Pairs
    that share a text are no negatives of each other. InfoNCE ignores length: at the end the output
    is scaled and shifted by least squares.

    Parameters
    ----------
    temperature
        What similarities are divided by: a lower one stresses the nearest negatives.
    mse_weight
        Weight of the mean squared error, as a share of the target's variance. The default suits
        search; 1.0 costs some of it and suits heads better.
    n_layers, width, dropout, epochs, batch_size, learning_rate, patience
        As in :class:`~langalign.aligners.residual.Residual`; a larger batch has more negatives.
    validation_fraction, random_state
        Likewise.

    Attributes
    ----------
    weights_, biases_, loss_curve_, is_linear_
        As in :class:`~langalign.aligners.residual.Residual`.

    References
    ----------
    van den Oord, A., Li, Y. and Vinyals, O. (2018). Representation learning with contrastive
    predictive coding. arXiv 1807.03748.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(60, 3))
    >>> Contrastive().fit(X, X[:, :2]).is_linear_
    True
    """

    temperature: float = 0.03
    mse_weight: float = 0.1

    def _train(
        self,
        inputs: Vectors,
        targets: Vectors,
        training: NDArray[np.int64],
        held_out: NDArray[np.int64],
    ) -> None:
        super()._train(inputs, targets, training, held_out)
        if not self.is_linear_:
            self._scale_to(targets[training], self._stack(inputs[training]))

    def _objective(self, x: torch.Tensor, y: torch.Tensor) -> Objective:
        import torch

        from langalign.training.info_nce import equal_rows, info_nce, numbered

        sides = [numbered(row.tobytes() for row in side.numpy()) for side in (x, y)]

        def of_batch(mapped: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            same = equal_rows(*(side[rows] for side in sides))
            loss = info_nce(mapped, y[rows], temperature=self.temperature, same=same)
            if self.mse_weight:
                loss = loss + self.mse_weight * torch.nn.functional.mse_loss(mapped, y[rows])
            return loss

        def loss(mapped: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            # Held-out pairs come at once; as many negatives as in training make them comparable.
            parts = zip(
                *(torch.split(side, self.batch_size) for side in (mapped, rows)), strict=True
            )
            losses = [of_batch(*part) * len(part[1]) for part in parts]
            return torch.stack(losses).sum() / len(rows)

        return loss

    def _scale_to(self, targets: Vectors, mapped: Vectors) -> None:
        """Give the last layer the factor and shift that bring ``mapped`` nearest to ``targets``."""
        middle, goal = mapped.mean(axis=0), targets.mean(axis=0)
        off = mapped - middle
        factor = np.float32(np.vdot(off, targets - goal) / np.vdot(off, off))
        self.weights_[-1] = self.weights_[-1] * factor
        self.biases_[-1] = (self.biases_[-1] - middle) * factor + goal

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if not self.temperature > 0:
            raise SettingError(f"temperature={self.temperature!r}: expected a number above 0")
        if not self.mse_weight >= 0:
            raise SettingError(f"mse_weight={self.mse_weight!r}: expected a number of at least 0")
