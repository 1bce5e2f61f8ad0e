"""FC LangAlign: the paper's six fully connected layers."""

from __future__ import annotations

from dataclasses import dataclass

from langalign.aligners.base import aligners
from langalign.aligners.perceptron import Perceptron


@aligners.register("fc")
@dataclass(kw_only=True, eq=False, repr=False)
class FullyConnected(Perceptron):
    """Fully connected layers of one width, ReLU and dropout between them.

    Parameters
    ----------
    n_layers
        Number of dense layers; the paper has six.
    width
        Width of the hidden layers; ``None`` takes the wider of the two spaces.
    dropout
        Share of hidden units that are dropped in training.
    epochs, batch_size, learning_rate, patience
        Length and speed of training (see :class:`langalign.training.loop.Schedule`).
    validation_fraction
        Share of the pairs held out for early stopping.
    random_state
        Seed of the split, the initial weights, the shuffling and the dropout.

    References
    ----------
    Kim, J., Lee, J., Choi, J. and Jung, S. (2025). LANGALIGN: Enhancing Non-English Language
    Models via Cross-Lingual Embedding Alignment. arXiv 2503.18603.

    Examples
    --------
    >>> FullyConnected(width=32).widths(8, 4)
    [8, 32, 32, 32, 32, 32, 4]
    """

    width: int | None = None

    def _hidden_widths(self, d_source: int, d_target: int) -> list[int]:
        width = max(d_source, d_target) if self.width is None else self.width
        return [width] * (self.n_layers - 1)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if self.width is not None:
            self._require_whole("width", at_least=1)
