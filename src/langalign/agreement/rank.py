"""Agreement of numbers: their rank correlation."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from langalign.agreement.measure import Agreement, Outputs
from langalign.correlation import spearman, standard_ranks


class RankMeasure:
    """Spearman's rank correlation of predicted numbers, over all held-out pairs.

    Parameters
    ----------
    reference
        The reference's numbers, shape (n, 1).

    References
    ----------
    Bonett, D. G. and Wright, T. A. (2000). Sample size requirements for estimating Pearson,
    Kendall and Spearman correlations. Psychometrika 65, 23-28 (for the standard error).
    """

    name: ClassVar[str] = "Spearman's rho"
    refusal: ClassVar[str] = "predicts one number only"

    def __init__(self, reference: Outputs) -> None:
        self._expected = reference[:, 0]
        self.n_pairs = len(reference)

    def score(self, outputs: Outputs) -> Agreement:
        """Score numbers of shape (n, 1)."""
        predicted = outputs[:, 0]
        rho = float(spearman(predicted, self._expected)[0])
        _, repeats = np.unique(predicted, return_counts=True)
        return Agreement(
            score=rho,
            standard_error=(1 - rho**2)
            * float(np.sqrt((1 + rho**2 / 2) / max(self.n_pairs - 3, 1))),
            majority_share=float(repeats.max() / self.n_pairs),
            credits=standard_ranks(predicted) * standard_ranks(self._expected),
        )

    def threshold(self, outputs: Outputs) -> float:
        """Return one half, which nothing uses: there are no classes to part."""
        return 0.5

    def temperature(self, outputs: Outputs, reference_temperature: float) -> float:
        """Return one, which changes nothing: numbers are no probabilities."""
        return 1.0
