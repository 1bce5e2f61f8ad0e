"""FC LangAlign: the paper's six fully connected layers."""

from __future__ import annotations

from langalign.aligners.base import aligners
from langalign.aligners.perceptron import Perceptron
from langalign.errors import SettingError


@aligners.register("fc")
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
        Length and speed of training (see :class:`langalign.training.Schedule`).
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

    def __init__(
        self,
        *,
        n_layers: int = 6,
        width: int | None = None,
        dropout: float = 0.1,
        epochs: int = 60,
        batch_size: int = 512,
        learning_rate: float = 2e-3,
        patience: int = 10,
        validation_fraction: float = 0.1,
        random_state: int = 0,
    ) -> None:
        super().__init__(
            dropout=dropout,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            patience=patience,
            validation_fraction=validation_fraction,
            random_state=random_state,
        )
        self.n_layers = n_layers
        self.width = width

    def widths(self, d_source: int, d_target: int) -> list[int]:
        """Return the widths of all layers, from the source's to the target's."""
        if self.n_layers < 1:
            raise SettingError(f"n_layers={self.n_layers!r}: expected at least 1")
        hidden = self.width or max(d_source, d_target)
        return [d_source, *[hidden] * (self.n_layers - 1), d_target]
