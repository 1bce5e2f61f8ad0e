"""AE LangAlign: the paper's auto-encoder shape, three layers in and three out."""

from __future__ import annotations

from dataclasses import dataclass

from langalign.aligners.base import aligners
from langalign.aligners.perceptron import Perceptron


@aligners.register("ae")
@dataclass(kw_only=True, eq=False, repr=False)
class AutoEncoder(Perceptron):
    """Dense layers that halve the width down to a bottleneck, and as many back up.

    Parameters
    ----------
    n_layers
        Dense layers on each side of the bottleneck; the paper has three.
    bottleneck
        Width in the middle; ``None`` takes a quarter of the narrower space.
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
    >>> AutoEncoder(bottleneck=8).widths(64, 64)
    [64, 32, 16, 8, 16, 32, 64]
    """

    n_layers: int = 3
    bottleneck: int | None = None
    dropout: float = 0.0
    learning_rate: float = 3e-3

    def _hidden_widths(self, d_source: int, d_target: int) -> list[int]:
        """Return widths that fall geometrically to the bottleneck, and rise so again."""
        quarter = max(1, min(d_source, d_target) // 4)
        middle = quarter if self.bottleneck is None else self.bottleneck
        shares = [step / self.n_layers for step in range(1, self.n_layers)]
        down = [round(d_source * (middle / d_source) ** share) for share in shares]
        up = [round(d_target * (middle / d_target) ** share) for share in shares]
        return [*down, middle, *reversed(up)]

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if self.bottleneck is not None:
            self._require_whole("bottleneck", at_least=1)
