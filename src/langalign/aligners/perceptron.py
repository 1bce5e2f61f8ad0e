"""What the paper's two networks share: a stack of dense layers, trained in torch, run in NumPy."""

from __future__ import annotations

import itertools
import numbers
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from langalign.aligners.base import Aligner
from langalign.aligners.second_opinion import is_no_nearer
from langalign.errors import FitWarning, SettingError
from langalign.optional import require
from langalign.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    import torch

    Objective = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

STEPS_AN_EPOCH = 8
FEWEST_IN_BATCH = 32
"""With few pairs batches shrink, down to this, so that an epoch still is a number of steps."""
FEWEST_PAIRS = 20
"""Below this a held-out tenth says nothing; the shift of the mean is returned instead."""


@dataclass(kw_only=True, eq=False, repr=False)
class Perceptron(Aligner):
    """Dense layers with ReLU and dropout between them, fitted by mean squared error.

    Both sides are centred and divided by one number each, so that one learning rate suits any
    encoder. Training ends early on held-out pairs. Where the widths are equal and the network does
    not beat moving the mean on the held-out pairs, moving the mean is used instead.

    Attributes
    ----------
    weights_ : list of ndarray, (d_in, d_out) each
    biases_ : list of ndarray, (d_out,) each
    loss_curve_ : list of float
        Held-out loss of each epoch, as a share of the target's variance.
    is_shift_ : bool
        Whether the fallback, moving the mean, is in force.
    """

    recovers: ClassVar[Literal["shift", "rotation", "linear"] | None] = None
    closed_form: ClassVar[bool] = False
    starts_useful: ClassVar[bool] = False
    """Whether the untrained network is a map worth keeping where training does not better it."""
    averaging: ClassVar[float] = 0.98
    """See :class:`langalign.training.loop.Schedule`."""

    # Fields, so that a network says only what it adds or sets otherwise; the constructor that is
    # made of them stores and does no more, which is what scikit-learn asks for.
    n_layers: int = 6
    dropout: float = 0.1
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 1e-3
    patience: int = 4
    validation_fraction: float = 0.1
    random_state: int = 0

    def widths(self, d_source: int, d_target: int) -> list[int]:
        """Return the widths of all layers, from the source's to the target's.

        Raises
        ------
        SettingError
            If a parameter is out of range.
        """
        self._check_parameters()
        return [d_source, *self._hidden_widths(d_source, d_target), d_target]

    def _hidden_widths(self, d_source: int, d_target: int) -> list[int]:
        raise NotImplementedError

    def fit(self, X: Any, Y: Any) -> Self:
        """Train on ``X`` of shape (n, d_source) and ``Y`` of shape (n, d_target).

        Raises
        ------
        MissingDependencyError
            If torch is not installed.
        SettingError
            If a parameter is out of range.
        """
        self._check_parameters()
        X, Y = self._check_pairs(X, Y)
        self.x_mean_, self.x_scale_ = _location_and_size(X)
        self.y_mean_, self.y_scale_ = _location_and_size(Y)
        inputs = (X - self.x_mean_) / self.x_scale_
        targets = (Y - self.y_mean_) / self.y_scale_
        order = np.random.default_rng(self.random_state).permutation(len(X))
        n_held_out = min(max(1, round(self.validation_fraction * len(X))), len(X) - 1)
        held_out, training = order[:n_held_out], order[n_held_out:]
        self._train(inputs, targets, training, held_out)
        self.is_shift_ = self._loses_to_shift(X[held_out], Y[held_out], len(X))
        if self.is_shift_:
            warnings.warn(
                f"{type(self).__name__} did not beat moving the mean on held-out pairs "
                f"({len(X)} pairs); it moves the mean",
                FitWarning,
                stacklevel=2,
            )
        self._set_widths(X.shape[1], Y.shape[1])
        return self

    def transform(self, X: Any) -> Vectors:
        """Map ``X`` of shape (n, d_source) to shape (n, d_target), in NumPy."""
        X = self._check_source(X)
        return self._shifted(X) if self.is_shift_ else self._forward(X)

    def _shifted(self, X: Vectors) -> Vectors:
        shifted: Vectors = X - self.x_mean_ + self.y_mean_
        return shifted

    def _forward(self, X: Vectors) -> Vectors:
        mapped = self._stack((X - self.x_mean_) / np.float32(self.x_scale_))
        return mapped * np.float32(self.y_scale_) + self.y_mean_

    def _stack(self, hidden: Vectors) -> Vectors:
        """Return what the layers make of centred and scaled vectors."""
        last = len(self.weights_) - 1
        for index, (weight, bias) in enumerate(zip(self.weights_, self.biases_, strict=True)):
            hidden = hidden @ weight + bias
            if index < last:
                np.maximum(hidden, 0.0, out=hidden)
        return hidden

    def _train(
        self,
        inputs: Vectors,
        targets: Vectors,
        training: NDArray[np.int64],
        held_out: NDArray[np.int64],
    ) -> None:
        torch = require("torch", extra="torch", purpose=f"Training {type(self).__name__}")
        from langalign.training.loop import Schedule, seeded, train

        x, y = torch.from_numpy(inputs), torch.from_numpy(targets)
        x_train, x_held = x[training], x[held_out]
        loss = self._objective(x_train, y[training])
        held_out_loss = self._objective(x_held, y[held_out])
        everything = torch.arange(len(held_out))
        schedule = Schedule(
            epochs=self.epochs,
            batch_size=min(self.batch_size, max(FEWEST_IN_BATCH, len(training) // STEPS_AN_EPOCH)),
            learning_rate=self.learning_rate,
            patience=self.patience,
            averaging=self.averaging,
        )
        with seeded(self.random_state) as generator:
            network = self._network(inputs[training], targets[training])
            self.loss_curve_ = train(
                network,
                lambda rows: loss(network(x_train[rows]), rows),
                lambda: float(held_out_loss(network(x_held), everything)),
                n_rows=len(training),
                schedule=schedule,
                generator=generator,
                start_counts=self.starts_useful,
            )
        self.weights_, self.biases_ = self._layers(network)

    def _objective(self, x: torch.Tensor, y: torch.Tensor) -> Objective:
        """Return the loss of rows of ``x`` as mapped, given these and the rows' numbers."""
        import torch

        return lambda mapped, rows: torch.nn.functional.mse_loss(mapped, y[rows])

    def _layers(self, network: Any) -> tuple[list[Vectors], list[Vectors]]:
        """Return weights and biases of the trained network's dense layers."""
        import torch

        dense = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
        weights = [np.ascontiguousarray(layer.weight.detach().numpy().T) for layer in dense]
        return weights, [layer.bias.detach().numpy().copy() for layer in dense]

    def _network(self, X: Vectors, Y: Vectors) -> torch.nn.Module:
        """Return the untrained network between sides whose training rows are ``X`` and ``Y``."""
        from torch import nn

        widths = self.widths(X.shape[1], Y.shape[1])
        layers: list[nn.Module] = []
        for d_in, d_out in itertools.pairwise(widths):
            dense = nn.Linear(d_in, d_out)
            # Keeps the size of vectors and of gradients through any number of layers.
            nn.init.orthogonal_(dense.weight, gain=nn.init.calculate_gain("relu"))
            nn.init.zeros_(dense.bias)
            layers += [dense, nn.ReLU(), nn.Dropout(self.dropout)]
        return nn.Sequential(*layers[:-2])

    def _loses_to_shift(self, X: Vectors, Y: Vectors, n_pairs: int) -> bool:
        if X.shape[1] != Y.shape[1]:
            return False
        return n_pairs < FEWEST_PAIRS or is_no_nearer(self._forward(X), self._shifted(X), Y)

    def _check_parameters(self) -> None:
        if not 0 <= self.dropout < 1:
            raise SettingError(f"dropout={self.dropout!r}: expected a number in [0, 1)")
        if not 0 < self.validation_fraction < 1:
            raise SettingError(
                f"validation_fraction={self.validation_fraction!r}: expected a number in (0, 1)"
            )
        if not self.learning_rate > 0:
            raise SettingError(f"learning_rate={self.learning_rate!r}: expected a number above 0")
        for name in ("n_layers", "epochs", "batch_size", "patience"):
            self._require_whole(name, at_least=1)

    def _require_whole(self, name: str, *, at_least: int) -> None:
        value = getattr(self, name)
        if not isinstance(value, numbers.Integral) or value < at_least:
            raise SettingError(f"{name}={value!r}: expected a whole number of at least {at_least}")


def _location_and_size(X: Vectors) -> tuple[Vectors, float]:
    mean: Vectors = X.mean(axis=0, dtype=np.float64).astype(np.float32)
    size = float(np.sqrt(((X - mean) ** 2).mean(dtype=np.float64)))
    return mean, size or 1.0
