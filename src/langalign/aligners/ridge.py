"""Ridge regression from second moments: of one strength, or of all of them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from langalign.aligners.canonical import Spectrum
from langalign.aligners.moments import Matrix, Moments

if TYPE_CHECKING:
    from typing import Self

# Strengths are tried as multiples of the mean eigenvalue of Xc'Xc, so that one grid suits any
# encoder, width and number of pairs.
RELATIVE_STRENGTHS = np.logspace(1.0, -4.0, 11)
CANDIDATE_STRENGTHS = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01)


def solution(moments: Moments, alpha: float) -> Matrix:
    """Return the coefficients for one strength, which takes no eigendecomposition."""
    penalty = alpha * np.eye(len(moments.xx))
    return np.asarray(np.linalg.solve(moments.xx + penalty, moments.xy))


@dataclass(frozen=True)
class Ridge:
    """Ridge regression of all strengths from one eigendecomposition of X'X.

    Parameters
    ----------
    moments
        About the means of the pairs.
    spectrum
        Of their X'X.
    """

    moments: Moments
    spectrum: Spectrum

    @classmethod
    def of(cls, moments: Moments) -> Self:
        """Decompose moments about the means of the pairs."""
        return cls(moments, Spectrum.of(moments.xx))

    @functools.cached_property
    def rotated(self) -> Matrix:
        """X'Y in the eigenvectors' coordinates."""
        rotated: Matrix = self.spectrum.vectors.T @ self.moments.xy
        return rotated

    def toward_identity(self) -> Self:
        """Return the problem of the residual Y - X."""
        return type(self)(self.moments.toward_identity(), self.spectrum)

    def solve(self, alpha: float) -> Matrix:
        """Return the coefficients for one strength, as :func:`solution` does."""
        return np.asarray(self.spectrum.vectors @ self.shrunk(alpha))

    def shrunk(self, alpha: float) -> Matrix:
        """Return the coefficients for one strength, in the eigenvectors' coordinates."""
        return np.asarray(self.rotated / (self.spectrum.values + alpha)[:, None])

    def choose(self) -> tuple[float, float]:
        """Return the strength with the least generalised cross-validation score, and the score."""
        unit = float(self.spectrum.values.mean()) or 1.0
        scores = [
            (self._score(unit * strength), unit * strength) for strength in RELATIVE_STRENGTHS
        ]
        score, alpha = min(scores, key=lambda item: (item[0], -item[1]))
        return alpha, score

    def _score(self, alpha: float) -> float:
        values, n = self.spectrum.values, self.moments.n
        shrunk = values + alpha
        power = (self.rotated**2).sum(axis=1)
        energy = max(float(np.trace(self.moments.yy)), 0.0)
        residual = energy - float((power * (values + 2 * alpha) / shrunk**2).sum())
        # One degree of freedom goes to the intercept. An interpolating fit says nothing of itself.
        freedom = n - 1 - float((values / shrunk).sum())
        if freedom < 0.1 * n:
            return np.inf
        return max(residual, 0.0) / freedom**2
