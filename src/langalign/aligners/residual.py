"""The linear map and what a network adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import aligners
from langalign.aligners.linear import Linear
from langalign.aligners.perceptron import Perceptron
from langalign.vectors import Vectors

if TYPE_CHECKING:
    import torch

    from langalign.training.residual_network import ResidualNetwork

FEWEST_HELD_OUT = 25
"""Fewer held-out pairs cannot show whether training improves the linear map, which then stays."""


@aligners.register("residual")
@dataclass(kw_only=True, eq=False, repr=False)
class Residual(Perceptron):
    r"""A linear map plus dense layers, which begin as the linear map and are trained together.

    .. math:: A(x) = xW + b + f(x), \quad f = 0 \text{ and } W, b \text{ of } \texttt{linear}
              \text{ before training}

    The start is :class:`~langalign.aligners.linear.Linear`, fitted on the training pairs, and it
    competes: where training does not lower the loss of held-out pairs, or there are too few of
    them to decide, the map is ``linear`` on all pairs.

    Parameters
    ----------
    n_layers
        Dense layers of ``f``.
    width
        Width of its hidden layers.
    dropout
        Share of hidden units that are dropped in training.
    epochs, batch_size, learning_rate, patience
        Length and speed of training (see :class:`langalign.training.loop.Schedule`).
    validation_fraction
        Share of the pairs held out for early stopping.
    random_state
        Seed of the split, the initial weights, the shuffling and the dropout.

    Attributes
    ----------
    weights_ : list of ndarray, (d_in, d_out) each
        Of plain dense layers with ReLU between; the linear part passes through them.
    biases_ : list of ndarray, (d_out,) each
    loss_curve_ : list of float
        Held-out loss of the linear start and of each epoch.
    is_linear_ : bool
        Whether the linear map stayed.

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J. (2016). Deep residual learning for image recognition.
    CVPR 2016.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(60, 3))
    >>> Residual().fit(X, X[:, :2]).is_linear_
    True
    """

    starts_useful: ClassVar[bool] = True
    # It comes down from a good start, and anneals.
    averaging: ClassVar[float] = 0.0

    n_layers: int = 2
    width: int = 2048
    dropout: float = 0.3
    epochs: int = 20
    batch_size: int = 512
    learning_rate: float = 2e-3
    patience: int = 5

    def _hidden_widths(self, d_source: int, d_target: int) -> list[int]:
        return [self.width] * (self.n_layers - 1)

    def _train(
        self,
        inputs: Vectors,
        targets: Vectors,
        training: NDArray[np.int64],
        held_out: NDArray[np.int64],
    ) -> None:
        self.loss_curve_ = []
        if len(held_out) >= FEWEST_HELD_OUT:
            super()._train(inputs, targets, training, held_out)
        # The start, or nothing, was best: the linear map may as well know all pairs.
        self.is_linear_ = not self.loss_curve_ or min(self.loss_curve_) == self.loss_curve_[0]
        if self.is_linear_:
            coef, intercept = self._linear(inputs, targets)
            self.weights_, self.biases_ = [coef], [intercept]

    def _linear(self, X: Vectors, Y: Vectors) -> tuple[Vectors, Vectors]:
        """Return coefficients and intercept of the linear map between scaled sides.

        It is fitted in their own units, in which the identity, towards which it may be drawn, is
        the identity.
        """
        x_unit, y_unit = np.float32(self.x_scale_), np.float32(self.y_scale_)
        linear = Linear().fit(X * x_unit, Y * y_unit)
        return linear.coef_ * (x_unit / y_unit), linear.intercept_ / y_unit

    def _network(self, X: Vectors, Y: Vectors) -> torch.nn.Module:
        from langalign.training.residual_network import ResidualNetwork

        coef, intercept = self._linear(X, Y)
        hidden = self._hidden_widths(X.shape[1], Y.shape[1])
        return ResidualNetwork(coef, intercept, hidden=hidden, dropout=self.dropout)

    def _layers(self, network: ResidualNetwork) -> tuple[list[Vectors], list[Vectors]]:
        return network.layers()

    def _check_parameters(self) -> None:
        super()._check_parameters()
        self._require_whole("n_layers", at_least=2)
        self._require_whole("width", at_least=1)

    def _loses_to_shift(self, X: Vectors, Y: Vectors, n_pairs: int) -> bool:
        """Never: the linear map is drawn towards the shift by itself."""
        return False
